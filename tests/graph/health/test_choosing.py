"""Followers that are woken together ask together; what memory settles is not asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import cast

import pytest

from graph.access import Principal, operator
from graph.errors import DatabaseUnavailable, UnknownType
from graph.health import View
from graph.health.choosing import Chooser, Wish
from graph.identity import Tenant
from graph.ontology import Ontology
from graph.reading import AssetFilter, Comparison, Condition
from tests.pumping import pumping

HERE = operator(Tenant("here"))


@dataclass
class Everything:
    """A view in which any asset is anywhere, of any type."""

    @property
    def snapshot(self) -> Everything:
        return self

    def kind_of(self, asset: str) -> str:
        return "Pump" if asset.startswith("P") else "Room"

    def is_within(self, asset: str, container: str) -> bool:
        return asset == container or container == "B"


@dataclass
class Asked:
    """Fits names that begin as ids do, and remembers what was asked."""

    questions: list[tuple[list[str], int]] = field(default_factory=list[tuple[list[str], int]])
    broken: bool = False

    async def chosen(
        self,
        principal: Principal,
        ids: Sequence[str],
        *,
        filter: AssetFilter | None = None,  # noqa: A002
    ) -> Collection[str]:
        raise AssertionError(filter)

    async def fitting(
        self, principal: Principal, ids: Sequence[str], filters: Sequence[AssetFilter]
    ) -> list[frozenset[str]]:
        self.questions.append((sorted(ids), len(filters)))
        await asyncio.sleep(0)
        if self.broken:
            raise DatabaseUnavailable("Neo4j does not answer")
        return [frozenset(id_ for id_ in ids if id_.startswith(cast("str", each.name[0].value))) for each in filters]


VIEW = cast("View", Everything())


def called(text: str, **more: object) -> AssetFilter:
    name = (Condition(comparison=Comparison.STARTS_WITH, value=text),)
    return AssetFilter(name=name, **more)  # pyright: ignore[reportArgumentType]


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return pumping()


async def chosen(chooser: Chooser, ontology: Ontology, wanted: AssetFilter | None, within: str | None = None) -> str:
    wish = Wish.of(wanted, within, ontology)
    return " ".join(sorted(await chooser.chosen(HERE, ["P1", "P2", "R1"], wish, VIEW)))


async def test_what_memory_settles_is_not_asked_for(ontology: Ontology) -> None:
    asked = Asked()
    chooser = Chooser(asked)
    assert await chosen(chooser, ontology, None) == "P1 P2 R1"
    assert await chosen(chooser, ontology, AssetFilter(ids=("P1", "X"))) == "P1"
    assert await chosen(chooser, ontology, AssetFilter(types=("Space",))) == "R1"
    assert await chosen(chooser, ontology, None, "P2") == "P2"
    assert await chosen(chooser, ontology, AssetFilter(within="P2")) == ""
    assert await chosen(chooser, ontology, AssetFilter(within="B", types=("Equipment",)), "P2") == "P2"
    assert await chosen(chooser, ontology, called("R", ids=())) == ""
    assert asked.questions == []
    with pytest.raises(UnknownType):
        Wish.of(AssetFilter(types=("Pumpe",)), None, ontology)


async def test_all_who_are_woken_together_share_a_question(ontology: Ontology) -> None:
    asked = Asked()
    chooser = Chooser(asked)
    wanted = [called("P"), called("P1"), called("P", types=("Pump",)), called("R", ids=("R1", "P1")), called("P")]
    found = await asyncio.gather(*(chosen(chooser, ontology, each) for each in wanted))
    assert found == ["P1 P2", "P1", "P1 P2", "R1", "P1 P2"]
    assert asked.questions == [(["P1", "P2", "R1"], 3)]  # equal rests are one
    asked.broken = True
    broken = await asyncio.gather(*(chosen(chooser, ontology, each) for each in wanted), return_exceptions=True)
    assert {type(each) for each in broken} == {DatabaseUnavailable}
    asked.broken = False
    assert await chosen(chooser, ontology, called("P2")) == "P2"
    assert len(asked.questions) == 3
