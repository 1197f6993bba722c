# preset: libvips
# library: libvips in the pyvips wheel
# group: storage
# with: libvips
# variable: VIPS_CONCURRENCY
import pyvips

VERSION = f"libvips {pyvips.version(0)}.{pyvips.version(1)}.{pyvips.version(2)}"
pyvips.cache_set_max(0)  # the same operation again would be answered from the cache
image = pyvips.Image.gaussnoise(2500, 2500).cast("uchar").copy_memory()


def step():
    image.median(15).avg()
