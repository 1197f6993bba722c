"""The engine in Python: engine.py SECONDS SHAPE [KEY=VALUE...] [+ SHAPE [KEY=VALUE...]]...

Keys as in ../truth/shapes.mjs: n, procs, on, off, every (ms), from, until (s). Threads take turns under the lock of the
interpreter: n busy threads demand one CPU. Shapes: busy, sleep, timed, arrivals, children, pool, executor.
"""
import concurrent.futures
import multiprocessing
import os
import queue
import sys
import threading
import time

ORIGIN = time.monotonic()


def burn(cpu_seconds, end):
    stop = time.thread_time() + cpu_seconds
    while time.thread_time() < stop and time.monotonic() < end:
        for _ in range(500):
            pass


def nap(seconds, end):
    time.sleep(max(0, min(seconds, end - time.monotonic())))


def pieces(g, place):
    pauses = {"sleep": nap, "timed": lambda seconds, end: threading.Event().wait(max(0, min(seconds, end - time.monotonic())))}
    pause = pauses.get(g["shape"], lambda *_: None)
    nap(g["begin"] + place * g["off"] - time.monotonic(), g["end"])
    while time.monotonic() < g["end"]:
        burn(g["on"], g["end"])
        pause(g["off"], g["end"])


def arrivals(g, place):
    work = g["queue"]
    if place == 0:
        threading.Thread(target=produce, args=(g,), daemon=True).start()
    while work.get() is not None:
        burn(g["on"], g["end"])
    work.put(None)


def produce(g):
    k = 0
    while g["begin"] + k * g["every"] < g["end"]:
        nap(g["begin"] + k * g["every"] - time.monotonic(), g["end"])
        g["queue"].put(k)
        k += 1
    g["queue"].put(None)


def children(g, place):
    nap(g["begin"] + place * (g["on"] + g["off"]) * (g["off"] > 0) - time.monotonic(), g["end"])
    while time.monotonic() < g["end"]:
        child = os.fork()
        if child == 0:
            burn(g["on"], g["end"])
            os._exit(0)
        os.waitpid(child, 0)
        nap(g["off"], g["end"])


def one_task(task):
    burn(*task)


def pool(g, _):
    """n processes that all get a piece; when the last one is done, they rest."""
    with multiprocessing.Pool(g["n"]) as workers:
        nap(g["begin"] - time.monotonic(), g["end"])
        while time.monotonic() < g["end"]:
            workers.map(one_task, [(g["on"], g["end"])] * g["n"], chunksize=1)
            nap(g["off"], g["end"])


def executor(g, _):
    with concurrent.futures.ProcessPoolExecutor(g["n"]) as workers:
        nap(g["begin"] - time.monotonic(), g["end"])
        while time.monotonic() < g["end"]:
            list(workers.map(one_task, [(g["on"], g["end"])] * g["n"]))
            nap(g["off"], g["end"])


SHAPES = {"busy": pieces, "sleep": pieces, "timed": pieces, "arrivals": arrivals, "children": children, "pool": pool, "executor": executor}


def run_group(g, process):
    count = 1 if g["shape"] in ("pool", "executor") else g["n"]
    total = count * max(1, g["procs"])
    g["queue"] = queue.Queue()
    threads = [threading.Thread(target=SHAPES[g["shape"]], args=(g, (process * count + i) / total)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def parse(words):
    groups = []
    for part in " ".join(words[1:]).split(" + "):
        shape, *keys = part.split()
        g = {"shape": shape, "n": 1, "procs": 0, "on": 1e9, "off": 0, "every": 0, "from": 0, "until": float(words[0])}
        g.update((key, float(value)) for key, value in (word.split("=") for word in keys))
        g.update({key: g[key] / 1000 for key in ("on", "off", "every")}, n=int(g["n"]), procs=int(g["procs"]))
        groups.append({**g, "begin": ORIGIN + g["from"], "end": ORIGIN + g["until"]})
    return groups


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: engine.py SECONDS SHAPE [KEY=VALUE...] [+ SHAPE [KEY=VALUE...]]...")
    context = multiprocessing.get_context("fork")
    running = []
    for g in parse(sys.argv[1:]):
        for process in range(g["procs"]):
            running.append(context.Process(target=run_group, args=(g, process)))
        if g["procs"] == 0:
            running.append(threading.Thread(target=run_group, args=(g, 0)))
    for task in running:  # Processes come first in the table where both are used: a fork takes no threads along.
        task.start()
    for task in running:
        task.join()


if __name__ == "__main__":
    main()
