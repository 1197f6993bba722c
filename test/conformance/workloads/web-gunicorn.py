# preset: web-concurrency
# library: gunicorn
# group: web
# with: web-concurrency
# variable: WEB_CONCURRENCY
"""This file is the application too: gunicorn imports it."""
import os
from importlib.metadata import version

from web_server import Server, burn

VERSION = f"gunicorn {version('gunicorn')}"


def app(_environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [burn()]


if __name__ == "workload":
    support, here = os.environ["CONFORMANCE_SUPPORT"], os.path.dirname(__file__)
    name = os.path.basename(__file__).removesuffix(".py")
    step = Server("gunicorn", "--bind", "127.0.0.1:{port}", "--pythonpath", f"{support},{here}", f"{name}:app").load
