"""How array code is compiled: the options in one place, and where what was compiled is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar, cast

import numba
from numba.core import config
from platformdirs import user_cache_path

F = TypeVar("F", bound=Callable[..., object])


class Dispatcher(Protocol):
    """What numba makes of a function."""

    def enable_caching(self) -> None:
        """Keep on disk what is compiled from now on."""
        ...


_NOT_KEPT: list[Dispatcher] = []
"""Compiled functions that aren't kept on disk yet, for looking for a folder is work that no import should do."""


def compiled(function: F) -> F:
    """The function compiled when first called, without the interpreter lock.

    Array accesses are not checked: what is compiled trusts its arrays, and `build.py` makes them right. Inside, fields
    of tuples are read once, into names of their own: each reading counts a reference, which in a loop costs more than
    the loop.
    """
    made = numba.njit(nogil=True, error_model="numpy")(function)
    _NOT_KEPT.append(cast("Dispatcher", made))
    return cast("F", made)


def keep_on_disk() -> None:
    """Have what is compiled kept for later processes; to be called before anything compiled is.

    Where no folder can be written to it is compiled anew in each process.
    """
    if _NOT_KEPT and not getattr(config, "CACHE_DIR", ""):
        folder = user_cache_path("twin-topology") / "kernel" / _edition()
        setattr(config, "CACHE_DIR", str(folder))  # noqa: B010  numba declares none of its settings
    while _NOT_KEPT:
        try:
            _NOT_KEPT.pop().enable_caching()
        except RuntimeError:  # numba's word for having no folder
            _NOT_KEPT.clear()


def _edition() -> str:
    """SHA-256 of all sources here: numba itself looks at the file of a function alone, not at what it calls."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
