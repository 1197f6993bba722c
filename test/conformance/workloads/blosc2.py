# preset: blosc2
# group: numeric
# variable: BLOSC_NTHREADS
import blosc2
import numpy

VERSION = f"blosc2 {blosc2.__version__}, c-blosc2 {blosc2.blosclib_version.split()[0]}"
data = numpy.random.default_rng(0).integers(0, 1000, 8_000_000).tobytes()


def step():
    # The threads live as long as one call: work that takes about a second, or a sampler misses their ends.
    blosc2.compress2(data, codec=blosc2.Codec.ZSTD, clevel=7, typesize=8)
