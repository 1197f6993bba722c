# preset: fftw
# library: FFTW in the pyFFTW wheel (OpenMP build)
# group: numeric
# variable: OMP_NUM_THREADS
import numpy
import pyfftw

VERSION = f"pyfftw {pyfftw.__version__}, {pyfftw.fftw_version}"
a = pyfftw.empty_aligned((1024, 1024), dtype="complex128")
a[:] = numpy.random.rand(1024, 1024)
plan = pyfftw.builders.fft2(a, threads=3, planner_effort="FFTW_ESTIMATE")


def step():
    plan()
