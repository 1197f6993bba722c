# preset: joblib-loky
# group: core
# variable: LOKY_MAX_CPU_COUNT
# fast: yes
import joblib
from joblib.externals.loky import get_reusable_executor

VERSION = f"joblib {joblib.__version__}"


def step():
    # joblib.Parallel asks its workers every 10 ms, which counts as waiting on a busy machine; the pool below it blocks.
    list(get_reusable_executor().map(sum, [range(30_000_000)] * 4))
