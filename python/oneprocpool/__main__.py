"""``python -m oneprocpool``: becomes the program."""

from __future__ import annotations

import os
import signal
import sys

from ._errors import OneprocpoolError
from ._executable import find_executable

_OWN_FAILURE = 125


def main() -> int:
    """Never returns when the program could be started; otherwise the exit status."""
    try:
        path = find_executable()
    except OneprocpoolError as error:
        print(f"oneprocpool: {error}", file=sys.stderr)
        return _OWN_FAILURE
    # Python ignores these; the program and its workers would inherit that.
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    try:
        os.execv(path, [path, *sys.argv[1:]])  # noqa: S606 - our own program, without a shell
    except OSError as error:
        print(
            f"oneprocpool: Expected {path} to be executable here, got: {error.strerror}\n\n"
            "hint: is the wheel that of this platform?",
            file=sys.stderr,
        )
        return _OWN_FAILURE


if __name__ == "__main__":
    sys.exit(main())
