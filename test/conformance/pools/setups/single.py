"""No pool of the application: one process after the other product."""
from work import measure, task


def run(count):
    for _ in range(count):
        task()


if __name__ == "__main__":
    measure(run)
