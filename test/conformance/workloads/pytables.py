# preset: blosc1
# library: PyTables wheel (Blosc 1 inside; its own default is 1)
# group: numeric
# variable: BLOSC_NTHREADS
import numpy
import tables

VERSION = f"tables {tables.__version__}, blosc {tables.which_lib_version('blosc')[1]}"
a = (numpy.arange(8_000_000) % 1000).reshape(8, -1)
file = tables.open_file("memory.h5", "w", driver="H5FD_CORE", driver_core_backing_store=0)
filters = tables.Filters(complevel=5, complib="blosc:zstd")
array = file.create_carray("/", "a", obj=a, filters=filters, chunkshape=(1, 1_000_000))


def step():
    array[:] = a
