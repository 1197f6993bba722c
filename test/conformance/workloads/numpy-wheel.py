# preset: openblas-pthreads
# library: NumPy wheel (bundled OpenBLAS)
# group: core
# variable: OPENBLAS_NUM_THREADS
# fast: yes
import numpy

VERSION = f"numpy {numpy.__version__}, OpenBLAS {numpy.show_config('dicts')['Build Dependencies']['blas']['version']}"
a = numpy.random.rand(900, 900)


def step():
    a @ a
