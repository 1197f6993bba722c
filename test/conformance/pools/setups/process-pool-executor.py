"""concurrent.futures.ProcessPoolExecutor() of the default size."""
from concurrent.futures import ProcessPoolExecutor

from work import SIZE, measure, task

if __name__ == "__main__":
    with ProcessPoolExecutor(SIZE) as pool:
        measure(lambda count: list(pool.map(task, range(count))))
