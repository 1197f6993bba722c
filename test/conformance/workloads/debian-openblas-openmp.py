# preset: openblas-openmp
# library: Debian NumPy with openblas-openmp
# group: debian
# variable: OMP_NUM_THREADS
# env: LD_LIBRARY_PATH=/usr/lib/x86_64-linux-gnu/openblas-openmp
import os

import numpy

with open("/proc/self/maps") as file:
    blas = {os.path.realpath(line.split()[-1]) for line in file if "libblas.so" in line or "/libopenblas" in line}
VERSION = f"numpy {numpy.__version__}, " + ", ".join(sorted(path.split("x86_64-linux-gnu/")[-1] for path in blas))
a = numpy.random.rand(900, 900)


def step():
    a @ a
