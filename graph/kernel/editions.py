"""Where compiled code is kept: a folder for each edition of the sources, so that none is taken for another's.

A folder that no process has used for 30 days is removed. It is renamed before, so a process that comes in that moment
finds it whole or not at all, and compiles anew; one that has been running since has read all of it long ago.
"""

from __future__ import annotations

import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from graph.work import checkpoint

KEPT_DAYS: Final = 30.0
PATIENCE: Final = 180.0
"""Seconds that a process waits for another one to have compiled everything."""

USED: Final = "twin-used"
"""A file in the folder of an edition: when it was last changed, a process has begun to use the edition."""

COMPLETE: Final = "twin-complete"
"""A file that is there once everything was compiled."""

_EDITION: Final = re.compile(r"[0-9a-f]{16}")
_GONE: Final = "gone-"
_LOOK_SECONDS: Final = 0.25
_DAY: Final = 86_400.0


def opened_edition(parent: Path, edition: str, *, own: bool) -> Path | None:
    """The folder of an edition, noted as used; None where it can't be written. Removes what was not used for long.

    `own`: nobody else keeps anything in `parent`, so a folder without a note is of an edition from before there were.
    """
    folder = parent / edition
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            (folder / USED).touch()
    except OSError:
        return None
    remove_unused(parent, folder, now=time.time(), own=own)
    return folder


def remove_unused(parent: Path, used: Path, *, now: float, own: bool) -> list[str]:
    """Remove editions beside `used` that were not used for KEPT_DAYS by `now` (seconds); returns their names.

    What can't be removed, or goes in that moment, is left to the next one.
    """
    removed: list[str] = []
    with suppress(OSError):
        for folder in parent.iterdir():
            if folder.name.startswith(_GONE):
                shutil.rmtree(folder, ignore_errors=True)  # of a process that was ended while it removed it
            elif (
                folder != used
                and _EDITION.fullmatch(folder.name)
                and now - _last_used(folder, own=own) > KEPT_DAYS * _DAY
            ):
                gone = parent / f"{_GONE}{folder.name}-{secrets.token_hex(4)}"
                with suppress(OSError):
                    folder.rename(gone)
                    shutil.rmtree(gone, ignore_errors=True)
                    removed.append(folder.name)
    return removed


@contextmanager
def compiling(folder: Path | None, *, patience: float = PATIENCE) -> Generator[None]:
    """Let one process compile everything into a folder in the block while others wait, and then find it there.

    Nobody waits where it is complete, or can't be kept; and nobody for longer than `patience` seconds. Raises Stopped
    where the work that this is part of is not wanted any more.
    """
    if folder is None or (folder / COMPLETE).exists():
        yield
        return
    lock = FileLock(folder / "twin-compiling.lock")
    if not _acquired(lock, time.monotonic() + patience):
        yield
        return
    try:
        yield
        with suppress(OSError):
            (folder / COMPLETE).touch()
    finally:
        lock.release()


def _acquired(lock: FileLock, until: float) -> bool:
    """Whether the lock was got by then."""
    while True:
        checkpoint()
        try:
            lock.acquire(timeout=max(0.0, min(_LOOK_SECONDS, until - time.monotonic())))
        except Timeout:
            if time.monotonic() >= until:
                return False
        except OSError:
            return False
        else:
            return True


def _last_used(folder: Path, *, own: bool) -> float:
    """When it was last used; for ever where that can't be told."""
    for path in (folder / USED, *([folder] if own else [])):
        with suppress(OSError):
            return path.stat().st_mtime
    return float("inf")
