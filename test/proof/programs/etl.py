"""Reader -> N transformers -> writer, processes with bounded queues; chunks of uneven size; the writer syncs a file.

Usage: etl.py SECONDS EVERY_MS READ_MS TRANSFORMERS TRANSFORM_MS WRITE_MS  (0 ms: the next chunk is always there)
"""
import multiprocessing
import os
import queue
import random
import sys
import tempfile
import time

from work import burn, rest


def put(chunks, chunk, end):
    while time.monotonic() < end:
        try:
            return chunks.put(chunk, timeout=0.2)
        except queue.Full:
            pass


def read(raw, every_ms, read_ms, end):
    start, chunk, sizes = time.monotonic(), 0, random.Random(7)
    while time.monotonic() < end:
        rest((start + chunk * every_ms / 1000 - time.monotonic()) * 1000, end)
        burn(read_ms, end)
        put(raw, sizes.uniform(0.7, 1.3), end)
        chunk += 1


def transform(raw, clean, milliseconds, end):
    while time.monotonic() < end:
        try:
            size = raw.get(timeout=0.2)
        except queue.Empty:
            continue
        burn(size * milliseconds, end)
        put(clean, size, end)


def write(clean, milliseconds, end):
    with tempfile.TemporaryFile() as file:
        while time.monotonic() < end:
            try:
                size = clean.get(timeout=0.2)
            except queue.Empty:
                continue
            burn(milliseconds, end)
            file.write(b"x" * int(size * 10_000))
            file.flush()


def main():
    end = time.monotonic() + float(sys.argv[1])
    every_ms, read_ms, count, transform_ms, write_ms = map(float, sys.argv[2:])
    raw, clean = multiprocessing.Queue(8), multiprocessing.Queue(8)
    tasks = [(read, raw, every_ms, read_ms, end)]
    tasks += [(transform, raw, clean, transform_ms, end)] * int(count)
    tasks += [(write, clean, write_ms, end)]
    processes = [multiprocessing.Process(target=task, args=words) for task, *words in tasks]
    for process in processes:
        process.start()
    rest((end - time.monotonic()) * 1000, end)
    for process in processes:
        process.kill()  # One that has not given away all of its queue would stay.
        process.join()
    os._exit(0)


if __name__ == "__main__":
    main()
