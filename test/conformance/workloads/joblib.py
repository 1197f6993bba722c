# preset: joblib-loky
# group: core
# variable: LOKY_MAX_CPU_COUNT
# fast: yes
import joblib

VERSION = f"joblib {joblib.__version__}"


def step():
    # The work must be a function that a fresh worker process can import.
    joblib.Parallel(n_jobs=-1, batch_size=1)(joblib.delayed(sum)(range(30_000_000)) for _ in range(4))
