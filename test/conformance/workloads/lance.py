# preset: lance
# library: Lance (pylance)
# group: storage
# expect: no-control
# note: vector search runs on a tokio runtime of its own: LANCE_CPU_THREADS=1 left the demand unchanged
import tempfile

import lance
import numpy
import pyarrow

VERSION = f"pylance {lance.__version__}"
directory = tempfile.mkdtemp()
n = 40_000
vectors = pyarrow.FixedSizeListArray.from_arrays(numpy.random.rand(n * 64).astype("f4"), 64)
dataset = lance.write_dataset(pyarrow.table({"v": vectors, "k": numpy.arange(n)}), f"{directory}/t.lance", max_rows_per_group=2048)
query = numpy.random.rand(64).astype("f4")


def step():
    for _ in range(5):
        dataset.to_table(nearest={"column": "v", "q": query, "k": 10})
