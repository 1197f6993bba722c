# preset: pyarrow
# group: numeric
# variable: OMP_NUM_THREADS
import numpy
import pyarrow

VERSION = f"pyarrow {pyarrow.__version__}"
n = 4_000_000
table = pyarrow.table({"k": numpy.arange(n) % 100_003, "v": numpy.random.rand(n)})


def step():
    table.group_by("k", use_threads=True).aggregate([("v", "sum"), ("v", "stddev")])
