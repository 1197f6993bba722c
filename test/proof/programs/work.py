"""Work counted in CPU time of the thread, for the programs next to it. It ends when `end` (time.monotonic()) is reached."""
import hashlib
import time

BLOCK = bytes(1 << 18)


def burn(milliseconds, end):
    """Holds the lock of the interpreter."""
    stop = time.thread_time() + milliseconds / 1000
    while time.thread_time() < stop and time.monotonic() < end:
        for _ in range(500):
            pass


def digest(milliseconds, end):
    """Gives the lock of the interpreter away, as compressors and codecs do."""
    stop = time.thread_time() + milliseconds / 1000
    while time.thread_time() < stop and time.monotonic() < end:
        hashlib.sha256(BLOCK)


def rest(milliseconds, end):
    time.sleep(max(0, min(milliseconds / 1000, end - time.monotonic())))
