"""What this package raises."""

from __future__ import annotations


class OneprocpoolError(RuntimeError):
    """The program refused what it was asked for, or is not there; the message says what to do."""
