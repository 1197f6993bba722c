"""Frames go from stage to stage through short queues, each stage a thread of its own in native code.

Usage: video.py SECONDS FRAMES_PER_SECOND MS...  (0 frames per second: as fast as the slowest stage)
"""
import queue
import sys
import threading
import time

from work import digest, rest

END = time.monotonic() + float(sys.argv[1])
GAP_MS = 1000 / float(sys.argv[2]) if float(sys.argv[2]) > 0 else 0
STAGES = [float(word) for word in sys.argv[3:]]
QUEUES = [queue.Queue(4) for _ in STAGES]


def put(frames, frame):
    while time.monotonic() < END:
        try:
            return frames.put(frame, timeout=0.2)
        except queue.Full:
            pass


def decode():
    start = time.monotonic()
    frame = 0
    while time.monotonic() < END:
        rest((start + frame * GAP_MS / 1000 - time.monotonic()) * 1000, END)
        digest(STAGES[0], END)
        put(QUEUES[1], frame)
        frame += 1


def stage(place):
    while time.monotonic() < END:
        try:
            frame = QUEUES[place].get(timeout=0.2)
        except queue.Empty:
            continue
        digest(STAGES[place], END)
        if place + 1 < len(STAGES):
            put(QUEUES[place + 1], frame)


threads = [threading.Thread(target=decode)]
threads += [threading.Thread(target=stage, args=(place,)) for place in range(1, len(STAGES))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
