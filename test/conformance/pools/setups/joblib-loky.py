"""joblib with processes, n_jobs=-1."""
from joblib import Parallel, delayed

from work import SIZE, measure, task

if __name__ == "__main__":
    with Parallel(n_jobs=SIZE or -1, batch_size=1) as parallel:
        measure(lambda count: parallel(delayed(task)(i) for i in range(count)))
