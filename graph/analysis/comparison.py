"""The door to comparisons: two questions answered at one and the same snapshot, and what differs in the answers."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias, cast

import numpy as np

from graph.access.principal import Principal
from graph.analysis.analysis import Analysis
from graph.analysis.difference import Change, Difference, DifferenceList, Standing, differences
from graph.analysis.request import ImpactRequest
from graph.analysis.service import ImpactService
from graph.identity import Revision
from graph.impact import Failure, Level, Proof
from graph.kernel import IdList
from graph.kernel.arrays import I32
from graph.kernel.lists import LEVELS

KEPT: Final = 4
"""Comparisons at hand for whoever pages through one; the analyses behind them are kept by their own service."""

SideName: TypeAlias = Literal["before", "after"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Two analyses of one snapshot, and the assets that fare differently in them. Words as in `docs/impact.md`."""

    before: Analysis
    after: Analysis
    found: dict[Change, DifferenceList]

    @property
    def id(self) -> str:
        """The names of both analyses, one after the other."""
        return self.before.id + self.after.id

    @property
    def revision(self) -> Revision:
        """The revision that both are exact at."""
        return self.after.revision

    def changed(
        self,
        change: Change,
        *,
        types: Sequence[str] | None = None,
        levels: Sequence[Level] | None = None,
        levels_before: Sequence[Level] | None = None,
    ) -> DifferenceList:
        """Assets that fare differently in one way, worst first. Raises UnknownType.

        `types` counts subtypes in; `levels` are those in the second answer. None is any.
        """
        found = self.found[change]
        if types is not None:
            found = found.where(self.after.are_of(types, found.positions))
        return found.at_levels(before=levels_before, after=levels)

    async def newly_at_risk(self, *, types: Sequence[str] | None = None) -> Sequence[str]:
        """Assets at risk in the second answer and not in the first, by id. Raises UnknownType."""
        before, after = await self._at_risk()
        return self._listed(np.setdiff1d(after.positions, before.positions), types)

    async def no_longer_at_risk(self, *, types: Sequence[str] | None = None) -> Sequence[str]:
        """Assets at risk in the first answer, but not in the second, nor lower there, by id. Raises UnknownType."""
        before, after = await self._at_risk()
        named = self.after.answer.cases[0]
        lower = (self.found[Change.NEWLY_IMPACTED].positions, self.found[Change.WORSE].positions)
        fallen = np.concatenate([*lower, named.failed, named.maintained])
        return self._listed(np.setdiff1d(np.setdiff1d(before.positions, after.positions), fallen), types)

    def newly(self, name: Literal["lowered_by_maintenance", "improved"]) -> Sequence[str]:
        """What a list of the second answer has and that of the first has not, by id."""
        return self._only(name, self.after, self.before)

    def no_longer(self, name: Literal["lowered_by_maintenance", "improved"]) -> Sequence[str]:
        """What a list of the first answer has and that of the second has not, by id."""
        return self._only(name, self.before, self.after)

    def by_level(self) -> list[tuple[Level, int, int]]:
        """How many are impacted at each level, in the first answer and in the second, worst first."""
        before, after = dict(self.before.answer.by_level), dict(self.after.answer.by_level)
        return [(each, before.get(each, 0), after.get(each, 0)) for each in LEVELS if each in before or each in after]

    def by_type(self) -> list[tuple[str, int, int]]:
        """How many are impacted of each exact type, in either answer; the greatest difference first, then by name."""
        before, after = dict(self.before.by_type()), dict(self.after.by_type())
        rows = [(name, before.get(name, 0), after.get(name, 0)) for name in before.keys() | after.keys()]
        return sorted(rows, key=lambda row: (-abs(row[2] - row[1]), row[0]))

    def _only(self, name: str, one: Analysis, other: Analysis) -> Sequence[str]:
        mine, others = (cast("IdList", getattr(each.answer, name)) for each in (one, other))
        return self._listed(np.setdiff1d(mine.positions, others.positions))

    async def _at_risk(self) -> tuple[IdList, IdList]:
        return await self.before.assets_at_risk(), await self.after.assets_at_risk()

    def _listed(self, positions: I32, types: Sequence[str] | None = None) -> Sequence[str]:
        if types is not None:
            positions = positions[self.after.are_of(types, positions)]
        ids = self.after.snapshot.ids
        return IdList(ids, ids.in_order(positions))


class ComparisonService:
    """Compares the answers to two questions about the principal's tenant."""

    def __init__(self, impact: ImpactService) -> None:
        self._impact = impact
        self._kept: OrderedDict[str, Comparison] = OrderedDict()

    async def ask(self, principal: Principal, before: ImpactRequest, after: ImpactRequest) -> Comparison:
        """Compare the answers to two requests at the tenant's newest revision.

        Raises what `ImpactService.ask` raises, its place within `before` or `after`.
        """
        first, second = await self._impact.ask_together(principal, {"before": before, "after": after})
        return await self._compared(first, second)

    async def resume(
        self, principal: Principal, before: ImpactRequest, after: ImpactRequest, pinned: str
    ) -> Comparison:
        """The comparison called `pinned` that was made of these requests, however much was written since.

        Raises CursorExpired where an analysis of it is no longer kept and its revision has passed.
        """
        middle = len(pinned) // 2
        first, second = await self._impact.resume_together(
            principal, {"before": before, "after": after}, (pinned[:middle], pinned[middle:])
        )
        return await self._compared(first, second)

    def pin(self, comparison: Comparison) -> None:
        """Keep both analyses for 10 minutes more, because a cursor goes out. Raises TooManyAnalyses."""
        self._impact.pin(comparison.before)
        self._impact.pin(comparison.after)

    async def proofs(self, comparison: Comparison, side: SideName, rows: Sequence[Difference]) -> dict[str, Proof]:
        """Why the assets of some rows are lower than in the baseline in one answer; others are left out.

        Where maintenance lowers an asset, its works are taken as failures: that gives the same values, and a path.
        """
        analysis = comparison.before if side == "before" else comparison.after
        stands = {each.asset: each.before if side == "before" else each.after for each in rows}
        proofs = await analysis.proofs([asset for asset, each in stands.items() if each.time_to_impact is not None])
        for beyond in (False, True):
            wanted = [asset for asset, each in stands.items() if _by_maintenance(each, beyond=beyond)]
            if wanted:
                explained = await self._impact.answer(
                    _as_failures(analysis.request, beyond=beyond), analysis.snapshot, analysis.live
                )
                proofs |= await explained.proofs(wanted)
        return proofs

    async def _compared(self, first: Analysis, second: Analysis) -> Comparison:
        name = first.id + second.id
        known = self._kept.get(name)
        if known is None or (known.before, known.after) != (first, second):
            found = await asyncio.to_thread(differences, first.answer, second.answer)
            known = self._kept[name] = Comparison(before=first, after=second, found=found)
        self._kept.move_to_end(name)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return known


def _by_maintenance(standing: Standing, *, beyond: bool) -> bool:
    lowered = standing.suffers and not standing.named and standing.time_to_impact is None
    return lowered and standing.beyond is beyond


def _as_failures(request: ImpactRequest, *, beyond: bool) -> ImpactRequest:
    """A request with maintenance taken as failures; `beyond`: without anything that would fall after its horizon."""
    works = tuple(Failure(asset=asset) for asset in dict.fromkeys(request.maintenance))
    if beyond:
        return ImpactRequest(failures=works, baseline=request.baseline)
    return replace(request, failures=(*works, *_others(request.failures, works)), maintenance=(), horizon=None)


def _others(failures: Iterable[Failure], works: Sequence[Failure]) -> Iterable[Failure]:
    named = {(each.asset, each.at) for each in works}
    return (each for each in failures if (each.asset, each.at) not in named)
