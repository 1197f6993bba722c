"""N processes accept from one socket; another process sends requests. Usage: prefork.py SECONDS PROCESSES CPU_MS EVERY_MS"""
import os
import random
import signal
import socket
import sys
import tempfile
import time

from work import burn, rest

SECONDS, PROCESSES, CPU_MS, EVERY_MS = map(float, sys.argv[1:])
END = time.monotonic() + SECONDS


def serve(listener):
    while True:
        connection, _ = listener.accept()
        connection.recv(64)
        burn(CPU_MS, END)
        connection.close()


def start(task, *words):
    child = os.fork()
    if child:
        return child
    try:
        task(*words)
    finally:
        os._exit(0)


def send(path):
    """The requests of a second come at uneven distances, and do not wait for the answers of others."""
    chance, start_at, k, unanswered = random.Random(3), time.monotonic(), 0, []
    while time.monotonic() < END:
        at = start_at + (k + chance.uniform(-0.3, 0.3)) * EVERY_MS / 1000
        rest((at - time.monotonic()) * 1000, END)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(1)
        try:
            connection.connect(path)
            connection.send(b"GET")
        except OSError:
            rest(EVERY_MS, END)
        unanswered = [*unanswered[-200:], connection]
        k += 1


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "socket")
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(256)
    servers = [start(serve, listener) for _ in range(int(PROCESSES))]
    sender = start(send, path)
    os.waitpid(sender, 0)
    for server in servers:
        os.kill(server, signal.SIGTERM)
        os.waitpid(server, 0)
