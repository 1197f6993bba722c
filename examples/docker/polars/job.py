"""Groups, for JOB_SECONDS (10): as many threads as Polars starts."""
import os
import time

import polars

table = polars.select(n=polars.int_range(8_000_000)).select(key=polars.col('n') % 1013, value=polars.col('n').sin())
end = time.monotonic() + float(os.environ.get('JOB_SECONDS', '10'))
rounds = 0
while time.monotonic() < end:
    table.lazy().group_by('key').agg(polars.col('value').sort().diff().abs().sum()).collect()
    rounds += 1
print(f"worker {os.environ.get('ONEPROCPOOL_WORKER_INDEX', '-')}: {rounds} rounds, {polars.thread_pool_size()} threads")
