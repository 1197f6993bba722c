"""dask with its multiprocessing scheduler, and a pool that stays."""
import dask
from dask.multiprocessing import get_context, initialize_worker_process
from concurrent.futures import ProcessPoolExecutor
from dask.system import CPU_COUNT

from work import SIZE, measure, task

if __name__ == "__main__":
    workers = SIZE or dask.config.get("num_workers", None) or CPU_COUNT
    with ProcessPoolExecutor(workers, mp_context=get_context(), initializer=initialize_worker_process) as pool:
        with dask.config.set(scheduler="processes", pool=pool):
            measure(lambda count: dask.compute(*[dask.delayed(task, pure=False)(i) for i in range(count)]))
