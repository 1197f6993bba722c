# preset: openblas-pthreads
# library: SciPy wheel (its own copy of OpenBLAS)
# group: numeric
# variable: OPENBLAS_NUM_THREADS
import numpy
import scipy
from scipy.linalg import blas

VERSION = f"scipy {scipy.__version__}"
a = numpy.asfortranarray(numpy.random.rand(900, 900))


def step():
    blas.dgemm(1.0, a, a)
