"""concurrent.futures.ProcessPoolExecutor() of the default size."""
from concurrent.futures import ProcessPoolExecutor

from work import measure, task

if __name__ == "__main__":
    with ProcessPoolExecutor() as pool:
        measure(lambda count: list(pool.map(task, range(count))))
