"""torchrun with a process for each CPU, and NumPy in the processes."""
import os
import time

import torch.distributed
from torch.distributed.run import main

from work import SIZE, TASKS, task


def work():
    torch.distributed.init_process_group("gloo")
    rank, processes = torch.distributed.get_rank(), torch.distributed.get_world_size()
    run(rank, processes, 8)
    if rank == 0:
        print("@work", os.getppid(), flush=True)
    started = time.monotonic()
    run(rank, processes, TASKS)
    if rank == 0:
        print("@done", round(time.monotonic() - started, 3), flush=True)
    torch.distributed.destroy_process_group()


def run(rank, processes, count):
    for _ in range(rank, count, processes):
        task()
    torch.distributed.barrier()


if __name__ == "__main__":
    if "LOCAL_RANK" in os.environ:
        work()
    else:
        main(["--standalone", f"--nproc-per-node={SIZE or 'cpu'}", __file__])
