# preset: torch
# group: torch
# variable: OMP_NUM_THREADS
# fast: yes
import torch

VERSION = f"torch {torch.__version__}"
a = torch.rand(4_000_000)
b = torch.rand(700, 700)


def step():
    torch.sin(a).exp_()
    b @ b
