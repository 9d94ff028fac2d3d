"""How array code is compiled: the options in one place, and where what was compiled is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

import numba
from numba.core import config
from platformdirs import user_cache_path

F = TypeVar("F", bound=Callable[..., object])


def _edition() -> str:
    """SHA-256 of all sources here: numba itself looks at the file of a function alone, not at what it calls."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


if not getattr(config, "CACHE_DIR", ""):
    setattr(config, "CACHE_DIR", str(user_cache_path("twin-topology") / "kernel" / _edition()))  # noqa: B010  numba declares none


def compiled(function: F) -> F:
    """The function compiled when first called, without the interpreter lock; kept on disk for later processes.

    Where no folder can be written to it is compiled anew in each process. Array accesses are not checked: what is
    compiled trusts its arrays, and `build.py` makes them right. Inside, fields of tuples are read once, into names of
    their own: each reading counts a reference, which in a loop costs more than the loop.
    """
    try:
        return cast("F", numba.njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:  # numba's word for a cache without a folder
        return cast("F", numba.njit(nogil=True, error_model="numpy")(function))
