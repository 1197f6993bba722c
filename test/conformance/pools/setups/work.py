"""The work of every pool: matrix products through the BLAS of NumPy.

POOLS_TASKS tasks (default 24) are done between the marks `@work PID` and `@done SECONDS` on stdout, after a
first round that starts the pool and its libraries. POOLS_SIZE: the size of the pool, where the setup lets it be
given (default: what the framework chooses).
"""
import os
import time

import numpy

TASKS = int(os.environ.get("POOLS_TASKS", "24"))
SIZE = int(os.environ["POOLS_SIZE"]) if "POOLS_SIZE" in os.environ else None
SIDE = 700
PRODUCTS = 8


def task(_=0):
    """Independent of the number of threads; a fresh process can import it."""
    a = numpy.random.default_rng(1).random((SIDE, SIDE))
    for _ in range(PRODUCTS):
        a @ a


def measure(run_tasks):
    """`run_tasks(count)` does so many tasks on a pool that stays."""
    run_tasks(8)
    print("@work", os.getpid(), flush=True)
    started = time.monotonic()
    run_tasks(TASKS)
    print("@done", round(time.monotonic() - started, 3), flush=True)
