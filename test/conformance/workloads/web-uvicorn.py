# preset: web-concurrency
# library: uvicorn
# group: web
# with: web-concurrency
# variable: WEB_CONCURRENCY
"""This file is the application too: uvicorn imports it."""
import os
from importlib.metadata import version

from web_server import Server, burn

VERSION = f"uvicorn {version('uvicorn')}"


async def app(scope, _receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"connection", b"close")]})
        await send({"type": "http.response.body", "body": burn()})


if __name__ == "workload":
    support, here = os.environ["CONFORMANCE_SUPPORT"], os.path.dirname(__file__)
    name = os.path.basename(__file__).removesuffix(".py")
    os.environ["PYTHONPATH"] = support
    step = Server("uvicorn", "--port", "{port}", "--app-dir", here, "--lifespan", "off", f"{name}:app").load
