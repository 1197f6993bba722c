# preset: joblib-loky
# library: joblib.Parallel (loky workers)
# group: core
# variable: LOKY_MAX_CPU_COUNT
import joblib

VERSION = f"joblib {joblib.__version__}"


def step():
    # Few and long tasks: for each the parent wakes every 10 ms, which counts as waiting on a busy machine.
    joblib.Parallel(n_jobs=-1)(joblib.delayed(sum)(range(60_000_000)) for _ in range(4))
