# preset: datafusion
# group: numeric
# with: datafusion
# variable: TOKIO_WORKER_THREADS
# force: TOKIO_WORKER_THREADS={threads}
import datafusion
import numpy
import pyarrow

VERSION = f"datafusion {datafusion.__version__}"
n = 2_000_000
context = datafusion.SessionContext()
table = pyarrow.table({"k": numpy.arange(n) % 10_007, "v": numpy.random.rand(n)})
context.register_record_batches("t", [table.to_batches(max_chunksize=65_536)])


def step():
    context.sql("select k, sum(v), stddev(v), median(v) from t group by k order by 2").collect()
