# preset: numcodecs
# group: core
# variable: BLOSC_NTHREADS
# fast: yes
import numcodecs
import numpy
from numcodecs import blosc

VERSION = f"numcodecs {numcodecs.__version__}"
a = numpy.arange(8_000_000) % 1000


def step():
    blosc.compress(a, b"zstd", 5)
