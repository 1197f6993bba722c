"""A driver plans a batch, sends a task to each executor (a process), and waits for the answers and the next interval.

Usage: batches.py SECONDS EXECUTORS INTERVAL_MS PLAN_MS TASK_MS
"""
import multiprocessing
import sys
import time

from work import burn, rest


def execute(channel):
    while (task := channel.recv()) is not None:
        burn(*task)
        channel.send("done")


def main():
    seconds, count, interval_ms, plan_ms, task_ms = map(float, sys.argv[1:])
    start = time.monotonic()
    end = start + seconds
    channels = []
    for _ in range(int(count)):
        here, there = multiprocessing.Pipe()
        multiprocessing.Process(target=execute, args=(there,), daemon=True).start()
        channels.append(here)
    at = time.monotonic()
    while time.monotonic() < end:
        burn(plan_ms, end)
        for channel in channels:
            channel.send((task_ms, end))
        for channel in channels:
            channel.recv()
        at = max(at + interval_ms / 1000, time.monotonic())
        rest((at - time.monotonic()) * 1000, end)


if __name__ == "__main__":
    main()
