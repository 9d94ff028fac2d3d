"""How array code is compiled: the options in one place, and where what was compiled is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Final, Protocol, TypeVar, cast

import numba
from numba.core import config
from platformdirs import user_cache_path

from graph.kernel.editions import opened_edition

F = TypeVar("F", bound=Callable[..., object])


class Dispatcher(Protocol):
    """What numba makes of a function."""

    def enable_caching(self) -> None:
        """Keep on disk what is compiled from now on."""
        ...


_NOT_KEPT: list[Dispatcher] = []
"""Compiled functions that aren't kept on disk yet, for looking for a folder is work that no import should do."""


_FOLDER: list[Path] = []
"""The folder that compiled code is kept in, once that is known."""

_LOCK: Final = Lock()
_GIVEN: Final = str(getattr(config, "CACHE_DIR", ""))


def compiled(function: F) -> F:
    """The function compiled when first called, without the interpreter lock.

    Array accesses are not checked: what is compiled trusts its arrays, and `build.py` makes them right. Inside, fields
    of tuples are read once, into names of their own: each reading counts a reference, which in a loop costs more than
    the loop. So does handing an array on: see `uncounted`.
    """
    made = numba.njit(nogil=True, error_model="numpy")(function)
    _NOT_KEPT.append(cast("Dispatcher", made))
    return cast("F", made)


def uncounted(function: F) -> F:
    """The function compiled without counting references to its arrays: for what makes no array, nor returns one.

    Counting is atomic: looking at a group of four took 75 ns with it, as seven arrays were counted at each of two
    calls, and takes 10 ns without. Whoever calls holds the arrays meanwhile.
    """
    compile_ = cast("Callable[..., Callable[[F], Dispatcher]]", numba.njit)  # its stub doesn't know the option
    made = compile_(nogil=True, error_model="numpy", _nrt=False)(function)
    _NOT_KEPT.append(made)
    return cast("F", made)


def keep_on_disk() -> Path | None:
    """Have what is compiled kept for later processes; to be called before anything compiled is. Returns the folder.

    In a folder of this edition, in `NUMBA_CACHE_DIR` or the user's cache. Where that can't be written to, each process
    compiles anew: numba would fall back to a folder beside the sources, which knows no editions.
    """
    with _LOCK:
        if _NOT_KEPT:
            parent = Path(_GIVEN) if _GIVEN else user_cache_path("twin-topology") / "kernel"
            folder = opened_edition(parent, _edition(), own=not _GIVEN)
            if folder is not None:
                setattr(config, "CACHE_DIR", str(folder))  # noqa: B010  numba declares none of its settings
                for each in _NOT_KEPT:
                    each.enable_caching()
                _FOLDER.append(folder)
            _NOT_KEPT.clear()
        return _FOLDER[0] if _FOLDER else None


def _edition() -> str:
    """SHA-256 of all sources here: numba itself looks at the file of a function alone, not at what it calls."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
