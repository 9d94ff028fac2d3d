"""The folder of checked jars: what is there, what is missing, and where the missing ones come from.

A jar enters the folder by a rename, after its SHA-256 was checked, so the folder holds whole and right files only.
What was checked is written down with size and modification time; a start compares those and reads no jar.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol, cast

from filelock import FileLock

from graph.database.local.errors import ChecksumWrong, JarMissing
from graph.database.local.folders import (
    FreeBytes,
    free_bytes,
    make_writable,
    require_room,
    room_running_out,
    write_whole,
)
from graph.database.local.progress import Progress, Report, unreported
from graph.database.local.release import Jar, Release

_CHECKED: Final = "checked.json"
_CHUNK: Final = 1 << 20


class JarSource(Protocol):
    """Where missing jars come from."""

    @property
    def place(self) -> str:
        """The source, in words."""
        ...

    def probe(self, jars: Sequence[Jar]) -> None:
        """Raise JarsUnavailable where it can already be seen that these jars can't be had; takes nothing."""
        ...

    def fetch(self, jars: Sequence[Jar], into: Path, report: Report) -> None:
        """Put each jar, checked, into the folder under its name; all of them or raise JarsUnavailable."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JarFolder:
    """The jars of one release on this machine."""

    folder: Path
    release: Release
    free: FreeBytes = free_bytes

    def classpath(self) -> list[Path]:
        """Return the paths of all jars, in the lock file's order."""
        return [self.folder / jar.name for jar in self.release.jars]

    def unchecked(self) -> list[Jar]:
        """Return the jars that are missing or were changed since they were checked."""
        checked = self._checked()
        return [jar for jar in self.release.jars if not self._as_checked(jar, checked)]

    def wrong(self) -> list[Jar]:
        """Read every jar that is there and return those whose bytes are not the pinned ones."""
        present = [jar for jar in self.release.jars if (self.folder / jar.name).is_file()]
        return [jar for jar in present if sha256_of(self.folder / jar.name) != jar.sha256]

    def missing(self) -> list[Jar]:
        """Return the jars that are not there."""
        return [jar for jar in self.release.jars if not (self.folder / jar.name).is_file()]

    def complete(self, source: JarSource, report: Report = unreported) -> None:
        """See that every jar is there and right, taking what lacks from `source`.

        Raises JarsUnavailable, DiskFull or FolderNotWritable; what was fetched whole until then stays.
        """
        if not self.unchecked():
            return
        make_writable(self.folder)
        with FileLock(self.folder / ".lock"):
            lacking = [jar for jar in self.unchecked() if sha256_of(self.folder / jar.name) != jar.sha256]
            if lacking:
                need = sum(jar.size for jar in lacking) + (64 << 20)
                require_room(self.folder, need, what=f"for the jars of Neo4j {self.release.version}", free=self.free)
                _sweep(self.folder)
                with room_running_out(self.folder):
                    source.fetch(lacking, self.folder, report)
            self._write_checked()

    def _as_checked(self, jar: Jar, checked: dict[str, object]) -> bool:
        fingerprint = _fingerprint(self.folder / jar.name, jar)
        return fingerprint is not None and checked.get(jar.name) == fingerprint

    def _checked(self) -> dict[str, object]:
        try:
            noted = cast("dict[str, object]", json.loads((self.folder / _CHECKED).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}
        return cast("dict[str, object]", noted["jars"]) if noted.get("digest") == self.release.digest else {}

    def _write_checked(self) -> None:
        jars = {jar.name: _fingerprint(self.folder / jar.name, jar) for jar in self.release.jars}
        text = json.dumps({"digest": self.release.digest, "jars": jars}, indent=0)
        write_whole(self.folder / _CHECKED, text, mode=0o644)


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderSource:
    """Jars from a folder (TWIN_NEO4J_JARS): flat, or laid out as a Maven repository. They are checked and copied."""

    folder: Path

    @property
    def place(self) -> str:
        """The source, in words."""
        return f"the folder {self.folder}"

    def probe(self, jars: Sequence[Jar]) -> None:
        """See that each jar is there and right."""
        for jar in jars:
            found = self._found(jar)
            require_right(jar, sha256_of(found), where=str(found))

    def fetch(self, jars: Sequence[Jar], into: Path, report: Report) -> None:
        """Copy each jar into `into`; raises JarMissing or ChecksumWrong."""
        done, total = 0, sum(jar.size for jar in jars)
        for jar in jars:
            report(Progress(step=f"Copying jars from {self.folder}", done=done, total=total))
            self._copy(jar, into)
            done += jar.size

    def _copy(self, jar: Jar, into: Path) -> None:
        found = self._found(jar)
        temporary = into / f".{jar.name}.part"
        try:
            shutil.copyfile(found, temporary)
            require_right(jar, sha256_of(temporary), where=str(found))
            temporary.replace(into / jar.name)
        finally:
            temporary.unlink(missing_ok=True)

    def _found(self, jar: Jar) -> Path:
        places = (self.folder / jar.name, self.folder / jar.path)
        found = next((place for place in places if place.is_file()), None)
        if found is None:
            raise JarMissing(
                f"The folder of jars {self.folder} has no {jar.name}",
                hint="Fill it with all files of a complete jars folder (docs/local-server.md says how), or unset "
                "TWIN_NEO4J_JARS to download them",
            )
        return found


def require_right(jar: Jar, found: str | None, *, where: str) -> None:
    """Raise ChecksumWrong where `found`, the SHA-256 of a file from `where`, is not the pinned one."""
    if found != jar.sha256:
        raise ChecksumWrong(
            f"{jar.name} from {where} is not the file that is pinned",
            expected=f"SHA-256 {jar.sha256}",
            actual=found,
            hint="It was changed on its way, or the mirror or folder holds another file: try again, or take it from "
            "elsewhere (TWIN_NEO4J_JARS)",
        )


def sha256_of(path: Path) -> str | None:
    """Return the SHA-256 of a file in hexadecimal, None where there is no file."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return None
    return digest.hexdigest()


def _fingerprint(path: Path, jar: Jar) -> list[int] | None:
    """Return size and modification time (ns) of a file of the right size, None otherwise."""
    try:
        facts = path.stat()
    except OSError:
        return None
    return [facts.st_size, facts.st_mtime_ns] if facts.st_size == jar.size else None


def _sweep(folder: Path) -> None:
    """Remove what an interrupted process left half-made. Only the holder of the lock may."""
    for path in folder.glob(".*.part"):
        path.unlink(missing_ok=True)
