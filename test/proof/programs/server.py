"""An asyncio server on a socket in the file system; requests are worked on by threads in native code. Clients live next to it.

Usage: server.py SECONDS CLIENTS THREADS CPU_MS THINK_MS
"""
import asyncio
import concurrent.futures
import os
import random
import sys
import tempfile
import time

from work import burn, digest

SECONDS, CLIENTS, THREADS, CPU_MS, THINK_MS = map(float, sys.argv[1:])
END = time.monotonic() + SECONDS
POOL = concurrent.futures.ThreadPoolExecutor(int(THREADS))


async def answer(reader, writer):
    while await reader.read(64):
        await asyncio.get_running_loop().run_in_executor(POOL, digest, CPU_MS, END)
        burn(0.1, END)
        writer.write(b"200")
        await writer.drain()
    writer.close()


async def client(place, path):
    chance = random.Random(place)
    await asyncio.sleep(THINK_MS / 1000 * place / CLIENTS)
    reader, writer = await asyncio.open_unix_connection(path)
    while time.monotonic() < END:
        writer.write(b"GET")
        await reader.read(64)
        left = max(0, END - time.monotonic())
        await asyncio.sleep(min(left, THINK_MS / 1000 * chance.uniform(0.8, 1.2)))
    writer.close()


async def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "socket")
        server = await asyncio.start_unix_server(answer, path)
        await asyncio.gather(*(client(place, path) for place in range(int(CLIENTS))))
        server.close()


asyncio.run(main())
