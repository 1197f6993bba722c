"""A kernel: a thread answers heartbeats, another one publishes output, and cells run one after the other.

Usage: notebook.py SECONDS CELL_SECONDS PAUSE_SECONDS THREADS  (each cell works on so many threads, in native code)
"""
import concurrent.futures
import queue
import socket
import sys
import threading
import time

from work import digest, rest


def heart(here):
    while here.recv(4):
        here.send(b"pong")


def ask(there, end):
    while time.monotonic() < end:
        there.send(b"ping")
        there.recv(4)
        rest(200, end)
    there.close()


def publish(output):
    while output.get() is not None:
        sys.stdout.flush()


def main():
    seconds, cell_seconds, pause_seconds, count = map(float, sys.argv[1:])
    end = time.monotonic() + seconds
    here, there = socket.socketpair()
    output = queue.Queue()
    threads = [
        threading.Thread(target=heart, args=(here,)),
        threading.Thread(target=ask, args=(there, end)),
        threading.Thread(target=publish, args=(output,)),
    ]
    for thread in threads:
        thread.start()
    with concurrent.futures.ThreadPoolExecutor(int(count)) as pool:
        while time.monotonic() < end:
            rest(pause_seconds * 1000, end)
            cell_end = min(end, time.monotonic() + cell_seconds)
            for task in [pool.submit(digest, 1e6, cell_end) for _ in range(int(count))]:
                task.result()
            output.put("done")
    output.put(None)
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
