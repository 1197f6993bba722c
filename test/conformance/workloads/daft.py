# preset: daft
# group: storage
# expect: no-control
import daft
import numpy

VERSION = f"daft {daft.__version__}"
n = 3_000_000
frame = daft.from_pydict({"k": numpy.arange(n) % 10_007, "v": numpy.random.rand(n)}).into_partitions(8).collect()


def step():
    frame.with_column("w", daft.functions.sin(frame["v"]) * daft.functions.exp(frame["v"])).groupby("k").agg(daft.col("w").sum()).collect()
