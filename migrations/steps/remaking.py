"""What a migration made is deleted again, and what it deleted is made again, by the images that the change log keeps.

What somebody has changed since, or related to something, is left as it is: it stands in the way of what comes next.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from structlog.stdlib import get_logger

from graph.changes.model import (
    Change,
    DeleteAsset,
    DeleteRelationship,
    ExternalId,
    UpsertAsset,
    UpsertRelationship,
)
from graph.changes.rules import Rulebook
from graph.database import ReadUnit
from graph.ontology.model import Json
from queries import named

Entry: TypeAlias = "dict[str, Any]"
"""An entry of a change record."""

Held: TypeAlias = "Mapping[str, tuple[Any, Any, Mapping[str, Json]]]"
"""What is there now, by id: its values last."""


async def made_again(unit: ReadUnit, rules: Rulebook, entries: Sequence[Entry], links: Held) -> list[Change]:
    """Return what makes the assets and relationships again that a record says were deleted, assets first.

    An external id that is another asset's by now stays there: else its whole page could never be written.
    """
    gone = [each for each in entries if each["after"] is None and each["before"] is not None]
    lost = [each for each in gone if each["kind"] == "asset" and each["type"] in rules.assets]
    drawn = [
        each
        for each in gone
        if each["kind"] == "relationship" and each["type"] in rules.links and each["id"] not in links
    ]
    ends = {end for each in drawn for end in (each["before"]["from"], each["before"]["to"])}
    there = await _there(unit, {*ends, *(each["id"] for each in lost)})
    missing = [each for each in lost if each["id"] not in there]
    taken = await _taken(unit, missing)
    assets = [_asset(each, taken) for each in missing]
    known = {*there, *(each.id for each in assets)}
    return [
        *assets,
        *(_link(each) for each in drawn if known.issuperset((each["before"]["from"], each["before"]["to"]))),
    ]


async def unmade(unit: ReadUnit, entries: Sequence[Entry], assets: Held, links: Held) -> list[Change]:
    """Return what deletes the relationships and assets that a record says were made, where they are as they were."""
    made = [each for each in entries if each["before"] is None and each["after"] is not None]
    drawn = [
        each
        for each in made
        if each["kind"] == "relationship" and each["id"] in links and _same(each, links[each["id"]])
    ]
    begun = [
        each for each in made if each["kind"] == "asset" and each["id"] in assets and _same(each, assets[each["id"]])
    ]
    changes: list[Change] = []
    leaving: dict[str, int] = {}
    for each in drawn:
        ends = each["after"]
        changes.append(DeleteRelationship(type=each["type"], source=ends["from"], target=ends["to"], key=ends["key"]))
        for end in (ends["from"], ends["to"]):
            leaving[end] = leaving.get(end, 0) + 1
    if not begun:
        return changes
    ids = sorted(each["id"] for each in begun)
    as_made = await _as_made(unit, {each["id"]: each["after"] for each in begun})
    ((rows,),) = await unit.rows(named("migrations/count_incident"), {"ids": ids})
    bound = {asset: number for asset, number in rows if number > leaving.get(asset, 0)}
    free = [each["id"] for each in begun if each["id"] not in bound and each["id"] in as_made]
    return [*changes, *(DeleteAsset(id=each) for each in free)]


def _same(entry: Entry, held: tuple[Any, Any, Mapping[str, Json]]) -> bool:
    kind, _, now = held
    return kind == entry["type"] and now == entry["after"]["properties"]


def _asset(entry: Entry, taken: set[tuple[str, str]]) -> UpsertAsset:
    before = entry["before"]
    names = [(each["system"], each["id"]) for each in before["externalIds"]]
    for system, name in names:
        if (system, name) in taken:
            get_logger("twin.migrations").warning(
                "an external id is another asset's by now", asset=entry["id"], system=system, external_id=name
            )
    return UpsertAsset(
        id=entry["id"],
        type=before["type"],
        name=before["name"],
        properties=before["properties"],
        external_ids=tuple(ExternalId(system=each[0], id=each[1]) for each in names if each not in taken),
        source_of=tuple(before["sourceOf"]),
    )


def _link(entry: Entry) -> UpsertRelationship:
    before = entry["before"]
    return UpsertRelationship(
        type=entry["type"],
        source=before["from"],
        target=before["to"],
        key=before["key"],
        properties=before["properties"],
    )


async def _as_made(unit: ReadUnit, after: Mapping[str, Any]) -> set[str]:
    """Those of the assets whose name, external ids and flows that they are sources of are as a record says."""
    ((rows,),) = await unit.rows(named("changes/read_assets"), {"ids": sorted(after)})
    return {
        asset
        for asset, _, properties, external in rows
        if properties["name"] == after[asset]["name"]
        and sorted(properties.get("_sourceOf", ())) == sorted(after[asset]["sourceOf"])
        and sorted((system, name) for system, name in external)
        == sorted((each["system"], each["id"]) for each in after[asset]["externalIds"])
    }


async def _taken(unit: ReadUnit, entries: Sequence[Entry]) -> set[tuple[str, str]]:
    """Those of the external ids of deleted assets that others have."""
    names = sorted({(name["system"], name["id"]) for each in entries for name in each["before"]["externalIds"]})
    if not names:
        return set()
    ((rows,),) = await unit.rows(named("changes/find_external_ids"), {"names": [list(each) for each in names]})
    return {(system, name) for system, name, _ in rows}


async def _there(unit: ReadUnit, ids: set[str] | Sequence[str]) -> dict[str, str]:
    """The names of those of the assets that exist, by id."""
    if not ids:
        return {}
    ((rows,),) = await unit.rows(named("changes/read_assets"), {"ids": sorted(ids)})
    return {asset: properties["name"] for asset, _, properties, _ in rows}
