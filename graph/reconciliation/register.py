"""What the source says, on disk: assets and relationships by name, so that memory stays bounded.

Order never matters: what the twin has is looked up here by id, page by page, so source and twin may sort as they like.
"""

from __future__ import annotations

import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import orjson

from graph.bulk.staging import SCRATCH
from graph.changes.images import ExternalRef, Link
from graph.ontology.codec import Stored
from graph.reconciliation.model import SaidAsset

_BATCH = 2_000

_SCHEMA = f"""{SCRATCH}
CREATE TABLE said (id TEXT PRIMARY KEY, type TEXT NOT NULL, line INTEGER NOT NULL, inside INTEGER NOT NULL DEFAULT 1,
                   body BLOB) WITHOUT ROWID;
CREATE TABLE told (source TEXT NOT NULL, target TEXT NOT NULL, type TEXT NOT NULL, key TEXT NOT NULL,
                   line INTEGER NOT NULL, contains INTEGER NOT NULL, body BLOB,
                   PRIMARY KEY (source, target, type, key)) WITHOUT ROWID;
CREATE TABLE placed (parent TEXT NOT NULL, child TEXT NOT NULL, PRIMARY KEY (parent, child)) WITHOUT ROWID;
CREATE TABLE found (id TEXT PRIMARY KEY, inside INTEGER NOT NULL, unowned INTEGER NOT NULL,
                    relationships INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
CREATE TABLE place (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE difference (kind TEXT NOT NULL, asset TEXT NOT NULL, type TEXT NOT NULL, owner TEXT, other TEXT,
                         link TEXT, body BLOB NOT NULL);
CREATE INDEX difference_asset ON difference (asset);
CREATE INDEX difference_kind ON difference (kind, asset);
"""
_AFTER = """
CREATE INDEX told_target ON told (target) WHERE contains;
"""
_BELOW = """
WITH RECURSIVE below (id) AS (
  SELECT id FROM place UNION SELECT placed.child FROM below JOIN placed ON placed.parent = below.id)
INSERT OR IGNORE INTO place SELECT id FROM below
"""


class Register:
    """The source in a SQLite file in `folder`, which is its owner's to remove. For one thread at a time."""

    def __init__(self, folder: Path) -> None:
        self.database = sqlite3.connect(folder / "register.sqlite", isolation_level=None, check_same_thread=False)
        self.database.executescript(_SCHEMA)
        self.database.execute("BEGIN")
        self.assets = 0
        self.relationships = 0
        self.tells_containment = False

    def add_asset(self, said: SaidAsset, line: int) -> int | None:
        """Keep an asset; return the line of an earlier one of the same id, which stands, or None."""
        earlier = self._add(
            "INSERT OR IGNORE INTO said (id, type, line, body) VALUES (?, ?, ?, ?)",
            (said.id, said.type, line, pickle.dumps(tuple(said)[2:], protocol=5)),
            "SELECT line FROM said WHERE id = ?",
            (said.id,),
        )
        if earlier is None:
            self.assets += 1
            self._place((parent, said.id) for parent in said.parents or ())
        return earlier

    def add_faulty(self, asset: str, line: int) -> None:
        """Keep that the source speaks of an asset, though nothing that could be compared."""
        self.database.execute(
            "INSERT OR IGNORE INTO said (id, type, line, body) VALUES (?, '', ?, NULL)", (asset, line)
        )

    def add_link(self, link: Link, values: Mapping[str, Stored | None], line: int, *, contains: bool) -> int | None:
        """Keep a relationship; return the line of an earlier one of the same name, which stands, or None."""
        name = (link.source, link.target, link.type, link.key)
        earlier = self._add(
            "INSERT OR IGNORE INTO told VALUES (?, ?, ?, ?, ?, ?, ?)",
            (*name, line, int(contains), pickle.dumps(dict(values), protocol=5) if values else None),
            "SELECT line FROM told WHERE (source, target, type, key) = (?, ?, ?, ?)",
            name,
        )
        if earlier is None:
            self.relationships += 1
            if contains:
                self.tells_containment = True
                self._place([(link.source, link.target)])
        return earlier

    def complete(self) -> None:
        """End the writing: everything can be asked from here on."""
        self.database.executescript(_AFTER)
        self.database.execute("BEGIN")

    # ---- the extent --------------------------------------------------------------------------------------------------

    def set_inside(self, types: frozenset[str], *, placed: bool) -> None:
        """Mark the assets of `types` as within the extent; `placed`: only those whose place was added."""
        statement = """
            UPDATE said SET inside = body IS NOT NULL AND type IN (SELECT value FROM json_each(?))
              AND (NOT ? OR id IN (SELECT id FROM place))"""
        self.database.execute(statement, (_listed(types), placed))

    def add_places(self, ids: Iterable[str]) -> list[str]:
        """Add assets that are within the extent by their place; return those that are new."""
        statement = "INSERT OR IGNORE INTO place VALUES (?)"
        return [asset for asset in ids if self.database.execute(statement, (asset,)).rowcount]

    def spread_places(self) -> None:
        """Add what the source puts below places."""
        self.database.execute(_BELOW)

    def places(self) -> Iterator[list[str]]:
        """Yield the ids of places, rising, in pages."""
        after = ""
        while rows := self.database.execute(
            "SELECT id FROM place WHERE id > ? ORDER BY id LIMIT ?", (after, _BATCH)
        ).fetchall():
            after = rows[-1][0]
            yield [asset for (asset,) in rows]

    def placed(self, ids: Sequence[str]) -> frozenset[str]:
        """Return which of `ids` are places."""
        return self._among("SELECT id FROM place WHERE id IN (SELECT value FROM json_each(?))", ids)

    # ---- looking up --------------------------------------------------------------------------------------------------

    def mentions(self, asset: str) -> bool:
        """Whether the source has a line for the asset."""
        return self.database.execute("SELECT 1 FROM said WHERE id = ?", (asset,)).fetchone() is not None

    def said(self, ids: Sequence[str]) -> dict[str, SaidAsset | None]:
        """Return what the source says of those of `ids` that it speaks of; None where that can't be compared."""
        rows = self.database.execute(
            "SELECT id, type, body FROM said WHERE id IN (SELECT value FROM json_each(?))", (_listed(ids),)
        )
        return {asset: None if body is None else said_asset(asset, kind, body) for asset, kind, body in rows}

    def told_from(self, ids: Sequence[str]) -> dict[Link, Mapping[str, Stored | None]]:
        """Return the relationships out of `ids` that the source has lines for."""
        rows = self.database.execute(
            "SELECT type, source, target, key, body FROM told WHERE source IN (SELECT value FROM json_each(?))",
            (_listed(ids),),
        )
        return {Link(*name): told_values(body) for *name, body in rows}

    def containments_of(self, ids: Sequence[str]) -> dict[str, list[Link]]:
        """Return the containments into `ids` that the source has lines for."""
        rows = self.database.execute(
            "SELECT type, source, target, key FROM told WHERE contains AND target IN (SELECT value FROM json_each(?))",
            (_listed(ids),),
        )
        found: dict[str, list[Link]] = {}
        for name in rows:
            found.setdefault(name[2], []).append(Link(*name))
        return found

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def _place(self, pairs: Iterable[tuple[str, str]]) -> None:
        self.database.executemany("INSERT OR IGNORE INTO placed VALUES (?, ?)", pairs)

    def _add(self, insert: str, row: tuple[object, ...], find: str, name: tuple[object, ...]) -> int | None:
        if self.database.execute(insert, row).rowcount:
            return None
        return int(self.database.execute(find, name).fetchone()[0])

    def _among(self, statement: str, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(row[0] for row in self.database.execute(statement, (_listed(ids),)))


def said_asset(asset: str, kind: str, body: bytes) -> SaidAsset:
    """Return an asset as it was kept."""
    # The file was written by this process, into a folder of its own.
    name, values, externals, *rest = pickle.loads(body)  # noqa: S301
    references = None if externals is None else tuple(ExternalRef(*each) for each in externals)
    return SaidAsset(asset, kind, name, values, references, *rest)


def told_values(body: bytes | None) -> Mapping[str, Stored | None]:
    """Return the values of a relationship as they were kept."""
    return {} if body is None else pickle.loads(body)  # noqa: S301  as above


def _listed(values: Iterable[str]) -> str:
    return orjson.dumps(list(values)).decode()
