"""A stage of a pipe: source SECONDS EVERY_MS MS writes blocks, filter MS hands them on after some work.

The source ends the pipe; a filter ends with its input.
"""
import sys
import time

from work import burn, rest

BLOCK = bytes(1 << 16)
FOREVER = float("inf")


def source(seconds, every_ms, milliseconds):
    start = time.monotonic()
    end, block = start + seconds, 0
    while time.monotonic() < end:
        rest((start + block * every_ms / 1000 - time.monotonic()) * 1000, end)
        burn(milliseconds, end)
        sys.stdout.buffer.write(BLOCK)
        sys.stdout.buffer.flush()
        block += 1


def hand_on(milliseconds):
    while block := sys.stdin.buffer.read(len(BLOCK)):
        burn(milliseconds, FOREVER)
        sys.stdout.buffer.write(block)
        sys.stdout.buffer.flush()


role, *numbers = sys.argv[1:]
(source if role == "source" else hand_on)(*map(float, numbers))
