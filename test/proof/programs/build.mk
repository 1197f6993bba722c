# A build: OBJECTS steps that take STEP seconds each, then one that needs them all. Usage: make -jN -f build.mk ENGINE=PATH ...
OBJECTS = 40
STEP = 0.5
LINK = 1
objects = $(addprefix object-,$(shell seq $(OBJECTS)))

.PHONY: program $(objects)
program: $(objects)
	@$(ENGINE) $(LINK) busy

$(objects):
	@$(ENGINE) $(STEP) busy
