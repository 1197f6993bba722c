"""No pool of the application."""
from work import measure, task


def run(count):
    for _ in range(count):
        task()


if __name__ == "__main__":
    measure(run)
