"""Files of uneven size are compressed on N threads with three codecs. Usage: compress.py SECONDS THREADS"""
import bz2
import concurrent.futures
import lzma
import random
import sys
import time
import zlib

SECONDS, THREADS = map(float, sys.argv[1:])
END = time.monotonic() + SECONDS
CHANCE = random.Random(1)
TEXT = " ".join(str(CHANCE.getrandbits(20)) for _ in range(60_000)).encode()
CODECS = [zlib.compress, bz2.compress, lzma.compress]


def compress(k):
    return len(CODECS[k % 3](TEXT[: len(TEXT) // (1 + k % 4)])) if time.monotonic() < END else 0


with concurrent.futures.ThreadPoolExecutor(int(THREADS)) as pool:
    running, k = set(), 0
    while time.monotonic() < END:
        while len(running) < 3 * THREADS:
            running.add(pool.submit(compress, k))
            k += 1
        _, running = concurrent.futures.wait(running, 1, concurrent.futures.FIRST_COMPLETED)
