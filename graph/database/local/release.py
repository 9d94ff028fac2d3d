"""The pinned releases of Neo4j: versions, lines, and the lock files that name each jar with its SHA-256."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path, PurePosixPath
from typing import Final

from graph.database.local.errors import ReleaseUnknown

NEWEST_LINE: Final = "2026"
LTS_LINE: Final = "5.26"
_LOCK_NAME = re.compile(r"neo4j-(\d+(?:\.\d+)+)\.lock")


@dataclass(frozen=True, slots=True, order=True)
class Version:
    """A version of Neo4j: 5.26.30, 2026.8.1; compared number by number."""

    numbers: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> Version:
        """Return the version in `text` ("2026.08.1"); ValueError for anything else."""
        return cls(tuple(int(part) for part in text.strip().split(".")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    """One pinned file: its path in a Maven repository, its size in bytes, its SHA-256 in hexadecimal."""

    path: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """The file's name without folders."""
        return PurePosixPath(self.path).name


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A pinned release: the version as it is written ("2026.08.1") and all jars it runs on."""

    version: str
    jars: tuple[Jar, ...]

    @property
    def number(self) -> Version:
        """The version, comparable."""
        return Version.parse(self.version)

    @property
    def main_jar(self) -> str:
        """Name of the jar whose services entry names the server's main class."""
        return f"neo4j-{self.version}.jar"

    @property
    def digest(self) -> str:
        """SHA-256 over all pinned hashes: changes when any jar does."""
        return hashlib.sha256("".join(jar.sha256 for jar in self.jars).encode()).hexdigest()

    @property
    def size(self) -> int:
        """Bytes of all jars."""
        return sum(jar.size for jar in self.jars)


def parse_lock(version: str, text: str) -> Release:
    """Return the release that a lock file's text describes: lines of SHA-256, bytes and path, `#` begins a comment."""
    jars: list[Jar] = []
    for line in text.splitlines():
        if line.strip() and not line.startswith("#"):
            sha256, size, path = line.split()
            jars.append(Jar(path=path, size=int(size), sha256=sha256))
    return Release(version=version, jars=tuple(jars))


def pinned_versions() -> tuple[str, ...]:
    """Return the versions we hold lock files for, oldest first."""
    folder = Path(str(files("graph.database.local").joinpath("locks")))
    found = [match[1] for path in folder.iterdir() if (match := _LOCK_NAME.fullmatch(path.name))]
    return tuple(sorted(found, key=Version.parse))


def release(version_or_line: str = NEWEST_LINE) -> Release:
    """Return the pinned release of a version ("2026.08.1") or the newest one of a line ("2026", "5.26").

    Raises ReleaseUnknown where nothing is pinned for it.
    """
    pinned = pinned_versions()
    fitting = [version for version in pinned if version == version_or_line or version.startswith(f"{version_or_line}.")]
    if not fitting:
        raise ReleaseUnknown(
            f"No jars are pinned for Neo4j {version_or_line}",
            expected=f"one of {', '.join(pinned)}, or the line 5.26 or 2026",
            hint="Leave the version out to use the newest one, or point TWIN_NEO4J_URI at a server of your own",
        )
    lock = files("graph.database.local").joinpath("locks", f"neo4j-{fitting[-1]}.lock")
    return parse_lock(fitting[-1], lock.read_text(encoding="utf-8"))
