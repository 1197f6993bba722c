"""Matrix products of NumPy with so many threads of its OpenBLAS, set in code. Usage: matrix.py SECONDS THREADS"""
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = sys.argv[2]
import numpy  # noqa: E402  OpenBLAS reads the variable when it is loaded

end = time.monotonic() + float(sys.argv[1])
a = numpy.random.default_rng(1).random((1200, 1200))
while time.monotonic() < end:
    a @ a
