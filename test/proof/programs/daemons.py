"""Forks twice, leaves its session, and lets daemons work; the starter waits until they have closed their end of a pipe.

Usage: daemons.py SECONDS DAEMONS ON_MS OFF_MS
"""
import os
import sys
import time

from work import burn, rest

SECONDS, DAEMONS, ON_MS, OFF_MS = map(float, sys.argv[1:])
END = time.monotonic() + SECONDS
waiting, living = os.pipe()
for place in range(int(DAEMONS)):
    if os.fork() == 0:
        os.setsid()
        if os.fork() != 0:
            os._exit(0)
        os.chdir("/")
        os.close(waiting)
        rest(place / DAEMONS * (ON_MS + OFF_MS) if OFF_MS else 0, END)
        while time.monotonic() < END:
            burn(ON_MS, END)
            rest(OFF_MS, END)
        os._exit(0)
    os.wait()
os.close(living)
os.read(waiting, 1)
