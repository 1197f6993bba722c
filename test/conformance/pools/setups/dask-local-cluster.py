"""dask.distributed.LocalCluster() of the default size: processes, each with a nanny."""
from distributed import Client, LocalCluster

from work import SIZE, measure, task

if __name__ == "__main__":
    with LocalCluster(n_workers=SIZE, dashboard_address=None, processes=True) as cluster, Client(cluster) as client:
        measure(lambda count: client.gather(client.map(task, range(count), pure=False)))
