"""Steps over data by which flows go on under another name: a connected piece at a time, with what they come from.

What flows into an asset by one type is judged together, so no asset may have some of it under the old name and some
under the new. Whoever is called a source of a flow is called that of both meanwhile.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from graph.changes.model import Change, UpsertAsset
from graph.changes.rules import Rulebook
from graph.changes.statements import of_type
from graph.database import ReadUnit
from migrations.effects import Demand, Rule
from migrations.steps.data_steps import PAGE
from migrations.steps.reshaping import Rewire
from migrations.steps.verification import SAMPLES, Breach
from queries import named

AT_ONCE: Final = 5_000
"""Relationships of a page, where pieces are small enough."""

LARGEST: Final = 50_000
"""Relationships of one piece, which are rewired in one transaction: writers of the tenant wait meanwhile."""

_AGAIN: Final = "~"


@dataclass(frozen=True, slots=True, kw_only=True)
class RewireFlow(Rewire):
    """Makes relationships of a flow ones of another, connected piece by piece, each piece in one transaction."""

    async def hindrances(self, unit: ReadUnit) -> tuple[Breach, ...]:
        """Return the pieces that are too large. Cost: a look at each relationship of the type."""
        rows = await unit.rows(of_type("migrations/list_ends", self.type))
        by_tenant: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        for tenant, source, target in rows:
            by_tenant[tenant].append((source, target))
        large = [
            (tenant, min(piece))
            for tenant, ends in sorted(by_tenant.items())
            for piece, number in pieces(ends)
            if number > LARGEST
        ]
        if not large:
            return ()
        says = f"no connected piece of a flow may have more than {LARGEST:,} relationships"
        demand = Demand(rule=Rule.NONE, type=self.type, says=says, element=self.type)
        return (Breach(demand=demand, number=len(large), samples=tuple(large[:SAMPLES])),)

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of the next pieces of the unit's tenant; those that are done are not found again."""
        assert after in ("", _AGAIN), "a page begins with what is left"
        ((ends,),) = await unit.rows(of_type("migrations/list_ends_of_tenant", self.type))
        chosen: set[str] = set()
        number = 0
        for piece, size in pieces(ends):
            if chosen and number + size > AT_ONCE:
                break
            chosen |= piece
            number += size
        query = of_type("migrations/list_relationships_from", self.type)
        ((rows,),) = await unit.rows(query, {"ids": sorted(chosen)})
        return await self.rewired(unit, rules, rows), _AGAIN if number < len(ends) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSources:
    """Calls assets that are sources of flow `type` sources of `other` as well; or, without one, of that no more."""

    type: str
    other: str | None

    def __str__(self) -> str:
        return f"name sources of {self.type} {f'as those of {self.other}' if self.other else 'no more'}"

    @property
    def met(self) -> tuple[tuple[Rule, str], ...]:
        """Rule and element of the demands that hold once it has run."""
        return () if self.other else ((Rule.SOURCES, f"{self.type}.impact"),)

    async def left(self, unit: ReadUnit) -> int:
        """Return how many assets it would change now."""
        ((number,),) = await unit.rows(
            named("migrations/count_sources"), {"type": self.type, "other": self.other or ""}
        )
        return number

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of the next page of the unit's tenant, and what the one after it begins behind, if any."""
        given = {"type": self.type, "after": after, "limit": PAGE}
        ((rows,),) = await unit.rows(named("migrations/page_sources"), given)
        changes: list[Change] = [
            UpsertAsset(id=asset, type=rules.type_of(labels), source_of=self._named(sources))
            for asset, labels, sources in rows
        ]
        return changes, rows[-1][0] if len(rows) == PAGE else None

    def _named(self, sources: Sequence[str]) -> tuple[str, ...]:
        if self.other is not None:
            return tuple(dict.fromkeys((*sources, self.other)))
        return tuple(each for each in sources if each != self.type)


def pieces(ends: Iterable[Sequence[str]]) -> list[tuple[set[str], int]]:
    """Return the connected pieces of relationships, given by their ends: the assets of each, and how many it has.

    In the order of their first assets. Cost: nearly one step a relationship.
    """
    root: dict[str, str] = {}

    def find(asset: str) -> str:
        while root.setdefault(asset, asset) != asset:
            root[asset] = root[root[asset]]
            asset = root[asset]
        return asset

    drawn = [(source, target) for source, target in ends]
    for source, target in drawn:
        root[find(source)] = find(target)
    assets: defaultdict[str, set[str]] = defaultdict(set)
    numbers: defaultdict[str, int] = defaultdict(int)
    for asset in root:
        assets[find(asset)].add(asset)
    for source, _ in drawn:
        numbers[find(source)] += 1
    return sorted(((assets[each], numbers[each]) for each in assets), key=lambda each: min(each[0]))
