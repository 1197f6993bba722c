"""torch.utils.data.DataLoader with a worker for each CPU and NumPy in the workers."""
import os

from torch.utils.data import DataLoader, Dataset

from work import SIZE, measure, task


class Tasks(Dataset):
    def __init__(self, count):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        task()
        return index


def run(count):
    for _ in DataLoader(Tasks(count), batch_size=1, num_workers=SIZE or len(os.sched_getaffinity(0))):
        pass


if __name__ == "__main__":
    measure(run)
