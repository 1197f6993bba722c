"""Short tasks on a pool of joblib. Usage: joblib_tasks.py SECONDS BACKEND JOBS TASK_MS REST_MS"""
import sys
import time

from joblib import Parallel, delayed


def burn(milliseconds, end):
    stop = time.thread_time() + milliseconds / 1000
    while time.thread_time() < stop and time.time() < end:
        for _ in range(500):
            pass


if __name__ == "__main__":
    seconds, backend, jobs, task_ms, rest_ms = float(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:])
    end = time.time() + seconds
    with Parallel(n_jobs=jobs, backend=backend, batch_size=1) as parallel:
        while time.time() < end:
            parallel(delayed(burn)(task_ms, end) for _ in range(4 * jobs))
            time.sleep(max(0, min(rest_ms / 1000, end - time.time())))
