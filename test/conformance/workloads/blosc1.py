# preset: blosc1
# group: numeric
# variable: BLOSC_NTHREADS
import blosc
import numpy

VERSION = f"python-blosc {blosc.__version__}, c-blosc {blosc.blosclib_version.split()[0]}"
data = (numpy.arange(8_000_000) % 1000).tobytes()


def step():
    blosc.compress(data, 8, cname="zstd")
