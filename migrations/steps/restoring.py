"""Restoring: what a migration's steps over data changed is changed back, from the images that the change log keeps.

Value by value: one that is still what the migration made of it becomes what it was. One that somebody has changed since
is left as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, cast

from graph.changes.counter import lock_counter
from graph.changes.model import Change, UpsertAsset, UpsertRelationship
from graph.changes.rules import Rulebook, ValueRules
from graph.changes.statements import of_type
from graph.database import ReadUnit, WriteUnit
from graph.errors import InvalidInput
from graph.ontology.model import Json
from migrations.steps.data_steps import Page, Turn, written
from migrations.steps.remaking import made_again, unmade
from queries import named

_NEWEST: Final = 2**62
_Held: TypeAlias = tuple[str, ValueRules, Mapping[str, Json]]
"""Type, rules and values of what is there now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restore:
    """Changes back what records say whose operation begins as one of `operations`, newest first; those after `since`.

    `since` are revisions by tenant: what another run of the same migration did before is none of this one's. An asset
    that was made one of another type stays that where it has something now that its old type can't say, unless `erase`.
    """

    operations: tuple[str, ...]
    since: Mapping[str, int] = field(default_factory=dict[str, int])
    erase: bool = False

    def __str__(self) -> str:
        return f"restore what was done by {' and '.join(self.operations)}"


async def records_left(unit: ReadUnit, step: Restore) -> int:
    """Return how many assets and relationships the records name, over all tenants."""
    asked = {"operations": list(step.operations), "since": dict(step.since)}
    rows = await unit.rows(named("migrations/count_recorded"), asked)
    return rows[0][0]


async def do_restore(unit: WriteUnit, step: Restore, rules: Rulebook, after: str, turn: Turn) -> Page:
    """Change back what the next older record of the unit's tenant says; its counter is locked first."""
    await lock_counter(unit, rules)
    tenant = str(unit.tenant)
    asked = {
        "operations": list(step.operations),
        "since": step.since.get(tenant, 0),
        "before": int(after) if after else _NEWEST,
    }
    rows = await unit.rows(named("migrations/read_recorded"), asked)
    if not rows:
        return Page(changed=0, last=None)
    revision, operation, entries = rows[0]
    changes = await _changes_back(unit, rules, [json.loads(each) for each in entries], step)
    changed = await written(unit, changes, f"undo {operation.removeprefix('migrate ')}", rules, turn)
    return Page(changed=changed, last=str(revision))


async def _changes_back(
    unit: WriteUnit, rules: Rulebook, entries: Sequence[dict[str, Any]], step: Restore
) -> list[Change]:
    """Return the changes: what was deleted first, then what is still there, and last what was made."""
    erase = step.erase
    there = await _assets_now(unit, rules, [each["id"] for each in entries if each["kind"] == "asset"])
    links = await _links_now(unit, rules, [each for each in entries if each["kind"] == "relationship"])
    bound = set[str]() if erase else await _bound(unit, rules, entries)
    changes = await made_again(unit, rules, entries, links)
    for entry in entries:
        found = there.get(entry["id"]) if entry["kind"] == "asset" else links.get(entry["id"])
        if found is None or entry["before"] is None or entry["after"] is None:
            continue
        kind, values, now = found
        if kind != entry["type"]:
            continue  # deleted since, and made anew as something else
        was = entry["before"].get("type", kind)
        if was != kind and not erase and (entry["id"] in bound or _says_more(rules, was, entry["after"], now)):
            continue  # it stands in the way of what comes next, by name
        values = rules.assets[was].values if entry["kind"] == "asset" else values
        back = dict(_back(entry["before"]["properties"], entry["after"]["properties"], values, now))
        if not back and was == kind:
            continue
        if entry["kind"] == "asset":
            changes.append(UpsertAsset(id=entry["id"], type=was, properties=back, retype=was != kind))
        else:
            ends = entry["after"]
            changes.append(
                UpsertRelationship(
                    type=entry["type"], source=ends["from"], target=ends["to"], key=ends["key"], properties=back
                )
            )
    return [*changes, *await unmade(unit, entries, there, links)]


def _says_more(rules: Rulebook, was: str, after: Mapping[str, Any], now: Mapping[str, Json]) -> bool:
    """Whether values were written since that the old type has no property for."""
    made: Mapping[str, Json] = after["properties"]
    has = rules.assets[was].values.codecs
    return any(name not in has and now.get(name) != made.get(name) for name in {*now, *made})


async def _bound(unit: WriteUnit, rules: Rulebook, entries: Sequence[dict[str, Any]]) -> set[str]:
    """Return which assets that were retyped have relationships now that their old type may not have."""
    before = {
        each["id"]: each["before"]["type"]
        for each in entries
        if each["kind"] == "asset" and each["before"] and each["before"].get("type", each["type"]) != each["type"]
    }
    if not before:
        return set()
    query = named("changes/read_incident_relationships")
    ((rows,),) = await unit.rows(query, {"ids": sorted(before)})
    found: set[str] = set()
    for name, source, target, *_ in rows:
        kind = rules.links[name].type
        for asset, allowed in ((source, kind.sources_allowed), (target, kind.targets_allowed)):
            either = kind.symmetric and before.get(asset) in kind.sources_allowed | kind.targets_allowed
            if asset in before and before[asset] not in allowed and not either:
                found.add(asset)
    return found


def _back(
    before: Mapping[str, Json], after: Mapping[str, Json], values: ValueRules, now: Mapping[str, Json]
) -> Iterator[tuple[str, Json]]:
    """Yield the values that the migration changed and nobody since.

    A value whose place another has taken meanwhile comes back only where the two still say the same; writing turns the
    other back where they don't.
    """
    for name in sorted({*before, *after}):
        was, made = before.get(name), after.get(name)
        if was == made or now.get(name) != made or name not in values.codecs:
            continue
        follower = next((each for each in values.successions if each.leader.name == name), None)
        if follower is not None and was is not None:
            held = now.get(follower.follower.name)
            if held is None or not _agree(values, name, was, follower.follower.name, held):
                continue
        yield name, was


def _agree(values: ValueRules, leader: str, was: Json, follower: str, held: Json) -> bool:
    found = next(each for each in values.successions if each.leader.name == leader)
    try:
        return found.agree(values.codecs[leader].store(was), values.codecs[follower].store(held))
    except InvalidInput:
        return False


async def _assets_now(unit: WriteUnit, rules: Rulebook, ids: Sequence[str]) -> dict[str, _Held]:
    if not ids:
        return {}
    ((rows,),) = await unit.rows(named("changes/read_assets"), {"ids": sorted(ids)})
    found: dict[str, _Held] = {}
    for asset, labels, properties, _ in rows:
        kind = rules.type_of(labels)
        values = rules.assets[kind].values
        found[asset] = kind, values, values.shown_all(values.received(properties))
    return found


async def _links_now(unit: WriteUnit, rules: Rulebook, entries: Sequence[dict[str, Any]]) -> dict[str, _Held]:
    found: dict[str, _Held] = {}
    for name in sorted({each["type"] for each in entries} & set(rules.links)):
        keys = sorted(each["id"] for each in entries if each["type"] == name)
        values = rules.links[name].values
        ((rows,),) = await unit.rows(of_type("changes/read_relationships", name), {"keys": keys})
        for *_, properties in cast("list[tuple[str, str, str, dict[str, object]]]", rows):
            found[cast("str", properties["_key"])] = name, values, values.shown_all(values.received(properties))
    return found
