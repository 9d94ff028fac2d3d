"""What a load says as a whole, on disk: ids, relationships and unique values, so that memory stays bounded.

A SQLite file in a temporary folder of the load's own, gone with it. Lines that the whole of the load refuses are marked
here, and what they ask for waits in two spools (assets, relationships) for the writing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import orjson

from graph.bulk.refusals import repeated
from graph.bulk.spool import Spool
from graph.errors import Problem

BATCH = 5_000

_UNDOING = "loaded one after the other, the lines would undo each other each time"

SCRATCH = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -65536;
PRAGMA temp_store = FILE;
"""
"""What makes an SQLite file quick that nobody needs after the process has ended."""

_SCHEMA = f"""{SCRATCH}
CREATE TABLE asset (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, line INTEGER,
                    lacks TEXT, reparented INTEGER NOT NULL DEFAULT 0, stored TEXT);
CREATE TABLE link (type TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, key TEXT NOT NULL, line INTEGER,
                   grp TEXT, needs REAL, combine TEXT, loss REAL, lacks TEXT,
                   PRIMARY KEY (type, source, target, key)) WITHOUT ROWID;
CREATE TABLE stored (type TEXT NOT NULL, source TEXT NOT NULL, target TEXT NOT NULL, key TEXT NOT NULL,
                     grp TEXT, needs REAL, combine TEXT, loss REAL,
                     PRIMARY KEY (type, source, target, key)) WITHOUT ROWID;
CREATE TABLE parent (source TEXT NOT NULL, target TEXT NOT NULL, line INTEGER NOT NULL);
CREATE TABLE value (owner TEXT NOT NULL, property TEXT NOT NULL, value TEXT, asset TEXT NOT NULL,
                    line INTEGER NOT NULL);
CREATE TABLE refused (line INTEGER NOT NULL, problem BLOB NOT NULL);
CREATE INDEX refused_line ON refused (line);
"""
_PRUNING = (
    """UPDATE asset SET line = NULL, type = stored, reparented = 0, lacks = NULL
       WHERE stored IS NOT NULL AND line IN (SELECT line FROM refused)""",
    "DELETE FROM asset WHERE line IN (SELECT line FROM refused)",
    "DELETE FROM value WHERE line IN (SELECT line FROM refused)",
    "DELETE FROM link WHERE line IN (SELECT line FROM refused)",
    "DELETE FROM parent WHERE line IN (SELECT line FROM refused)",
)

LinkRow: TypeAlias = tuple[object, ...]
"""type, source, target, key, line; then, unless all are None: group, needs, combine, loss (as the line says), lacks."""

_LINK_STATEMENTS: Mapping[int, str] = {
    # To bind five times nothing takes as long as all the rest of storing a row.
    5: "INSERT OR IGNORE INTO link (type, source, target, key, line) VALUES (?, ?, ?, ?, ?)",
    10: "INSERT OR IGNORE INTO link VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AssetRow:
    """An asset line: `lacks` names required properties that it leaves out, fine if the asset exists already."""

    id: str
    type: str
    line: int
    lacks: tuple[str, ...]
    reparented: bool


class Staging:
    """The whole of a load, in `folder`. The table `asset` says in `stored` which type the database has."""

    def __init__(self, folder: Path) -> None:
        self.database = sqlite3.connect(folder / "staging.sqlite", isolation_level=None, check_same_thread=False)
        self.database.executescript(_SCHEMA)
        self.database.execute("BEGIN")
        self.assets = Spool(folder / "assets.spool")
        self.relationships = Spool(folder / "relationships.spool")
        self._assets: list[tuple[str, str, int, str | None, int]] = []
        self._parents: list[tuple[str, str, int]] = []
        self._links: list[LinkRow] = []
        self._values: list[tuple[str, str, str | None, str, int]] = []
        self._marks = 0
        self._pruned = 0

    def add_asset(self, row: AssetRow) -> None:
        """Stage an asset; a second line for one asset is refused."""
        lacks = ",".join(row.lacks) or None
        self._assets.append((row.id, row.type, row.line, lacks, int(row.reparented)))
        if len(self._assets) >= BATCH:
            self._flush_assets()

    def add_link(self, row: LinkRow) -> None:
        """Stage a relationship; a second line for one relationship is refused."""
        self._links.append(row)
        if len(self._links) >= BATCH:
            self._flush_links()

    def add_parent(self, parent: str, child: str, line: int) -> None:
        """Stage that an asset is contained in another, by whichever containment type fits."""
        self._parents.append((parent, child, line))
        if len(self._parents) >= BATCH:
            self._flush_parents()

    def add_value(self, owner: str, property_name: str, value: str | None, *, asset: str, line: int) -> None:
        """Stage a value that must be unique; None says that the asset has none any more."""
        self._values.append((owner, property_name, value, asset, line))
        if len(self._values) >= BATCH:
            self._flush_values()

    def complete(self) -> None:
        """Finish staging: everything can be asked from here on."""
        self._flush_assets()
        self._flush_parents()
        self._flush_links()
        self._flush_values()
        self.database.execute("CREATE INDEX parent_target ON parent (target, source)")
        self.assets.complete()
        self.relationships.complete()

    def rows(self, statement: str, parameters: Sequence[object] | Mapping[str, object] = ()) -> sqlite3.Cursor:
        """Run a statement on the staged tables."""
        return self.database.execute(statement, parameters)

    def many(self, statement: str, parameters: Iterable[tuple[object, ...]]) -> None:
        """Run a statement for each tuple of parameters."""
        self.database.executemany(statement, parameters)

    def refuse(self, line: int, problem: Problem) -> None:
        """Mark a line as refused."""
        encoded = orjson.dumps({name: getattr(problem, name) for name in Problem.__dataclass_fields__})
        self.database.execute("INSERT INTO refused VALUES (?, ?)", (line, encoded))
        self._marks += 1

    def prune(self) -> bool:
        """Take refused lines out of the tables, so that what leaned on them is refused in turn; tell if any was new."""
        if self._pruned == self._marks:
            return False
        for statement in _PRUNING:
            self.database.execute(statement)
        self._pruned = self._marks
        return True

    @property
    def refused_count(self) -> int:
        """How many lines are marked as refused."""
        if not self._marks:
            return 0
        return int(self.database.execute("SELECT count(DISTINCT line) FROM refused").fetchone()[0])

    def refused_numbers(self) -> frozenset[int]:
        """Return the numbers of refused lines."""
        return frozenset(line for (line,) in self.database.execute("SELECT DISTINCT line FROM refused"))

    def refused_lines(self) -> Iterator[tuple[int, tuple[Problem, ...]]]:
        """Yield each refused line with its problems, by rising line."""
        problems: list[Problem] = []
        current: int | None = None
        for line, encoded in self.database.execute("SELECT line, problem FROM refused ORDER BY line, rowid"):
            if current is not None and line != current:
                yield current, tuple(problems)
                problems = []
            current = line
            problems.append(Problem(**orjson.loads(encoded)))
        if current is not None:
            yield current, tuple(problems)

    def close(self) -> None:
        """Close the files; the folder is its owner's to remove."""
        self.database.close()
        self.assets.close()
        self.relationships.close()

    # ---- writing what waits ------------------------------------------------------------------------------------------

    def _flush_assets(self) -> None:
        self._add_new(
            "INSERT OR IGNORE INTO asset (id, type, line, lacks, reparented) VALUES (?, ?, ?, ?, ?)",
            self._assets,
            line=2,
            first="SELECT line FROM asset WHERE id = ?",
            names=1,
            what=lambda row: f"asset {row[0]!r}",
        )
        self._assets.clear()

    def _flush_links(self) -> None:
        for length, rows in groupby(self._links, key=len):
            self._add_new(
                _LINK_STATEMENTS[length],
                list(rows),
                line=4,
                first="SELECT line FROM link WHERE (type, source, target, key) = (?, ?, ?, ?)",
                names=4,
                what=lambda row: f"relationship {row[0]} {row[1]!r} -> {row[2]!r}" + (f" [{row[3]}]" if row[3] else ""),
            )
        self._links.clear()

    def _flush_parents(self) -> None:
        self.many("INSERT INTO parent VALUES (?, ?, ?)", self._parents)
        self._parents.clear()

    def _flush_values(self) -> None:
        self.many("INSERT INTO value VALUES (?, ?, ?, ?, ?)", self._values)
        self._values.clear()

    def _add_new(
        self,
        statement: str,
        rows: Sequence[tuple[object, ...]],
        *,
        line: int,
        first: str,
        names: int,
        what: Callable[[tuple[object, ...]], str],
    ) -> None:
        """Insert rows and refuse those that are there already; `line` is the column of the line, `names` come first."""
        before = self.database.total_changes
        self.many(statement, rows)
        if self.database.total_changes - before == len(rows):
            return
        for row in rows:
            (earlier,) = self.database.execute(first, row[:names]).fetchone()
            number = row[line]
            if isinstance(number, int) and earlier != number:
                self.refuse(number, repeated(what(row), earlier, _UNDOING))
