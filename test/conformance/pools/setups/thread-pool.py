"""multiprocessing.pool.ThreadPool() of the default size."""
from multiprocessing.pool import ThreadPool

from work import SIZE, measure, task

if __name__ == "__main__":
    with ThreadPool(SIZE) as pool:
        measure(lambda count: pool.map(task, range(count), chunksize=1))
