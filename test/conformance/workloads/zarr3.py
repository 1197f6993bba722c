# preset: zarr3
# group: numeric
# with: zarr3
# variable: ZARR_THREADING__MAX_WORKERS
import numpy
import zarr

VERSION = f"zarr {zarr.__version__}"
a = (numpy.arange(8_000_000) % 1000).reshape(8000, 1000)
store = zarr.storage.MemoryStore()
array = zarr.create_array(store, shape=a.shape, chunks=(500, 1000), dtype=a.dtype, compressors=zarr.codecs.ZstdCodec(level=12))


def step():
    array[:] = a
    array[:]
