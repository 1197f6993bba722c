"""A coordinator hands tests to interpreters through pipes, one at a time; tests work, and some wait for something.

Usage: test_runner.py SECONDS WORKERS CPU_MS WAIT_MS
"""
import random
import subprocess
import sys
import threading
import time

from work import burn, rest


def worker():
    for line in sys.stdin:
        cpu_ms, wait_ms, left = map(float, line.split())
        end = time.monotonic() + left
        burn(cpu_ms, end)
        rest(wait_ms, end)
        print("passed", flush=True)


def coordinate(place, seconds_at_end, cpu_ms, wait_ms):
    sizes = random.Random(place)
    command = [sys.executable, "-B", __file__, "worker"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        while (left := seconds_at_end - time.monotonic()) > 0:
            size = sizes.uniform(0.6, 1.4)
            process.stdin.write(f"{size * cpu_ms} {size * wait_ms} {left}\n")
            process.stdin.flush()
            process.stdout.readline()
        process.stdin.close()


def main():
    if sys.argv[1] == "worker":
        return worker()
    seconds, count, cpu_ms, wait_ms = map(float, sys.argv[1:])
    end = time.monotonic() + seconds
    threads = [
        threading.Thread(target=coordinate, args=(place, end, cpu_ms, wait_ms)) for place in range(int(count))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
