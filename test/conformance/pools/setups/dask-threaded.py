"""dask with its threaded scheduler."""
import dask

from work import SIZE, measure, task

if __name__ == "__main__":
    measure(lambda count: dask.compute(*[dask.delayed(task, pure=False)(i) for i in range(count)], scheduler="threads", num_workers=SIZE))
