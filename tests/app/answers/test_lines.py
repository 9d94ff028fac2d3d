"""Whole answers line by line: a head, every item, an end that says so; a page of it in memory, however long it is."""

from __future__ import annotations

import sys
import tracemalloc
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import orjson
import pytest

from app.answers.criticality import criticality_lines
from app.answers.lines import PAGE, line, whole
from app.answers.reliability_lines import cut_items, single_points_lines
from app.graphql import Context
from graph.access import Principal, operator
from graph.analysis import Ranking, SinglePoints
from graph.cutsets import CutSets, Importance
from graph.errors import DatabaseUnavailable
from graph.identity import Revision, Tenant
from graph.impact import Level
from graph.kernel import Criticality, IdList, Ids
from graph.reading import Row

MILLION = 1_000_000
REVISION = Revision(7)


@dataclass
class Names:
    """Reads any asset; knows how many it read at once, and which are gone."""

    most: int = 0
    gone: frozenset[str] = frozenset()

    async def by_ids(self, _principal: Principal, ids: Sequence[str], _selection: object) -> list[Row | None]:
        self.most = max(self.most, len(ids))
        return [None if each in self.gone else {"id": each, "type": "Pump", "name": each.lower()} for each in ids]


@dataclass
class Assets:
    """A snapshot of nothing but ids."""

    ids: Ids
    revision: Revision = field(default=REVISION)


@dataclass
class Given:
    """Gives one answer to whatever is asked."""

    answer: object

    async def ask(self, *_: object, **__: object) -> object:
        return self.answer


@dataclass
class Asked:
    """What lines are made from."""

    reading: Names = field(default_factory=Names)
    single_points: Given = field(default_factory=lambda: Given(None))
    criticality: Given = field(default_factory=lambda: Given(None))
    principal: Principal = field(default_factory=lambda: operator(Tenant("site")))

    @property
    def context(self) -> Context:
        return cast("Context", self)


def numbered(count: int) -> Ids:
    return Ids.of(f"A{number:07}" for number in range(count))


def ranking(count: int) -> Ranking:
    counted = Criticality.blank(count)
    counted.impacted[:] = np.arange(count)[::-1]
    counted.weight[:] = counted.impacted
    return Ranking(snapshot=cast("Any", Assets(numbered(count))), counted=counted, order=range(count), asked="q")


def points(count: int) -> SinglePoints:
    assets = IdList(numbered(count), np.arange(count, dtype=np.int32))
    return SinglePoints(revision=Revision(7), target="T", level=Level.DOWN, assets=assets)


async def read(lines: AsyncIterator[bytes]) -> list[dict[str, Any]]:
    return [orjson.loads(each) async for each in lines]


async def test_every_item_comes_once_between_head_and_end() -> None:
    count = PAGE + 3
    asked = Asked(single_points=Given(points(count)), criticality=Given(ranking(count)))
    head, *items, end = await read(single_points_lines(asked.context, "T"))
    assert head == {"kind": "analysis", "revision": 7, "target": "T", "level": "DOWN", "totalCount": count}
    assert [each["id"] for each in items] == list(numbered(count))
    assert end == {"kind": "end", "lines": count + 1, "complete": True}
    head, *items, end = await read(criticality_lines(asked.context, types=None, weight_by=None))
    assert (head["totalCount"], end["lines"]) == (count, count + 1)
    assert [each["impactedCount"] for each in items] == list(range(count))[::-1]
    assert asked.reading.most == PAGE


async def test_an_asset_that_went_away_ends_it_with_an_error() -> None:
    asked = Asked(reading=Names(gone=frozenset({"A0000001"})), single_points=Given(points(3)))
    lines = await read(single_points_lines(asked.context, "T"))
    assert [each["kind"] for each in lines] == ["analysis", "error"]
    assert lines[-1]["code"] == "UNKNOWN_ASSET"


async def test_who_leaves_midway_leaves_nothing_open() -> None:
    count = PAGE + 3
    asked = Asked(single_points=Given(points(count)), criticality=Given(ranking(count)))
    begun: list[AsyncGenerator[object]] = []
    before = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(firstiter=begun.append)
    try:
        for lines in (
            single_points_lines(asked.context, "T"),
            criticality_lines(asked.context, types=None, weight_by=None),
        ):
            await anext(lines)
            await anext(lines)
            await lines.aclose()
    finally:
        sys.set_asyncgen_hooks(*before)
    assert len(begun) == 6
    assert [each for each in begun if cast("Any", each).ag_frame is not None] == []


async def test_what_fails_on_the_way_is_the_last_line() -> None:
    async def items() -> AsyncGenerator[bytes]:
        yield line("item", {"id": "a"})
        raise DatabaseUnavailable("Neo4j does not answer")

    kinds = [each["kind"] for each in await read(whole({}, items()))]
    assert kinds == ["analysis", "item", "error"]


async def test_importance_comes_after_the_sets_and_infinity_is_a_number() -> None:
    measure = Importance(
        event="a", birnbaum=0.5, fussell_vesely=1.0, risk_achievement_worth=2.0, risk_reduction_worth=float("inf")
    )
    found = CutSets(cut_sets=(("a",), ("b", "c")), count=2, importance=(measure,))
    one, two, third = await read(cut_items(Asked().context, found))
    assert [asset["id"] for asset in two["assets"]] == ["b", "c"]
    assert (one["kind"], third["kind"], third["asset"]["id"]) == ("cutSet", "importance", "a")
    assert third["riskReductionWorth"] > 1e308


@pytest.mark.long
@pytest.mark.parametrize("kind", ["single points", "criticality"])
async def test_a_million_lines_take_the_memory_of_a_page(kind: str) -> None:
    asked = Asked(single_points=Given(points(MILLION)), criticality=Given(ranking(MILLION)))
    lines = (
        single_points_lines(asked.context, "T")
        if kind == "single points"
        else criticality_lines(asked.context, types=None, weight_by=None)
    )
    tracemalloc.start()
    try:
        count, last = 0, b""
        async for each in lines:
            count, last = count + 1, each
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == MILLION + 2
    assert orjson.loads(last) == {"kind": "end", "lines": MILLION + 1, "complete": True}
    assert most < 20_000_000
