# preset: zarr2
# group: zarr2
# variable: BLOSC_NTHREADS
import numpy
import zarr

VERSION = f"zarr {zarr.__version__}"
a = (numpy.arange(8_000_000) % 1000).reshape(8, -1)
array = zarr.array(a, chunks=(1, 1_000_000), compressor=zarr.Blosc(cname="zstd", clevel=5))


def step():
    array[:] = a
    array[:]
