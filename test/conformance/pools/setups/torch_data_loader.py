"""torch.utils.data.DataLoader with a worker for each CPU that joblib-like code would count, NumPy in the workers."""
import os

import torch
from torch.utils.data import DataLoader, Dataset

from work import measure, task


class Tasks(Dataset):
    def __init__(self):
        self.count = 0

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        task()
        return index


if __name__ == "__main__":
    workers = int(os.environ.get("ONEPROCPOOL_THREADS") or os.cpu_count())
    torch.manual_seed(0)

    def run(count):
        data = Tasks()
        data.count = count
        for _ in DataLoader(data, batch_size=1, num_workers=workers):
            pass

    measure(run)
