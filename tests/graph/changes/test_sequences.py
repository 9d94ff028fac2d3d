"""Any sequence of change sets, from one writer or several at once, leaves what the plain model says."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from graph.access.principal import operator
from graph.changes import (
    Change,
    ChangeService,
    ChangeSet,
    DeleteAsset,
    DeleteRelationship,
    ExternalId,
    Receipt,
    UpsertAsset,
    UpsertRelationship,
)
from graph.clock import SystemClock
from graph.database import Database
from graph.errors import ChangesRefused
from graph.identity import Tenant
from graph.ontology import Ontology
from tests.graph.changes.conftest import Stored, stored
from tests.graph.changes.model import Model, Refused

pytestmark = pytest.mark.neo4j

TYPES = {"r": "Room", "k": "Rack", "s": "Server", "m": "Sensor"}
IDS = [f"{letter}{number}" for letter, count in (("r", 4), ("k", 2), ("s", 4), ("m", 1)) for number in range(count)]


class Author:
    """Writes random change sets over few ids, so that they meet."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def change_set(self) -> tuple[Change, ...]:
        return tuple(self._change() for _ in range(self._random.choice((1, 1, 2, 3, 5))))

    def _change(self) -> Change:
        choose = self._random.random()
        if choose < 0.5:
            return self._asset()
        if choose < 0.8:
            return self._relationship()
        if choose < 0.9:
            return DeleteAsset(id=self._id(), cascade=self._random.random() < 0.5)
        kind, source, target = self._ends()
        return DeleteRelationship(type=kind, source=source, target=target, key=self._key())

    def _asset(self) -> UpsertAsset:
        asset, random_ = self._id(), self._random
        of_type = TYPES[asset[0]]
        properties: dict[str, str | None] = {}
        if of_type == "Server" and random_.random() < 0.6:
            properties["serialNumber"] = random_.choice(("1", "2", "3", None))
        if of_type == "Sensor":
            properties["quantity"] = "TEMPERATURE"
        return UpsertAsset(
            id=asset,
            type=of_type,
            name=random_.choice((None, None, "one", "two")),
            properties=properties,
            external_ids=random_.choice((None, None, (), (ExternalId(system="X", id=random_.choice("12")),))),
            parents=random_.choice((None, None, (), (self._id("rk"),))),
            replace=random_.random() < 0.1,
        )

    def _relationship(self) -> UpsertRelationship:
        kind, source, target = self._ends()
        properties: dict[str, object] = {}
        if kind in ("LINKS", "COOLS"):
            for name, values in (("group", ("g", None)), ("needs", (1, 2, None)), ("loss", (0.5, 1))):
                if self._random.random() < 0.3:
                    properties[name] = self._random.choice(values)
        return UpsertRelationship(type=kind, source=source, target=target, key=self._key(), properties=properties)  # pyright: ignore[reportArgumentType]

    def _ends(self) -> tuple[str, str, str]:
        kind, sources = self._random.choice((("CONTAINS", "rk"), ("LINKS", "s"), ("COOLS", "rk"), ("MONITORS", "m")))
        return kind, self._id(sources), self._id("s" if kind == "LINKS" else "rksm")

    def _key(self) -> str | None:
        return self._random.choice((None, None, "", "main"))

    def _id(self, letters: str = "rksm") -> str:
        return self._random.choice([asset for asset in IDS if asset[0] in letters])


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_one_writer_is_told_what_the_model_says(
    database: Database, campus: Ontology, tenant: Tenant, seed: int
) -> None:
    await _one_writer(database, campus, tenant, seed=seed, rounds=60)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(100, 130))
async def test_one_writer_for_long(database: Database, campus: Ontology, tenant: Tenant, seed: int) -> None:
    await _one_writer(database, campus, tenant, seed=seed, rounds=400)


@pytest.mark.parametrize("seed", [11, 12])
async def test_several_writers_leave_what_some_order_of_them_leaves(
    database: Database, campus: Ontology, tenant: Tenant, seed: int
) -> None:
    await _several_writers(database, campus, tenant, seed=seed, rounds=25)


@pytest.mark.long
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("seed", range(200, 220))
async def test_several_writers_for_long(database: Database, campus: Ontology, tenant: Tenant, seed: int) -> None:
    await _several_writers(database, campus, tenant, seed=seed, rounds=150)


async def _one_writer(database: Database, campus: Ontology, tenant: Tenant, *, seed: int, rounds: int) -> None:
    service = ChangeService(database, lambda: campus, SystemClock(), grouped=seed % 2 == 0)
    author, model, accepted = Author(seed), Model(), 0
    for number in range(rounds):
        changes = author.change_set()
        try:
            expected: Model | None = model.after(changes)
        except Refused:
            expected = None
        refusal = await _refusal(service, tenant, changes)
        assert (refusal is None) == (expected is not None), f"round {number}: {refusal} for {changes}"
        if expected is not None:
            model, accepted = expected, accepted + 1
    assert accepted > rounds / 10
    _compare(model, await stored(database, tenant))


async def _refusal(service: ChangeService, tenant: Tenant, changes: tuple[Change, ...]) -> ChangesRefused | None:
    try:
        await service.apply(operator(tenant), ChangeSet(changes=changes))
    except ChangesRefused as refused:
        return refused
    return None


async def _several_writers(database: Database, campus: Ontology, tenant: Tenant, *, seed: int, rounds: int) -> None:
    services = [ChangeService(database, lambda: campus, SystemClock(), grouped=True) for _ in range(2)]
    done: dict[int, tuple[Change, ...]] = {}

    async def writer(number: int) -> None:
        author = Author(seed * 1000 + number)
        for _ in range(rounds):
            changes = author.change_set()
            try:
                receipt = await services[number % 2].apply(operator(tenant), ChangeSet(changes=changes))
            except ChangesRefused:
                continue
            if receipt != Receipt(revision=receipt.revision):
                assert receipt.revision not in done
                done[receipt.revision] = changes

    await asyncio.gather(*(writer(number) for number in range(6)))
    found = await stored(database, tenant)
    assert sorted(done) == list(range(1, (found.revision or 0) + 1)) == [each["revision"] for each in found.changes]
    model = Model()
    for revision in sorted(done):
        model = model.after(done[revision])
    _compare(model, found)


def _compare(model: Model, found: Stored) -> None:
    assert {
        asset: (thing.type, thing.name, thing.serial, frozenset(("X", name) for name in thing.names))
        for asset, thing in model.assets.items()
    } == {
        asset: (TYPES[asset[0]], properties["name"], properties.get("serialNumber"), names)
        for asset, (_, properties, names) in found.assets.items()
    }
    assert all(TYPES[asset[0]] in labels for asset, (labels, _, _) in found.assets.items())
    assert found.counts == Counter(thing.type for thing in model.assets.values())
    supply = ("group", "needs", "loss")
    assert model.links == {
        link: {name: values[name] for name in supply if name in values} for link, values in found.links.items()
    }
