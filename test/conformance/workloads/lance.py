# preset: lance
# library: Lance (pylance)
# group: storage
# expect: no-control
# note: vector search runs on a tokio runtime of its own: LANCE_CPU_THREADS=1 left the demand unchanged
import tempfile
from concurrent.futures import ThreadPoolExecutor

import lance
import numpy
import pyarrow

VERSION = f"pylance {lance.__version__}"
directory = tempfile.mkdtemp()
n = 200_000
vectors = pyarrow.FixedSizeListArray.from_arrays(numpy.random.rand(n * 64).astype("f4"), 64)
dataset = lance.write_dataset(pyarrow.table({"v": vectors, "k": numpy.arange(n)}), f"{directory}/t.lance", max_rows_per_file=2000)
query = numpy.random.rand(64).astype("f4")
# One search alone keeps 1.0 to 1.5 CPUs busy. Several at a time, as in a server, are a demand that only the size of
# Lance's pool could bound: their callers wait.
callers = ThreadPoolExecutor(4)


def search(_):
    dataset.to_table(nearest={"column": "v", "q": query, "k": 10})


def step():
    list(callers.map(search, range(8)))
