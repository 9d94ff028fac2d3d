"""The short way of steps over data is the long one in less time: the same graph, the same log but for whole images."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from graph.changes import Change, ChangeSet, Receipt, UpsertAsset, apply_in
from graph.changes.counter import lock_counter
from graph.changes.request import Request
from graph.database import Database, WriteUnit
from graph.errors import ChangesRefused
from graph.identity import Tenant
from graph.ontology import parse_ontology
from graph.ontology.model import Json
from migrations.steps import data_steps, revaluing
from migrations.steps.data_steps import Erase, Fill, Follow, Lead, Page, Turn, ValueStep, do_page, steps_rules
from migrations.steps.steps import page_of
from tests.migrations.running import ask

pytestmark = pytest.mark.neo4j

SHORT, LONG = Tenant("short"), Tenant("long")
RULES = steps_rules(
    parse_ontology(
        """
format: twin-ontology/1
name: t
assetTypes:
  Machine:
    properties:
      flow: { datatype: float, unit: L/s }
      hourly: { datatype: float, unit: m^3/h, maximum: 100, follows: { property: flow } }
      note: { datatype: string }
      since: { datatype: date }
      code: { datatype: string, unique: true }
  Pump: { extends: [Machine], properties: { stage: { datatype: int } } }
  Fan: { extends: [Machine], properties: { blades: { datatype: int, required: true } } }
  Plan:
    properties:
      day: { datatype: date }
      moment: { datatype: datetime, follows: { property: day } }
      tags: { datatype: list, items: { datatype: string } }
"""
    )
)
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
WRITTEN: tuple[Change, ...] = (
    UpsertAsset(id="P-1", type="Pump", properties={"flow": 1.37, "stage": 3, "note": "old"}),
    UpsertAsset(id="P-2", type="Pump", properties={"note": "b", "since": "2020-02-29", "code": "x"}),
    UpsertAsset(id="P-3", type="Pump", properties={"flow": 99.0}),
    UpsertAsset(id="F-1", type="Fan", properties={"blades": 4, "flow": 0.1}),
    UpsertAsset(id="M-1", type="Machine", properties={"flow": -0.0}),
    UpsertAsset(id="L-1", type="Plan", properties={"day": "2021-01-31", "tags": ["a", "b"]}),
    UpsertAsset(id="L-2", type="Plan"),
)


def fill(name: str, value: Json, kind: str = "Machine") -> Fill:
    return Fill(type=kind, definition=RULES.ontology.asset_types[kind].properties[name], value=value)


def erase(name: str, kind: str = "Machine") -> Erase:
    definition = RULES.ontology.asset_types[kind].properties[name]
    return Erase(type=kind, definition=definition, of_relationships=False)


def follow(leader: str, name: str, kind: str, way: type[Follow] = Follow) -> Follow:
    properties = RULES.ontology.asset_types[kind].properties
    return way(type=kind, leader=properties[leader], definition=properties[name], of_relationships=False)


async def done(database: Database, tenant: Tenant, page: Callable[[WriteUnit, str], Awaitable[Page]]) -> int:
    """Do all pages of a step; return how many assets were changed."""
    changed, after = 0, ""
    while True:
        found = await database.write(tenant, lambda unit, after=after: page(unit, after))
        changed += found.changed
        if found.last is None:
            return changed
        after = found.last


async def plant(database: Database, tenant: Tenant, lacking: Sequence[str]) -> None:
    request = Request(actor="tester", change_set=ChangeSet(changes=WRITTEN))

    async def write(unit: WriteUnit) -> None:
        (outcome,) = await apply_in(unit, (request,), rules=RULES, now=NOW)
        assert isinstance(outcome, Receipt)

    await database.write(tenant, write)
    for name in lacking:
        await database.execute_schema((f"MATCH (a:Asset {{_tenant: '{tenant}'}}) REMOVE a.{name}",))


async def assets(database: Database, tenant: Tenant) -> list[list[object]]:
    shown = "labels(a), [each IN keys(a) WHERE each <> '_tenant' | [each, a[each]]]"
    rows = await ask(database, f"MATCH (a:Asset {{_tenant: '{tenant}'}}) RETURN {shown} ORDER BY a._id")
    return [[sorted(each, key=str) for each in row] for row in rows]  # type: ignore[call-overload]


async def log(database: Database, tenant: Tenant) -> list[list[Any]]:
    said = "c.revision, c.time, c.actor, c.operation, c.entryCount, c.touched, c.entries"
    rows = await ask(database, f"MATCH (c:_Change {{_tenant: '{tenant}'}}) RETURN {said} ORDER BY c.revision")
    return [[*row, [json.loads(each) for each in cast("list[str]", entries)]] for *row, entries in rows]


def changed_alone(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry with the values alone that differ."""
    before, after = entry["before"]["properties"], entry["after"]["properties"]
    names = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    return {
        **entry,
        "before": {"properties": {name: before[name] for name in names & {*before}}},
        "after": {"properties": {name: after[name] for name in names & {*after}}},
    }


@pytest.mark.parametrize(
    ("step", "lacking", "short"),
    [
        (fill("note", "new"), (), True),
        (fill("since", "2024-05-01"), (), True),
        (fill("tags", ["x"], "Plan"), (), True),
        (erase("note"), (), True),
        (erase("tags", "Plan"), (), True),
        (erase("code"), (), False),
        (erase("hourly"), (), False),
        (follow("flow", "hourly", "Machine"), ("hourly",), True),
        (follow("flow", "hourly", "Machine", Lead), ("flow",), True),
        (follow("day", "moment", "Plan"), ("moment",), True),
    ],
    ids=str,
)
async def test_both_ways_lead_to_the_same(
    empty: Database, monkeypatch: pytest.MonkeyPatch, step: ValueStep, lacking: Sequence[str], short: bool
) -> None:
    monkeypatch.setattr(data_steps, "PAGE", 2)
    monkeypatch.setattr(revaluing, "SHORT_PAGE", 2)
    turn = Turn(revision="0002_change", actor="tester", now=NOW)
    for tenant in (SHORT, LONG):
        await plant(empty, tenant, lacking)

    async def short_page(unit: WriteUnit, after: str) -> Page:
        return await page_of(unit, step, RULES, after, turn)

    async def long_page(unit: WriteUnit, after: str) -> Page:
        await lock_counter(unit, RULES)
        return await do_page(unit, step, RULES, after, turn)

    changed = await done(empty, SHORT, short_page)

    assert changed == await done(empty, LONG, long_page) > 0
    assert await assets(empty, SHORT) == await assets(empty, LONG)
    ours, theirs = await log(empty, SHORT), await log(empty, LONG)
    assert [each[:-1] for each in ours] == [each[:-1] for each in theirs]
    entries = [entry for *_, entries in theirs[1:] for entry in entries]
    expected = [changed_alone(entry) for entry in entries] if short else entries
    assert [entry for *_, entries in ours[1:] for entry in entries] == expected


async def test_a_page_with_an_asset_that_lacks_what_it_needs_is_refused_by_name(empty: Database) -> None:
    await plant(empty, SHORT, ("blades",))
    turn = Turn(revision="0002_change", actor="tester", now=NOW)

    with pytest.raises(ChangesRefused) as refused:
        await empty.write(SHORT, lambda unit: page_of(unit, fill("note", "new"), RULES, "", turn))

    assert [(each.code, each.asset, each.property) for each in refused.value.problems] == [
        ("REQUIRED_MISSING", "F-1", "blades")
    ]
    assert len(await log(empty, SHORT)) == 1


async def test_a_value_that_does_not_fit_is_refused_by_name(empty: Database) -> None:
    await plant(empty, SHORT, ())
    turn = Turn(revision="0002_change", actor="tester", now=NOW)

    with pytest.raises(ChangesRefused) as refused:
        await empty.write(SHORT, lambda unit: page_of(unit, fill("since", "soon"), RULES, "", turn))

    assert {each.property for each in refused.value.problems} == {"since"}


async def test_an_asset_of_no_type_at_all_hinders_no_other(empty: Database) -> None:
    """Somebody gave it a label by hand; it has a value already, and nothing is asked of it."""
    await plant(empty, SHORT, ())
    await empty.execute_schema((f"MATCH (a:Asset {{_tenant: '{SHORT}', _id: 'P-1'}}) SET a:Plan",))
    turn = Turn(revision="0002_change", actor="tester", now=NOW)

    page = await empty.write(SHORT, lambda unit: page_of(unit, fill("note", "new"), RULES, "", turn))

    assert page.changed == 3
