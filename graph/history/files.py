"""History in SQLite: a file for each week, so that a week is forgotten by removing a file."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

from sqlalchemy import Engine

from graph.history.model import Bounds
from graph.history.partitions import Partition, week_of
from graph.history.tables import METADATA
from graph.sql import open_file

_OPEN: Final = 16
"""Files that are kept open for reading; whose turn is longest ago is closed."""

_ENDINGS: Final = ("", "-wal", "-shm")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class FilePartitions:
    """Partitions as SQLite files of a folder, named by the day they begin on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._engines: dict[tuple[Path, str], Engine] = {}
        self._made: set[Path] = set()
        self._lock = Lock()

    @property
    def place(self) -> str:
        """The folder."""
        return str(self._folder)

    def within(self, bounds: Bounds) -> list[Partition]:
        """The partitions that are there and overlap `bounds`, oldest first."""
        found = [week for path in self._folder.glob("*.sqlite") if (week := _week_of_file(path)) is not None]
        weeks = sorted(found, key=lambda week: week.since)
        return [
            self._partition(week, "rw") for week in weeks if week.since < bounds.until and bounds.since < week.until
        ]

    def holding(self, time: int) -> Partition:
        """The partition that a point of this time belongs into; made where it isn't there."""
        week = week_of(time)
        path = self._path(week)
        if path not in self._made:  # not whether it exists: another process may be about to make its tables
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._engine(path, "rwc").begin() as connection:
                METADATA.create_all(connection)
            self._made.add(path)
        return self._partition(week, "rwc")

    def drop_before(self, time: int) -> int:
        """Drop the partitions that end at or before a moment; how many there were."""
        dropped = [
            week for path in self._folder.glob("*.sqlite") if (week := _week_of_file(path)) and week.until <= time
        ]
        for week in dropped:
            path = self._path(week)
            self._made.discard(path)
            with self._lock:
                gone = [self._engines.pop(key) for key in list(self._engines) if key[0] == path]
            for engine in gone:
                engine.dispose()
            for ending in _ENDINGS:
                path.with_name(path.name + ending).unlink(missing_ok=True)
        return len(dropped)

    def close(self) -> None:
        """Close all files."""
        with self._lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()

    def _partition(self, week: Bounds, mode: str) -> Partition:
        path = self._path(week)
        return Partition(bounds=week, engine=self._engine(path, mode), there=path.exists)

    def _path(self, week: Bounds) -> Path:
        day = _EPOCH + timedelta(microseconds=week.since)
        return self._folder / f"{day.date().isoformat()}.sqlite"

    def _engine(self, path: Path, mode: str) -> Engine:
        with self._lock:
            engine = self._engines.pop((path, mode), None) or open_file(path, mode=mode)
            self._engines[path, mode] = engine
            if len(self._engines) > _OPEN:
                self._engines.pop(next(iter(self._engines))).dispose()
            return engine


def _week_of_file(path: Path) -> Bounds | None:
    try:
        day = date.fromisoformat(path.stem)
    except ValueError:
        return None  # not one of ours
    return week_of((day - _EPOCH.date()) // timedelta(microseconds=1))
