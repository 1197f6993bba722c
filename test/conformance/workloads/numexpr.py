# preset: numexpr
# group: core
# variable: NUMEXPR_NUM_THREADS
# fast: yes
import numexpr
import numpy

VERSION = f"numexpr {numexpr.__version__}"
a = numpy.random.rand(2_000_000)


def step():
    numexpr.evaluate("sin(a) * exp(a)")
