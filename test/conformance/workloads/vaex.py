# preset: vaex
# group: zarr2
# with: vaex
# variable: VAEX_NUM_THREADS
import numpy
import vaex

VERSION = f"vaex-core {vaex.__version__['vaex-core']}"
frame = vaex.from_arrays(x=numpy.random.rand(5_000_000))


def step():
    frame.sum("sin(x) * exp(x)")
    frame.count(binby="x", shape=64)
