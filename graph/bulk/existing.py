"""Brings what the database already holds, as far as a load can meet it, into the load's staging."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from graph.bulk.staging import Staging
from graph.bulk.whole.uniqueness import EXTERNAL
from graph.changes.rules import Rulebook
from graph.changes.statements import of_property
from graph.database import ReadUnit
from graph.database.native import to_driver
from graph.ontology.model import Multiplicity
from queries import named

_CHUNK = 5_000
_ANY_NUMBER = (Multiplicity(), Multiplicity())
_PAGES = {
    "asset": "SELECT number, id FROM asset WHERE number > ? ORDER BY number LIMIT ?",
    "end": "SELECT number, id FROM end WHERE number > ? ORDER BY number LIMIT ?",
}
_ENDS = """
CREATE TEMP TABLE end AS SELECT row_number() OVER () AS number, id FROM (
  SELECT source AS id FROM link UNION SELECT target FROM link UNION SELECT source FROM parent
  EXCEPT SELECT id FROM asset)
"""
_ABOVE = """
INSERT INTO asset (id, type, stored)
SELECT source, '', '' FROM stored WHERE type IN (SELECT value FROM json_each(?)) EXCEPT SELECT id, '', '' FROM asset
"""
_KNOWN = """
INSERT INTO asset (id, type, stored) VALUES (?1, ?2, ?2)
ON CONFLICT (id) DO UPDATE SET stored = excluded.stored, lacks = NULL
"""
_VALUES = """
SELECT DISTINCT value FROM value WHERE owner = ? AND property = ? AND value > ? ORDER BY value LIMIT ?
"""


async def stage_existing(unit: ReadUnit, staging: Staging, rules: Rulebook) -> None:
    """Stage the assets, relationships and unique values of the tenant that the load names or could clash with."""
    await _stage_assets(unit, staging, rules)
    await _stage_relationships(unit, staging, rules)
    await _stage_ancestors(unit, staging, rules)
    await _stage_values(unit, staging, rules)


async def _stage_assets(unit: ReadUnit, staging: Staging, rules: Rulebook) -> None:
    """Tell new assets from existing ones, and add ends of relationships that the load does not bring itself."""
    staging.rows("DROP TABLE IF EXISTS end")
    staging.rows(_ENDS)
    for table in ("asset", "end"):
        for ids in _pages(staging, table):
            rows = await unit.rows(named("changes/read_types"), {"ids": ids})
            staging.many(_KNOWN, [(asset, rules.type_of(labels)) for asset, labels, _ in rows[0][0]])


async def _stage_relationships(unit: ReadUnit, staging: Staging, rules: Rulebook) -> None:
    types = [
        kind.name
        for kind in rules.ontology.relationship_types.values()
        if kind.is_supply
        or kind.containment
        or (kind.sources, kind.targets) != _ANY_NUMBER
        or rules.links[kind.name].values.required
    ]
    for ids in _pages(staging, "asset"):
        rows = await unit.rows(named("bulk/read_relationships"), {"ids": ids, "types": types})
        staging.many("INSERT OR REPLACE INTO stored VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(tuple, rows[0][0]))


async def _stage_ancestors(unit: ReadUnit, staging: Staging, rules: Rulebook) -> None:
    """Follow containment upward from what the load touches, one level a round, until nothing is new."""
    types = sorted(rules.containment)
    while True:
        last = staging.rows("SELECT coalesce(max(number), 0) FROM asset").fetchone()[0]
        if not staging.rows(_ABOVE, (orjson.dumps(types).decode(),)).rowcount:
            return
        for ids in _pages(staging, "asset", after=last):
            rows = await unit.rows(named("bulk/read_parents"), {"ids": ids, "types": types})
            staging.many(
                "INSERT OR IGNORE INTO stored (type, source, target, key) VALUES (?, ?, ?, ?)", map(tuple, rows[0][0])
            )


async def _stage_values(unit: ReadUnit, staging: Staging, rules: Rulebook) -> None:
    """Add the holders of the load's unique values; line 0 says that the database has it so."""
    for owner, name in staging.rows("SELECT DISTINCT owner, property FROM value WHERE value NOT NULL").fetchall():
        after = ""
        while values := [row[0] for row in staging.rows(_VALUES, (owner, name, after, _CHUNK))]:
            held = await _holders(unit, rules, (owner, name), values)
            staging.many(
                "INSERT INTO value VALUES (?, ?, ?, ?, 0)", [(owner, name, value, asset) for value, asset in held]
            )
            after = values[-1]


async def _holders(
    unit: ReadUnit, rules: Rulebook, unique: tuple[str, str], shown: Sequence[str]
) -> list[tuple[str, str]]:
    owner, name = unique
    if owner == EXTERNAL:
        rows = await unit.rows(named("changes/find_external_ids"), {"names": [[name, each] for each in shown]})
        return [(value, asset) for _, value, asset in rows[0][0]]
    codec = rules.assets[owner].values.codecs[name]
    values = [to_driver(codec.store(orjson.loads(each))) for each in shown]
    rows = await unit.rows(of_property("changes/find_unique_holders", owner, name), {"values": values})
    found: list[tuple[int, str]] = rows[0][0]
    return [(shown[position], asset) for position, asset in found]


def _pages(staging: Staging, table: str, *, after: int = 0) -> Iterator[list[str]]:
    """Yield the ids of a table, some at a time, by rising number; what is added meanwhile comes too."""
    while rows := staging.rows(_PAGES[table], (after, _CHUNK)).fetchall():
        after = rows[-1][0]
        yield [row[1] for row in rows]
