# preset: duckdb
# group: numeric
# expect: no-control
import duckdb

VERSION = f"duckdb {duckdb.__version__}"
base = duckdb.connect()
base.execute("create table t as select (random() * 1e5)::int k, random() v from range(3000000)")


def cure(threads):
    base.execute(f"set threads = {threads}")


def step():
    base.execute("select k, sum(v), median(v) from t group by k order by 2").fetchall()
