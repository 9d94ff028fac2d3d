"""Where the local server keeps its things, and whether there is room for them.

<data_dir>/neo4j/           home of the server
conf/                   neo4j.conf, java.args: written anew at each start
data/ logs/ run/        Neo4j's own
password                0600, made before the first start
version                 the Neo4j that last ran on the data
state.json, pid         the server that runs, or ran last
lock                    held by the process that starts or stops it
<cache_dir>/                shared by all data directories; <data_dir>/cache where nothing else is said
jars/neo4j-<version>/
archives/               class data archives of the JVM
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from graph.database.local.errors import DiskFull, FolderNotWritable
from graph.files import replacing

FreeBytes: TypeAlias = Callable[[Path], int]
ROOM_TO_RUN: Final = 512 * 1024 * 1024  # an empty store, its logs, one transaction log of 256 MB, a class archive
_ROOM_ADVICE: Final = "Free some room there, or set TWIN_DATA_DIR to a folder on another disk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """Paths of one local server."""

    home: Path
    cache: Path

    @classmethod
    def of(cls, data_dir: Path, cache_dir: Path | None = None) -> Folders:
        """Return the paths under `data_dir`; jars and archives under `cache_dir`, or `data_dir/cache`."""
        data_dir = data_dir.expanduser().absolute()
        cache = (cache_dir or data_dir / "cache").expanduser().absolute()
        return cls(home=data_dir / "neo4j", cache=cache)

    @property
    def configuration(self) -> Path:
        """Folder of neo4j.conf."""
        return self.home / "conf"

    @property
    def java_arguments(self) -> Path:
        """Argument file of the server's JVM; its path on a command line marks the process as ours."""
        return self.configuration / "java.args"

    @property
    def data(self) -> Path:
        """Neo4j's data."""
        return self.home / "data"

    @property
    def logs(self) -> Path:
        """Neo4j's logs, and what the JVM prints."""
        return self.home / "logs"

    @property
    def run(self) -> Path:
        """What lasts as long as the server: native libraries unpacked by the JVM."""
        return self.home / "run"

    @property
    def password(self) -> Path:
        """The file of the password."""
        return self.home / "password"

    @property
    def version(self) -> Path:
        """The version of Neo4j that last ran on the data."""
        return self.home / "version"

    @property
    def first_start(self) -> Path:
        """Exists from before the first start until the first answer: data beside it was never used."""
        return self.home / "first-start"

    @property
    def state(self) -> Path:
        """The record of the server."""
        return self.home / "state.json"

    @property
    def pid(self) -> Path:
        """The process id, written before anything else can happen to the starter."""
        return self.home / "pid"

    @property
    def lock(self) -> Path:
        """The file whose lock is held while the server is started or stopped."""
        return self.home / "lock"

    def jars(self, version: str) -> Path:
        """Folder of the jars of one version."""
        return self.cache / "jars" / f"neo4j-{version}"

    @property
    def archives(self) -> Path:
        """Folder of class data archives."""
        return self.cache / "archives"

    def make(self) -> None:
        """Make the folders, readable by their owner alone. Raises FolderNotWritable."""
        for folder in (self.home, self.configuration, self.logs, self.run, self.cache):
            make_writable(folder)


def make_writable(folder: Path) -> None:
    """Make `folder` and see that a file can be written in it; raises FolderNotWritable."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise FolderNotWritable(
            f"The folder {folder} can't be written",
            actual=error.strerror or str(error),
            hint="Give yourself the right to write there, or set TWIN_DATA_DIR to another folder",
        ) from error


def is_writable(folder: Path) -> bool:
    """Say whether a file could be made in an existing folder, without making one."""
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def free_bytes(folder: Path) -> int:
    """Return how many bytes can be written on the disk of `folder`, which need not exist yet."""
    return shutil.disk_usage(nearest_existing(folder)).free


def nearest_existing(folder: Path) -> Path:
    """Return `folder`, or the nearest of its parents that exists."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def require_room(folder: Path, need: int, *, what: str, free: FreeBytes = free_bytes) -> None:
    """Raise DiskFull where the disk of `folder` has less than `need` bytes free."""
    there = free(folder)
    if there < need:
        raise DiskFull(
            f"Too little room on the disk of {folder} {what}",
            expected=f"{need // 1_000_000} MB free",
            actual=f"{there // 1_000_000} MB",
            hint=_ROOM_ADVICE,
        )


@contextmanager
def room_running_out(folder: Path) -> Generator[None]:
    """Raise DiskFull where the block finds the disk of `folder` full after all."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise DiskFull(f"The disk of {folder} is full", actual=error.strerror, hint=_ROOM_ADVICE) from error


def write_whole(path: Path, text: str, *, mode: int = 0o600) -> None:
    """Write a file so that it is either the old one or the whole new one, whatever happens in between."""
    with replacing(path, mode=mode) as file:
        file.write(text.encode())
