"""Differences that were found, on disk beside the register, so that there may be any number of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from graph.changes.images import Link
from graph.reconciliation.model import Difference, Kind
from graph.reconciliation.ownership import Ownership
from graph.reconciliation.question import Named
from graph.reconciliation.register import Register, said_asset

_INSIDE = """
(other IS NULL
 OR EXISTS (SELECT 1 FROM found WHERE found.id = other AND found.inside)
 OR EXISTS (SELECT 1 FROM said WHERE said.id = other AND said.inside))
AND NOT (kind = 'RELATIONSHIP_EXTRA' AND other IN (SELECT asset FROM difference WHERE kind = 'ASSET_EXTRA'))
"""
# Assets and relationships of the source that no look at the twin met.
_MISSING_ASSETS = """
SELECT id, type, body FROM said
WHERE inside AND body IS NOT NULL AND type IN (SELECT value FROM json_each(?))
  AND NOT EXISTS (SELECT 1 FROM found WHERE found.id = said.id)
"""
_LINKS_OF_MISSING = """
SELECT type, source, target, key, contains FROM told
WHERE type IN (SELECT value FROM json_each(?))
  AND NOT EXISTS (SELECT 1 FROM found WHERE found.id = CASE WHEN contains THEN target ELSE source END)
  AND (? OR EXISTS (SELECT 1 FROM said WHERE said.inside AND said.id = CASE WHEN contains THEN target ELSE source END))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was read of the twin: assets and relationships within the extent, and assets that others own."""

    assets: int
    relationships: int
    unowned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """How many differences of one kind there are of one type and one owner."""

    kind: Kind
    type: str
    owner: str | None
    count: int


class Findings:
    """The differences of one comparison, in the file of its register."""

    def __init__(self, register: Register) -> None:
        self._database: sqlite3.Connection = register.database

    def add(self, differences: Iterable[Difference]) -> None:
        """Keep differences."""
        self._database.executemany("INSERT INTO difference VALUES (?, ?, ?, ?, ?, ?, ?)", map(_row, differences))

    def see(self, assets: Iterable[tuple[str, bool, bool]]) -> None:
        """Keep which assets the twin has: id, whether it is within the extent, whether somebody else's."""
        self._database.executemany("INSERT OR REPLACE INTO found VALUES (?, ?, ?, 0)", assets)

    def count_links(self, sources: Iterable[str]) -> None:
        """Count relationships of the twin, given by their sources."""
        self._database.executemany(
            "UPDATE found SET relationships = relationships + 1 WHERE id = ?", [(source,) for source in sources]
        )

    def seen(self) -> Seen:
        """Return what was read of the twin."""
        row = self._database.execute(
            "SELECT coalesce(sum(inside), 0), coalesce(sum(relationships), 0), coalesce(sum(unowned), 0) FROM found"
        ).fetchone()
        return Seen(assets=row[0], relationships=row[1], unowned=row[2])

    def forget(self, ids: Sequence[str]) -> None:
        """Forget all that is filed under assets which are looked at anew."""
        listed = _listed(ids)
        for statement in (
            "DELETE FROM difference WHERE asset IN (SELECT value FROM json_each(?))",
            "DELETE FROM found WHERE id IN (SELECT value FROM json_each(?))",
        ):
            self._database.execute(statement, (listed,))

    def add_missing(self, types: Named, ownership: Ownership, *, relationships: bool, everywhere: bool) -> None:
        """Add what the source has and no look at the twin met: once, when all was looked at.

        `relationships`: they are compared too; `everywhere`: the extent is the whole twin.
        """
        found = self._database.execute(_MISSING_ASSETS, (_listed(types.assets),))
        self.add(
            Difference(
                kind=Kind.ASSET_MISSING, asset=asset, type=kind, owner=ownership.owner(said_asset(asset, kind, body))
            )
            for asset, kind, body in found
        )
        if relationships:
            links = self._database.execute(_LINKS_OF_MISSING, (_listed(types.relationships), everywhere))
            self.add(
                _missing_link(Link(*name), contains=bool(contains), everywhere=everywhere) for *name, contains in links
            )

    def counts(self) -> list[Count]:
        """Return how many differences there are, by kind, type and owner."""
        rows = self._database.execute(
            f"SELECT kind, type, owner, count(*) FROM difference WHERE {_INSIDE}"  # noqa: S608 - text of ours
            " GROUP BY kind, type, owner ORDER BY kind, type, owner"
        )
        return [Count(kind=Kind(kind), type=of_type, owner=owner, count=n) for kind, of_type, owner, n in rows]

    def samples(self, kind: Kind, most: int) -> list[Difference]:
        """Return the first differences of a kind, by rising id."""
        rows = self._database.execute(
            f"SELECT body FROM difference WHERE kind = ? AND {_INSIDE} ORDER BY asset, link, body LIMIT ?",  # noqa: S608
            (kind.value, most),
        )
        return [_difference(body) for (body,) in rows]

    def all(self, kinds: Iterable[Kind] = tuple(Kind)) -> Iterator[Difference]:
        """Yield all differences of some kinds, by kind and rising id."""
        for kind in kinds:
            yield from self._ordered([kind], "asset, link, body")

    def of_assets(self, kinds: Iterable[Kind]) -> Iterator[Difference]:
        """Yield differences of some kinds, those of one asset together."""
        return self._ordered(kinds, "asset, body")

    def of_links(self, kinds: Iterable[Kind]) -> Iterator[Difference]:
        """Yield differences of some kinds, those of one relationship together."""
        return self._ordered(kinds, "asset, link, body")

    def _ordered(self, kinds: Iterable[Kind], order: str) -> Iterator[Difference]:
        statement = f"""
            SELECT body FROM difference WHERE kind IN (SELECT value FROM json_each(?)) AND {_INSIDE}
            ORDER BY {order}"""  # noqa: S608 - texts of ours
        for (body,) in self._database.execute(statement, (_listed(kinds),)):
            yield _difference(body)


def _missing_link(link: Link, *, contains: bool, everywhere: bool) -> Difference:
    asset = link.target if contains else link.source
    other = None if contains or everywhere else link.target
    return Difference(kind=Kind.RELATIONSHIP_MISSING, asset=asset, type=link.type, link=link, other=other)


def _listed(values: Iterable[str]) -> str:
    return orjson.dumps(sorted(values)).decode()


def _row(difference: Difference) -> tuple[object, ...]:
    link = None if difference.link is None else list(difference.link)
    body: Mapping[str, object] = {
        "kind": difference.kind,
        "asset": difference.asset,
        "type": difference.type,
        "link": link,
        "property": difference.property,
        "source": difference.source,
        "twin": difference.twin,
        "owner": difference.owner,
        "other": difference.other,
    }
    return (
        difference.kind.value,
        difference.asset,
        difference.type,
        difference.owner,
        difference.other,
        None if difference.link is None else str(difference.link),
        orjson.dumps(body),
    )


def _difference(body: bytes) -> Difference:
    told: dict[str, Any] = orjson.loads(body)
    link = told["link"]
    told |= {"kind": Kind(told["kind"]), "link": None if link is None else Link(*link)}
    return Difference(**told)
