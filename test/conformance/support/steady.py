"""Runs a workload: imports the file, says what it is, and repeats its step() between two marks.

Usage: steady.py WORKLOAD.py
Environment: CONFORMANCE_SECONDS (4), CONFORMANCE_CURE=k (call the workload's cure(k) first)
Marks on stdout: `@version TEXT`, `@work PID` when steady work begins, `@done N` after N steps.
"""
import os
import runpy
import sys
import time

seconds = float(os.environ.get("CONFORMANCE_SECONDS", "4"))
workload = runpy.run_path(sys.argv[1], run_name="workload")
cure = os.environ.get("CONFORMANCE_CURE")
if cure:
    workload["cure"](int(cure))
step = workload["step"]

print("@version", workload["VERSION"], flush=True)
step()  # pools start, code is compiled
print("@work", os.getpid(), flush=True)
steps = 0
end = time.monotonic() + seconds
while time.monotonic() < end:
    step()
    steps += 1
print("@done", steps, flush=True)
