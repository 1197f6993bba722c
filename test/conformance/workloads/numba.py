# preset: numba
# group: core
# variable: NUMBA_NUM_THREADS
import math

import numba

VERSION = f"numba {numba.__version__}"


@numba.njit(parallel=True)
def total(n):
    acc = 0.0
    for i in numba.prange(n):
        acc += math.sin(i) * math.exp(1.0 / (i + 1))
    return acc


def step():
    total(4_000_000)
