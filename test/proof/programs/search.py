"""Trials of uneven length on N processes; a bad one is stopped early and the next one starts at once.

Usage: search.py SECONDS PROCESSES TRIAL_MS
"""
import concurrent.futures
import random
import sys
import time

from work import burn


def trial(seed, milliseconds, end):
    chance = random.Random(seed)
    best = 0
    for _ in range(10):
        burn(milliseconds * chance.uniform(0.5, 1.5) / 10, end)
        best = max(best, chance.random())
        if best < 0.2:
            break
    return best


def main():
    seconds, count, milliseconds = map(float, sys.argv[1:])
    end, seed, best, running = time.monotonic() + seconds, 0, 0, set()
    with concurrent.futures.ProcessPoolExecutor(int(count)) as pool:
        while time.monotonic() < end:
            while len(running) < 2 * count:
                running.add(pool.submit(trial, seed, milliseconds, end))
                seed += 1
            done, running = concurrent.futures.wait(running, 1, concurrent.futures.FIRST_COMPLETED)
            best = max([best, *(task.result() for task in done)])


if __name__ == "__main__":
    main()
