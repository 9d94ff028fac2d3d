"""A keeper loses no baseline, throws nothing away that it read, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import cast

import pytest

from graph.database import Database, Row
from graph.identity import Revision, Tenant
from graph.kernel import ArrayEvaluator
from graph.ontology import parse_ontology
from graph.snapshot import Evaluators, Snapshot, SnapshotService
from graph.snapshot.keeper import Keeper
from graph.snapshot.reading import Material, nothing
from graph.snapshot.rules import Rules
from graph.snapshot.shelf import Shelf
from graph.snapshot.source import Log, Record, Source
from graph.work import Workers, WorkLimits
from tests.graph.changes.conftest import MINI
from tests.graph.snapshot.town import empty

RULES = Rules.of(parse_ontology(MINI))
TOWN = Tenant("town")


class Twin:
    """A source that is an empty tenant first, to which boards come."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.put_back = False

    def write(self) -> None:
        number = len(self.records) + 1
        board = {"type": "Board", "sourceOf": []}
        entry = {"kind": "asset", "id": f"b{number}", "type": "Board", "before": None, "after": board}
        self.records.append(Record(revision=Revision(number), entries=[json.dumps(entry)]))

    async def since(self, tenant: Tenant, revision: Revision) -> Log:
        return Log(revision=Revision(0 if self.put_back else len(self.records)), records=self.records[revision:])

    async def entries_since(self, tenant: Tenant, revision: Revision) -> int:
        return len(self.records) - revision

    async def record(self, tenant: Tenant, revision: Revision) -> Row | None:
        return [tenant, revision]

    async def whole(self, tenant: Tenant) -> Material:
        return nothing(RULES)


def keeper(
    twin: Twin, *, evaluators: Evaluators | None = None, shelf: Shelf | None = None, workers: Workers | None = None
) -> Keeper:
    source = cast("Source", twin)
    return Keeper(TOWN, source, RULES, shelf=shelf, evaluators=evaluators or Evaluators(), workers=workers or Workers())


class Kept:
    """A shelf that has one snapshot, and takes whatever is offered."""

    def __init__(self, snapshot: Snapshot | None = None) -> None:
        self.snapshot = snapshot
        self.offered: list[Snapshot] = []

    async def find(self, tenant: Tenant) -> Snapshot | None:
        return self.snapshot

    def offer(self, snapshot: Snapshot) -> None:
        self.offered.append(snapshot)


async def test_a_saved_baseline_is_not_computed_again_after_a_write() -> None:
    twin, evaluators = Twin(), Evaluators()
    saved = replace(empty(RULES), baseline=ArrayEvaluator(empty(RULES).supplies).engine.baseline)
    twin.write()
    current = await keeper(twin, evaluators=evaluators, shelf=cast("Shelf", Kept(saved))).current()
    assert current.revision == 1
    assert current.baseline is None
    assert evaluators.known(saved) is not None, "what the next one's is made from"


async def test_a_snapshot_that_questions_filled_is_put_in_order() -> None:
    twin, evaluators, shelf = Twin(), Evaluators(), Kept()
    made = keeper(twin, evaluators=evaluators, shelf=cast("Shelf", shelf))
    await made.current()
    twin.write()
    first = await made.current()
    first.supplies.pools.exhausted = True
    assert await made.current() is first
    while made.busy:  # noqa: ASYNC110  it is a thread
        await asyncio.sleep(0.001)
    second = await made.current()
    assert second is not first
    assert second.revision == 1
    assert not second.is_crowded
    assert evaluators.known(second) is not None
    assert shelf.offered[-1] is second
    twin.write()
    assert (await made.current()).revision == 2


async def test_what_is_put_in_order_of_another_past_is_left() -> None:
    twin = Twin()
    made = keeper(twin)
    (await made.current()).supplies.pools.exhausted = True
    await made.current()
    twin.write()
    await made.current()
    twin.put_back = True
    assert (await made.current()).revision == 0
    assert (await made.current()).revision == 0
    assert not made.busy


async def test_reading_everything_is_never_too_busy() -> None:
    workers = Workers(WorkLimits(at_once=1, line=0))
    await workers.long.enter(Tenant("other"), "any")
    assert (await keeper(Twin(), workers=workers).current()).revision == 0


async def test_who_is_forgotten_answers_and_offers_nothing() -> None:
    twin, shelf = Twin(), Kept()
    made = keeper(twin, shelf=cast("Shelf", shelf))
    made.forget()
    assert (await made.current()).revision == 0
    assert shelf.offered == []


async def test_who_is_evicted_while_reading_is_closed_with_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, ended = asyncio.Event(), list[Tenant]()

    async def endless(_self: Source, tenant: Tenant) -> Material:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append(tenant)
        raise AssertionError

    async def nothing_yet(_self: Source, _tenant: Tenant) -> Material:
        return nothing(RULES)

    monkeypatch.setattr(Source, "whole", endless)
    service = SnapshotService(cast("Database", None), parse_ontology(MINI), kept=1)
    first = asyncio.create_task(service.current(TOWN))
    await begun.wait()
    monkeypatch.setattr(Source, "whole", nothing_yet)
    assert (await service.current(Tenant("other"))).revision == 0
    await service.close()
    assert ended == [TOWN]
    await asyncio.gather(first, return_exceptions=True)
