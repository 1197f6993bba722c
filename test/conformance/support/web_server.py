"""A web server on this machine, and requests to it that keep its worker processes busy."""
import atexit
import hashlib
import socket
import subprocess
import sys
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

CLIENTS, REQUESTS = 6, 24


def burn():
    return hashlib.pbkdf2_hmac("sha256", b"a", b"b", 160_000).hex().encode()


class Server:
    def __init__(self, *command):
        """`{port}` in the command is replaced by a free port."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        words = [word.replace("{port}", str(self.port)) for word in command]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        self.process = subprocess.Popen([sys.executable, "-m", *words], **quiet)
        atexit.register(self.process.wait)
        atexit.register(self.process.terminate)
        self.clients = ThreadPoolExecutor(CLIENTS)
        self.wait_until_ready()

    def wait_until_ready(self):
        while True:
            try:
                return self.ask()
            except OSError:
                if self.process.poll() is not None:
                    raise RuntimeError(f"the server ended with {self.process.returncode}")
                time.sleep(0.02)

    def ask(self, _=0):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=30) as answer:
            return answer.read()

    def load(self):
        for _ in self.clients.map(self.ask, range(REQUESTS)):
            pass
