# preset: dask
# library: dask (threaded scheduler)
# group: numeric
# with: dask
# variable: DASK_NUM_WORKERS
import dask
import zlib

VERSION = f"dask {dask.__version__}"
data = bytes(range(256)) * 20_000


def step():
    dask.compute(*[dask.delayed(zlib.compress)(data, 6) for _ in range(16)], scheduler="threads")
