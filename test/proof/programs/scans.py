"""Readers of a database (SQLite, in memory), each with a thread of its own. Usage: scans.py SECONDS READERS REST_MS"""
import sqlite3
import sys
import threading
import time

from work import rest

SECONDS, READERS, REST_MS = map(float, sys.argv[1:])
END = time.monotonic() + SECONDS
ROWS = 100_000


def read():
    database = sqlite3.connect(":memory:")
    database.execute("create table sales (shop integer, amount integer)")
    database.executemany("insert into sales values (?, ?)", ((k % 97, k * 31 % 1009) for k in range(ROWS)))
    scan = "select sum(amount * shop % 7), max(amount), avg(shop), count(*) from sales where amount % 3 <> shop % 5"
    while time.monotonic() < END:
        database.execute(scan).fetchone()
        rest(REST_MS, END)


threads = [threading.Thread(target=read) for _ in range(int(READERS))]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
