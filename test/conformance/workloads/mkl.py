# preset: mkl
# library: oneMKL (PyPI mkl, called through ctypes)
# group: storage
# variable: MKL_NUM_THREADS
import ctypes
import glob
import importlib.metadata
import sys

import numpy

VERSION = f"mkl {importlib.metadata.version('mkl')}"
mkl = ctypes.CDLL(sorted(glob.glob(f"{sys.prefix}/lib/libmkl_rt.so*"))[0])
n = 900
a, b, c = (numpy.random.rand(n, n) for _ in range(3))


def pointer(array):
    return array.ctypes.data_as(ctypes.c_void_p)


def step():
    # Row major, no transposition: the constants of cblas.h.
    mkl.cblas_dgemm(101, 111, 111, n, n, n, ctypes.c_double(1), pointer(a), n, pointer(b), n, ctypes.c_double(0), pointer(c), n)
