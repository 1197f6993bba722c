"""Where pip has put the program."""

from __future__ import annotations

import os
import sysconfig
from pathlib import Path
from typing import Iterator

from ._errors import OneprocpoolError

_NAME = "oneprocpool"


def find_executable() -> str:
    """Path of the program that belongs to this package.

    Raises OneprocpoolError, naming the places, when it is in none of them.
    """
    places = list(dict.fromkeys(_places()))
    for place in places:
        path = os.path.join(place, _NAME)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    searched = "\n".join(f"  {place}" for place in places)
    raise OneprocpoolError(
        f"Expected the program `{_NAME}` beside its Python package, found none in\n{searched}\n\n"
        f"hint: install it again: python3 -m pip install --force-reinstall {_NAME}"
    )


def _places() -> Iterator[str]:
    """First what lies beside this very package: another installation may have another version."""
    # Links are not followed: uv can install links into its cache.
    root = Path(os.path.abspath(__file__)).parents[1]
    # pip install --target DIR: DIR/oneprocpool and DIR/bin.
    yield str(root / "bin")
    # PREFIX/lib/pythonX.Y/site-packages: a venv, --user, --prefix, and the system.
    if len(root.parents) > 2:
        yield str(root.parents[2] / "bin")
    # Where the layout is another one.
    yield sysconfig.get_path("scripts")
    yield sysconfig.get_path("scripts", f"{os.name}_user")
