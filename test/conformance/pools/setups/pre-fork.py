"""A server in the manner of gunicorn: loads NumPy, then forks WEB_CONCURRENCY workers, or one for each CPU."""
import os

from work import SIZE, measure, task

WORKERS = SIZE or int(os.environ.get("WEB_CONCURRENCY") or os.cpu_count())


def run(count):
    children = []
    for index in range(WORKERS):
        pid = os.fork()
        if pid == 0:
            for _ in range(index, count, WORKERS):
                task()
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    measure(run)
