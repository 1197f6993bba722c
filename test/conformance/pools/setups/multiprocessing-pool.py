"""multiprocessing.Pool() of the default size."""
import multiprocessing

from work import SIZE, measure, task

if __name__ == "__main__":
    with multiprocessing.Pool(SIZE) as pool:
        measure(lambda count: pool.map(task, range(count), chunksize=1))
