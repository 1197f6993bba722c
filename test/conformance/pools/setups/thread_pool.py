"""multiprocessing.pool.ThreadPool() of the default size."""
from multiprocessing.pool import ThreadPool

from work import measure, task

if __name__ == "__main__":
    with ThreadPool() as pool:
        measure(lambda count: pool.map(task, range(count), chunksize=1))
