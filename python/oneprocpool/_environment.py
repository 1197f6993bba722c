"""Bounds the libraries of this process, and of those it starts, through the environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from typing import TYPE_CHECKING, Any, Iterable, Mapping

from ._errors import OneprocpoolError
from ._executable import find_executable

if TYPE_CHECKING:
    from typing import Literal, Union

    PathText = Union[str, "os.PathLike[str]"]

# They have read their variables by the time they are imported, or when their threads first started.
_READ_AT_IMPORT = (
    "blosc",
    "blosc2",
    "cv2",
    "jax",
    "lightgbm",
    "mkl",
    "numba",
    "numcodecs",
    "numexpr",
    "numpy",
    "polars",
    "pyarrow",
    "scipy",
    "sklearn",
    "tensorflow",
    "torch",
    "xgboost",
)

# What the last call changed: the value before, and the one it gave; None is "not set".
_changed: dict[str, tuple[str | None, str | None]] = {}


def env(
    workers: int | Literal["auto"] | None = None,
    *,
    worker: int | None = None,
    pool: Literal["libraries", "app", "auto"] | None = None,
    threads: int | None = None,
    cpus: float | str | None = None,
    reserve: int | str | None = None,
    round: Literal["floor", "nearest", "ceil"] | None = None,  # noqa: A002 - the name of the option
    uniform: bool | None = None,
    physical: bool | None = None,
    strict: bool | None = None,
    preset: Iterable[str] = (),
    with_: Iterable[str] = (),
    without: Iterable[str] = (),
    inherit: Literal["cap", "keep", "replace"] | None = None,
    outer: Literal["auto", "ignore"] | None = None,
    env: Mapping[str, str] | None = None,
    config: PathText | Literal[False] | None = None,
) -> dict[str, str]:
    """Set the variables that bound numeric libraries, in ``os.environ``; call it before they are imported.

    Processes started afterwards inherit the variables, so ``env(workers=4)`` also serves a parent that is about
    to start four processes. The numbers are those of the command ``oneprocpool env``: CPU quota, affinity, an
    outer oneprocpool and the options decide, in this order of strength: arguments, ``ONEPROCPOOL_*`` variables,
    config file. A second call replaces the first.

    workers: how many processes share the CPUs (1); "auto": one for each CPU.
    worker: which of them this one is, from 0. Without it all get the same number: the smallest share.
    config: a config file; False: none.
    The other arguments are the options of the same name (``with_`` is ``--with``).

    Returns the variables that were set. Warns (RuntimeWarning) when a library has been imported already, or when
    the plan is doubtful. Raises OneprocpoolError, with ``os.environ`` unchanged, when an argument is refused.
    """
    if uniform is None and worker is None:
        uniform = True
    words = _to_words(
        workers=workers,
        pool=pool,
        threads=threads,
        cpus=cpus,
        reserve=reserve,
        round=round,
        uniform=uniform,
        physical=physical,
        strict=strict,
        preset=preset,
        with_=with_,
        without=without,
        inherit=inherit,
        outer=outer,
        env=[f"{name}={value}" for name, value in (env or {}).items()],
        config=config,
    )
    before = _without_our_changes()
    plan, remarks = _ask(words, before)
    shares = plan.get("workers", [plan])
    if worker is not None and not 0 <= worker < len(shares):
        raise OneprocpoolError(f"Expected `worker` to be a number from 0 to {len(shares) - 1}, got {worker}")
    share = shares[worker or 0]
    wanted: dict[str, str] = dict(share["set"])
    if worker is None and len(shares) > 1:
        # All of them will see it.
        wanted.pop("ONEPROCPOOL_WORKER_INDEX", None)
    _apply(before, wanted, share["unset"])
    loaded = [name for name in _READ_AT_IMPORT if name in sys.modules]
    if loaded:
        remarks.append(
            f"{', '.join(loaded)} had been imported before oneprocpool.env(): "
            "what was imported has read its variables already; call env() first"
        )
    for remark in remarks:
        warnings.warn(remark, RuntimeWarning, stacklevel=2)
    return wanted


def _to_words(**options: Any) -> list[str]:
    words: list[str] = []
    for name, value in options.items():
        flag = name.rstrip("_")
        if value is None:
            continue
        if value is False:
            words.append(f"--no-{flag}")
        elif value is True:
            words.append(f"--{flag}")
        elif isinstance(value, (str, int, float, os.PathLike)):
            words.append(f"--{flag}={os.fspath(value) if isinstance(value, os.PathLike) else value}")
        else:
            words.extend(f"--{flag}={each}" for each in value)
    return words


def _without_our_changes() -> dict[str, str]:
    """The environment as it was before the last call, with what others have changed since."""
    result = dict(os.environ)
    for name, (old, new) in _changed.items():
        if result.get(name) == new:
            if old is None:
                result.pop(name, None)
            else:
                result[name] = old
    return result


def _ask(words: list[str], environment: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
    """What the program answers, and what it remarks."""
    command = [find_executable(), "env", "--format=json", "--color=never", *words]
    try:
        done = subprocess.run(  # noqa: S603 - our own program, without a shell
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            check=False,
        )
    except OSError as error:
        raise OneprocpoolError(f"Expected {command[0]} to be executable here, got: {error.strerror}") from error
    remark = done.stderr.strip()
    if done.returncode != 0:
        if "libstdc++.so.6" in remark:
            # What the loader of musl says.
            remark += "\n\nhint: on Alpine, apk add libstdc++"
        raise OneprocpoolError(remark or f"{command[0]} ended with {done.returncode}")
    plan: dict[str, Any] = json.loads(done.stdout)
    return plan, [remark] if remark else []


def _apply(before: dict[str, str], wanted: dict[str, str], unwanted: Iterable[str]) -> None:
    """Makes ``os.environ`` the environment from before, with the given changes."""
    goal = {**before, **wanted}
    for name in unwanted:
        goal.pop(name, None)
    for name in set(os.environ) - set(goal):
        del os.environ[name]
    for name, value in goal.items():
        if os.environ.get(name) != value:
            os.environ[name] = value
    _changed.clear()
    for name in {*before, *goal}:
        if before.get(name) != goal.get(name):
            _changed[name] = (before.get(name), goal.get(name))
