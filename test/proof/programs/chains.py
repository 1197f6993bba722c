"""Markov chains in processes of their own that meet after each step to swap states; the first one writes them down.

Usage: chains.py SECONDS CHAINS STEP_MS REST_MS
"""
import multiprocessing
import random
import sys
import tempfile
import threading
import time

from work import burn, rest


def chain(place, meeting, step_ms, rest_ms, end):
    chance = random.Random(place)
    try:
        with tempfile.TemporaryFile("w") as file:
            while time.monotonic() < end:
                burn(step_ms * chance.uniform(0.9, 1.1), end)
                if place == 0:
                    file.write(f"{chance.random()}\n")
                meeting.wait()
                rest(rest_ms, end)
    except threading.BrokenBarrierError:
        pass
    finally:
        meeting.abort()


def main():
    seconds, count, step_ms, rest_ms = map(float, sys.argv[1:])
    end = time.monotonic() + seconds
    meeting = multiprocessing.Barrier(int(count))
    processes = [
        multiprocessing.Process(target=chain, args=(place, meeting, step_ms, rest_ms, end))
        for place in range(int(count))
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


if __name__ == "__main__":
    main()
