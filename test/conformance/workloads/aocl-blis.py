# preset: aocl-blis
# library: AMD AOCL-BLAS (in the wheel aoclda, called through ctypes)
# group: aocl
# variable: BLIS_NUM_THREADS
import ctypes
import glob
import importlib.metadata

import numpy

folder = importlib.metadata.distribution("aoclda").locate_file("aoclda.libs")
# Its runpath is that of the extension module, which is not loaded here: the OpenMP runtime comes first.
for name in ("libomp-", "libblis-mt-"):
    blis = ctypes.CDLL(glob.glob(f"{folder}/{name}*")[0], ctypes.RTLD_GLOBAL)
blis.bli_info_get_version_str.restype = ctypes.c_char_p
VERSION = f"{blis.bli_info_get_version_str().decode().split(' Build')[0]}, aoclda {importlib.metadata.version('aoclda')}"
n = 900
a, b, c = (numpy.random.rand(n, n) for _ in range(3))


def pointer(array):
    return array.ctypes.data_as(ctypes.c_void_p)


def step():
    # Row major, no transposition: the constants of cblas.h.
    blis.cblas_dgemm(101, 111, 111, n, n, n, ctypes.c_double(1), pointer(a), n, pointer(b), n, ctypes.c_double(0), pointer(c), n)
