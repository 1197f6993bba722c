"""Groups and sorts, for JOB_SECONDS (10): as many threads as Polars starts."""
import os
import time

import polars

rows = 400_000
table = polars.DataFrame({'n': range(rows)}).with_columns(key=polars.col('n').hash() % 997, value=polars.col('n').hash(7))
end = time.monotonic() + float(os.environ.get('JOB_SECONDS', '10'))
rounds = 0
while time.monotonic() < end:
    table.group_by('key').agg(polars.col('value').median(), polars.col('n').sum()).sort('key')
    table.sort('value')
    rounds += 1
print(f"worker {os.environ.get('ONEPROCPOOL_WORKER_INDEX', '-')}: {rounds} rounds, {polars.thread_pool_size()} threads")
