"""The door to maintenance checks: which planned works take down together what none of them does with fewer."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial, reduce
from typing import Final, TypeVar

import numpy as np

from graph.access.principal import Principal, Scope
from graph.analysis.criticality import in_order
from graph.analysis.outage import Outage
from graph.errors import ValueInvalid
from graph.identity import Revision
from graph.impact import Failure, Level, Operability, Proof, Question
from graph.kernel import ArrayEvaluator
from graph.kernel.arrays import I32
from graph.kernel.criticality import F64
from graph.maintenance import MOST_ORDER, Budget, Cut, PlannedWork, busiest, check, find_combinations, window
from graph.maintenance.search import Mask
from graph.ontology.model import Ontology
from graph.reading.limits import within_limit
from graph.reading.service import ReadingService
from graph.snapshot import Evaluators, Snapshot, SnapshotService
from graph.work import Workers, watched_seconds

EVALUATIONS: Final = 20_000
"""For one check, beside those of the single works."""

SECONDS: Final = 10.0
"""For one check, well below what a request may take."""

KIND: Final = "maintenance"

T = TypeVar("T")

ORDER: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceRequest:
    """Which combinations of `works` bring an asset to `level`, though no smaller part of them does?

    `types` (subtypes count in) says which assets count, None all; `weight_by` names a property that is a number, and
    that weighs them instead of 1; `max_order` bounds the size of a combination.
    """

    works: tuple[PlannedWork, ...]
    level: Level = Level.DOWN
    types: tuple[str, ...] | None = None
    weight_by: str | None = None
    max_order: int = ORDER


@dataclass(frozen=True, slots=True, kw_only=True)
class LoweredAsset:
    """An asset that works bring to the level: its operability without them and with them."""

    asset: str
    before: Operability
    after: Operability


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a check is made on; `weights` (n,) are those of the assets. What takes an evaluation goes to `workers`."""

    snapshot: Snapshot
    evaluator: ArrayEvaluator
    outage: Outage
    weights: F64
    workers: Workers

    def spots(self, works: Sequence[PlannedWork]) -> I32:
        """Positions, sorted, of the assets of some works, which are all there."""
        found = {self.snapshot.ids.find(asset) for each in works for asset in each.assets}
        return np.array(sorted(at for at in found if at is not None), np.int32)


@dataclass(frozen=True, kw_only=True)
class WorkImpact:
    """What some works lower from `start` to `end`, when all are in progress: one work, or a minimal combination.

    Not slotted: what takes an evaluation is made when first asked for, and kept.
    """

    works: tuple[PlannedWork, ...]
    start: datetime
    end: datetime
    positions: I32
    weight: float
    grounds: Grounds

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the works, in the order they were given."""
        return tuple(each.name for each in self.works)

    @property
    def count(self) -> int:
        """How many assets they lower, those worked on left out."""
        return self.positions.size

    def by_type(self) -> list[tuple[str, int]]:
        """How many of each exact type, most first, then by name."""
        snapshot = self.grounds.snapshot
        counts = np.bincount(snapshot.kinds[self.positions]).tolist()
        found = [(name, count) for name, count in zip(snapshot.kind_names, counts, strict=False) if count]
        return sorted(found, key=lambda each: (-each[1], each[0]))

    async def listed(self) -> Sequence[LoweredAsset]:
        """What `lowered` has, computed where questions are. Raises what `Workers.run` raises."""
        return await self._run(lambda: self.lowered)

    async def proven(self, assets: Sequence[str]) -> dict[str, Proof]:
        """What `proofs` gives, computed where questions are. Raises what `Workers.run` raises."""
        return await self._run(partial(self.proofs, assets))

    async def _run(self, work: Callable[[], T]) -> T:
        return await self.grounds.workers.run(self.grounds.snapshot.tenant, KIND, work, quick=True)

    @cached_property
    def lowered(self) -> Sequence[LoweredAsset]:
        """The assets, the lowest first, then the heaviest, then by id."""
        grounds, ids = self.grounds, self.grounds.snapshot.ids
        positions, values = grounds.outage.values(grounds.spots(self.works))
        after = values[np.searchsorted(positions, self.positions)].tolist()
        before = grounds.evaluator.engine.nominal[self.positions].tolist()
        heavy = grounds.weights[self.positions].tolist()
        rows = [
            (low, -weight, LoweredAsset(asset=ids[at], before=Operability(high), after=Operability(low)))
            for at, low, high, weight in zip(self.positions.tolist(), after, before, heavy, strict=True)
        ]
        return [row[2] for row in sorted(rows, key=lambda row: (row[0], row[1], row[2].asset))]

    def proofs(self, assets: Sequence[str]) -> dict[str, Proof]:
        """Why each of these assets is lowered; one evaluation, with the works' assets as failures."""
        failed = dict.fromkeys(asset for each in self.works for asset in each.assets)
        answer = self.grounds.evaluator.evaluate(Question(failures=tuple(Failure(asset=asset) for asset in failed)))
        return dict(zip(assets, answer.proofs(assets), strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceAnalysis:
    """The answer to one request about one tenant at one revision.

    `alone` is what each work lowers, in the order given; `together` the minimal combinations, the heaviest first, then
    by how many assets, by start and by names. Where it is `truncated` some may be missing; those here are right.
    """

    revision: Revision
    alone: list[WorkImpact]
    together: list[WorkImpact]
    truncated: Cut | None


class MaintenanceService:
    """Checks planned works, each time on the newest snapshot of the principal's tenant."""

    def __init__(
        self,
        snapshots: SnapshotService,
        evaluators: Evaluators,
        reading: ReadingService,
        ontology: Ontology,
        *,
        budget: Callable[[], Budget] | None = None,
        workers: Workers | None = None,
    ) -> None:
        self._snapshots = snapshots
        self._evaluators = evaluators
        self._reading = reading
        self._ontology = ontology
        self._budget = budget or _budget
        self._workers = workers or Workers()

    async def ask(self, principal: Principal, request: MaintenanceRequest) -> MaintenanceAnalysis:
        """Check planned works. Where the budget is spent the answer says so.

        Raises Forbidden without scope read, what `graph.maintenance.check` raises of wrong works, ValueInvalid and
        LimitExceeded for level and order, UnknownType, what `ReadingService.weights` raises of a property that can't be
        added up, ValueInvalid for a negative weight, BudgetSpent, and what `Workers.run` raises.
        """
        principal.demand(Scope.READ)
        _check_terms(request)
        types = request.types
        wanted = None if types is None else frozenset[str]().union(*(self._ontology.concrete(name) for name in types))
        snapshot = await self._snapshots.current(principal.tenant)
        check(request.works, snapshot.ids)
        weights = await self._weights(principal, snapshot, request.weight_by)
        watched = np.ones(snapshot.size, np.bool_) if wanted is None else snapshot.of_kinds(wanted) == 1
        work = partial(self._analyse, snapshot, request, watched, weights)
        return await self._workers.run(snapshot.tenant, KIND, work)

    async def _weights(self, principal: Principal, snapshot: Snapshot, weight_by: str | None) -> F64:
        if weight_by is None:
            return np.ones(snapshot.size, np.float64)
        found = await self._reading.weights(principal, weight_by)
        return await self._workers.aside(snapshot.tenant, "weights", partial(in_order, found, snapshot, weight_by))

    def _analyse(
        self, snapshot: Snapshot, request: MaintenanceRequest, watched: Mask, weights: F64
    ) -> MaintenanceAnalysis:
        evaluator = self._evaluators.of(snapshot)
        outage = Outage(evaluator, request.level)
        grounds = Grounds(snapshot=snapshot, evaluator=evaluator, outage=outage, weights=weights, workers=self._workers)
        spots = [grounds.spots([each]) for each in request.works]
        found = find_combinations(
            busiest(request.works),
            lambda chosen: outage.lowered(reduce(np.union1d, (spots[at] for at in chosen))),
            watched=watched,
            max_order=request.max_order,
            budget=self._budget(),
        )
        alone = {(at,): np.setdiff1d(lowered, spots[at]) for at, lowered in enumerate(found.alone)}
        return MaintenanceAnalysis(
            revision=snapshot.revision,
            alone=_impacts(grounds, request.works, alone),
            together=sorted(_impacts(grounds, request.works, found.together), key=_worst_first),
            truncated=found.truncated,
        )


def _impacts(
    grounds: Grounds, works: Sequence[PlannedWork], lowered: Mapping[tuple[int, ...], I32]
) -> list[WorkImpact]:
    found: list[WorkImpact] = []
    for chosen, positions in lowered.items():
        start, end = window(works, chosen)
        found.append(
            WorkImpact(
                works=tuple(works[at] for at in chosen),
                start=start,
                end=end,
                positions=positions,
                weight=math.fsum(grounds.weights[positions].tolist()),
                grounds=grounds,
            )
        )
    return found


def _worst_first(each: WorkImpact) -> tuple[float, int, datetime, tuple[str, ...]]:
    return (-each.weight, -each.count, each.start, each.names)


def _check_terms(request: MaintenanceRequest) -> None:
    if request.level not in (Level.DOWN, Level.DEGRADED):
        raise ValueInvalid(
            f"No work brings an asset to {request.level}",
            place="level",
            expected="DOWN or DEGRADED",
            actual=request.level,
            hint="DEGRADED finds all that falls at all",
        )
    within_limit(request.max_order, MOST_ORDER, place="maxOrder", what="The size of a combination", least=2)


def _budget() -> Budget:
    return Budget(evaluations=EVALUATIONS, seconds=SECONDS, clock=watched_seconds)
