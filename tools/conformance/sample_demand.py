"""Independent sampler: the demand of a workload between its marks, in CPUs.

Usage: sample_demand.py --out FILE [--period SECONDS] [--timeout SECONDS] -- COMMAND [ARG...]

Starts COMMAND, copies its stderr through, reads its stdout. From `@work PID` to `@done` it adds, over all
threads of PID and its descendants, the time each one ran or waited for a CPU (the first two numbers of
/proc/PID/task/TID/schedstat, nanoseconds), and divides by the wall time: the mean number of runnable threads.
It shares no code with the product's sampler. Writes JSON: status, version, demand, peakThreads, comms, steps,
output (stdout lines that are no marks).
Whatever is left of the process group of COMMAND is killed at the end.
"""
import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time


def children_by_parent():
    table = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            with open(f"/proc/{name}/stat", "rb") as file:
                after_name = file.read().rpartition(b")")[2].split()
        except OSError:
            continue  # gone between the two reads
        table.setdefault(int(after_name[1]), []).append(int(name))
    return table


def tree(root):
    table = children_by_parent()
    found, todo = [], [root]
    while todo:
        pid = todo.pop()
        found.append(pid)
        todo.extend(table.get(pid, ()))
    return found


def scan(pids):
    """{(pid, tid): nanoseconds running or waiting}"""
    tasks = {}
    for pid in pids:
        try:
            tids = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for tid in tids:
            try:
                with open(f"/proc/{pid}/task/{tid}/schedstat", "rb") as file:
                    ran, waited, _ = file.read().split()
            except OSError:
                continue
            tasks[pid, tid] = int(ran) + int(waited)
    return tasks


class Sampler(threading.Thread):
    def __init__(self, root, period):
        super().__init__(daemon=True)
        self.root, self.period = root, period
        self.stopping = threading.Event()
        self.runnable_ns = 0
        self.peak_threads = 0
        self.pids = tree(root)
        self.last = scan(self.pids)
        self.begin = self.listed = time.monotonic_ns()
        self.end = self.begin

    def sample(self):
        now = time.monotonic_ns()
        # A full walk of /proc is dearer than reading the known tasks: new processes are rare.
        if now - self.listed > 200_000_000:
            self.pids, self.listed = tree(self.root), now
        tasks = scan(self.pids)
        for task, value in tasks.items():
            self.runnable_ns += value - self.last.get(task, 0)
        self.last, self.end = tasks, now
        self.peak_threads = max(self.peak_threads, len(tasks))

    def run(self):
        while not self.stopping.wait(self.period):
            self.sample()

    def finish(self):
        self.stopping.set()
        self.join()
        self.sample()
        return self.runnable_ns / max(1, self.end - self.begin)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", required=True)
    parser.add_argument("--period", type=float, default=0.02)
    parser.add_argument("--timeout", type=float, default=180)
    parser.add_argument("command", nargs="+")
    options = parser.parse_args()

    started = time.monotonic()
    process = subprocess.Popen(options.command, stdout=subprocess.PIPE, text=True, errors="replace", start_new_session=True)
    timer = threading.Timer(options.timeout, lambda: os.killpg(process.pid, signal.SIGKILL))
    timer.start()
    result = {"version": None, "demand": None, "peakThreads": None, "steps": None, "output": []}
    sampler = None
    for line in process.stdout:
        mark, _, rest = line.rstrip("\n").partition(" ")
        if mark == "@version":
            result["version"] = rest.strip()
        elif mark == "@work":
            sampler = Sampler(int(rest), options.period)
            sampler.start()
        elif mark == "@done" and sampler:
            result["demand"] = round(sampler.finish(), 3)
            result["peakThreads"] = sampler.peak_threads
            result["steps"] = int(rest or 0)
            result["seconds"] = round((sampler.end - sampler.begin) / 1e9, 2)
        elif line.strip():
            result["output"].append(line.rstrip("\n"))
    result["status"] = process.wait()
    timer.cancel()
    try:
        os.killpg(process.pid, signal.SIGKILL)  # helpers that outlived the command
    except ProcessLookupError:
        pass
    result["wallSeconds"] = round(time.monotonic() - started, 2)
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(result, file)
    return 0


if __name__ == "__main__":
    sys.exit(main())
