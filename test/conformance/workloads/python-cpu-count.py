# preset: python-cpu-count
# library: CPython 3.13: multiprocessing.Pool
# group: python313
# variable: PYTHON_CPU_COUNT
import multiprocessing
import os
import platform

VERSION = f"CPython {platform.python_version()}"
pool = None


def step():
    global pool
    pool = pool or multiprocessing.get_context("fork").Pool()
    assert len(multiprocessing.active_children()) == os.cpu_count()
    pool.map(sum, [range(10_000_000)] * 4, chunksize=1)
