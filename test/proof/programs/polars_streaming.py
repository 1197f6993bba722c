"""Polars' streaming engine, several pools that take turns. Usage: polars_streaming.py SECONDS"""
import sys
import time

import polars

end = time.monotonic() + float(sys.argv[1])
frame = polars.select(k=polars.int_range(2_000_000) % 1013, v=polars.int_range(2_000_000).cast(polars.Float64))
while time.monotonic() < end:
    frame.lazy().group_by("k").agg(polars.col("v").sum(), polars.col("v").max().alias("m")).collect(engine="streaming")
