"""Files that are as they were or whole and new, whatever happens in between, and folders that keep the newest."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Final

ABANDONED: Final = 3600.0
"""Seconds after which a file that was begun is one that nobody finishes."""

_BEGUN: Final = ".part"


@contextmanager
def replacing(path: Path, *, mode: int = 0o600) -> Generator[BinaryIO]:
    """Yield a new file that takes the place of `path` where the block ends well, and is gone where it doesn't.

    Raises OSError.
    """
    spare = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_BEGUN}")
    try:
        with os.fdopen(os.open(spare, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        spare.chmod(mode)
        spare.replace(path)
        _settle(path.parent)
    finally:
        spare.unlink(missing_ok=True)


def keep_newest(folder: Path, pattern: str, *, most: int) -> None:
    """Remove all but the `most` newest files of a pattern, and what a process that was ended had begun of them.

    What can't be removed, or goes in that moment, is left to the next one.
    """
    files = sorted(folder.glob(pattern), key=_written)
    begun = [each for each in folder.glob(f"{pattern}.*{_BEGUN}") if time.time() - _written(each) > ABANDONED]
    for each in (*files[: max(0, len(files) - most)], *begun):
        with suppress(OSError):
            each.unlink()


def _written(path: Path) -> float:
    """When a file was written; one that has gone meanwhile is the newest."""
    try:
        return path.stat().st_mtime
    except OSError:
        return float("inf")


def _settle(folder: Path) -> None:
    """Have the folder itself written, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
