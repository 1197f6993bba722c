# preset: polars
# group: core
# variable: POLARS_MAX_THREADS
# fast: yes
import polars

VERSION = f"polars {polars.__version__}"
# Long queries: between two of them the idle pool yields, which counts as waiting on a busy machine.
n = 8_000_000
frame = polars.select(k=polars.int_range(n) % 1013, v=polars.int_range(n).cast(polars.Float64).sin())


def step():
    frame.lazy().group_by("k").agg(polars.col("v").sum(), polars.col("v").sort().median().alias("m")).sort("m").collect()
