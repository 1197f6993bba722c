# preset: blosc2
# group: numeric
# variable: BLOSC_NTHREADS
import blosc2
import numpy

VERSION = f"blosc2 {blosc2.__version__}, c-blosc2 {blosc2.blosclib_version.split()[0]}"
a = numpy.arange(8_000_000) % 1000
data = a.tobytes()


def step():
    blosc2.compress2(data, codec=blosc2.Codec.ZSTD, clevel=5, typesize=8)
