"""Class data archives of the JVM: what makes the second start fast.

The first start runs on an archive of Java's own classes (made in a second) and asks the JVM to write the classes it
loaded when it ends; that file is checked and taken into use by whoever stops the server, or starts it next. The JVM
refuses an archive of another Java or class path by itself; one whose size or time changed since it was checked is
thrown away. Without an archive everything works, only slower, so nothing here raises.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from graph.database.local.errors import JavaUnusable
from graph.database.local.folders import Folders, write_whole
from graph.database.local.java import Java


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """The archives for one Java and one class path, and the file that the server of `folders` may leave behind."""

    java: Java
    folders: Folders
    classpath: tuple[Path, ...]
    digest: str

    @property
    def _key(self) -> str:
        facts = [*map(str, self.java.version), str(self.java.launcher), self.digest, str(self.classpath[0].parent)]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()[:16]

    @property
    def base(self) -> Path:
        """Java's own classes."""
        return self.folders.archives / f"{self._key}-base.jsa"

    @property
    def classes(self) -> Path:
        """The classes of Neo4j, on top of `base`."""
        return self.folders.archives / f"{self._key}.jsa"

    @property
    def pending(self) -> Path:
        """What the server of this home writes when it ends."""
        home = hashlib.sha256(str(self.folders.home).encode()).hexdigest()[:8]
        return self.folders.archives / f"{self._key}-{home}.new"

    @property
    def _noted(self) -> Path:
        return self.folders.archives / f"{self._key}.json"

    def usable(self) -> bool:
        """Say whether both archives are there as they were when they were checked."""
        try:
            noted = cast("object", json.loads(self._noted.read_text(encoding="utf-8")))
            return noted == self._fingerprint()
        except (OSError, ValueError):
            return False

    def flags(self) -> list[str]:
        """Return the JVM's flags for a start: use the archives, or leave one behind, or nothing."""
        self.adopt()
        if self.usable():
            return [f"-XX:SharedArchiveFile={self.base}:{self.classes}", "-Xlog:cds=off", "-Xlog:cds+dynamic=off"]
        if self._make_base():
            return [f"-XX:SharedArchiveFile={self.base}", f"-XX:ArchiveClassesAtExit={self.pending}"]
        return []

    def adopt(self) -> None:
        """Take what an ended server left behind into use if it is whole. Call only while the server is down."""
        if not self.pending.exists():
            return
        try:
            if not self.usable() and self._whole(self.pending):
                self.pending.replace(self.classes)
                self.stamp()
            self.pending.unlink(missing_ok=True)
        except OSError:
            self.discard()

    def stamp(self) -> None:
        """Note how the archives are now."""
        write_whole(self._noted, json.dumps(self._fingerprint()), mode=0o644)

    def discard(self) -> None:
        """Throw everything away: the next start makes it anew."""
        for path in (self._noted, self.pending, self.classes, self.base):
            path.unlink(missing_ok=True)

    def _fingerprint(self) -> list[list[int]]:
        facts = [path.stat() for path in (self.base, self.classes)]
        return [[fact.st_size, fact.st_mtime_ns] for fact in facts]

    def _make_base(self) -> bool:
        if self.base.exists():
            return True
        temporary = self.pending.with_suffix(".base")
        try:
            self.folders.archives.mkdir(parents=True, exist_ok=True)
            made = self._succeeds([f"-XX:SharedArchiveFile={temporary}", "-XX:+UseG1GC", "-Xshare:dump"])
            if made:
                temporary.replace(self.base)
            temporary.unlink(missing_ok=True)
        except OSError:
            return False
        return made

    def _whole(self, candidate: Path) -> bool:
        """Have the JVM load the archive with its checksums, or refuse."""
        classpath = ":".join(str(path) for path in self.classpath)
        share = [f"-XX:SharedArchiveFile={self.base}:{candidate}", "-XX:+UseG1GC", "-Xshare:on"]
        return self._succeeds([*share, "-XX:+VerifySharedSpaces", "-cp", classpath, "-version"])

    def _succeeds(self, arguments: Sequence[str]) -> bool:
        try:
            return self.java.run(arguments, home=self.folders.home, timeout=60.0).returncode == 0
        except JavaUnusable:
            return False
