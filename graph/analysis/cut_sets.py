"""The door to minimal cut sets: what must fail together to bring an asset down, on the newest snapshot."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from graph.access.principal import Principal, Scope
from graph.analysis.page import check_first
from graph.cutsets import Budget, CutSetQuestion, CutSets, minimal_cut_sets
from graph.errors import LimitExceeded, NotFound
from graph.identity import Revision
from graph.kernel import decode, upstream
from graph.kernel.arrays import I32
from graph.kernel.state import all_healthy
from graph.reading.chances import Chance
from graph.reading.filters import AssetFilter
from graph.reading.service import ReadingService
from graph.snapshot import Snapshot, SnapshotService
from graph.work import Workers, WorkLimits, watched_seconds

NODES: Final = 1_000_000
"""Nodes of one table of one analysis; some 200 MB where they are all needed."""

SECONDS: Final = 10.0
"""For one analysis, well below what a request may take."""

UPSTREAM: Final = 100_000
"""Ceiling of the assets upstream of a target: more take longer to set out than an answer may."""

MOST_LISTED: Final = 100_000
"""Cut sets that a whole answer lists at most: they are in memory together."""

KIND: Final = "cutSets"

AT_ONCE: Final = 1
"""Analyses that are to run at a time, for each may take much memory: a ceiling for `WorkLimits`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CutSetRequest:
    """Which smallest sets of assets bring `target` DOWN when they fail together?

    Events are the assets upstream of the target that fit `among`; without it those whose probability `chance` tells, if
    that is given and any has one, else all. `max_order` bounds the size of the sets (None: any), `first` how many are
    listed; with `whole` all are, up to MOST_LISTED.
    """

    target: str
    among: AssetFilter | None = None
    chance: Chance | None = None
    max_order: int | None = 3
    first: int = 50
    importance: bool = True
    whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CutSetAnalysis:
    """What was found, exact at `revision`."""

    revision: Revision
    found: CutSets


class CutSetService:
    """Finds minimal cut sets, each time on the newest snapshot of the principal's tenant.

    Filters and probabilities are read from the database, which is at least as new as the snapshot.
    """

    def __init__(
        self,
        snapshots: SnapshotService,
        reading: ReadingService,
        *,
        budget: Callable[[], Budget] | None = None,
        workers: Workers | None = None,
    ) -> None:
        self._snapshots = snapshots
        self._reading = reading
        self._budget = budget or _budget
        self._workers = workers or Workers(WorkLimits(ceilings={KIND: AT_ONCE}))

    async def ask(self, principal: Principal, request: CutSetRequest) -> CutSetAnalysis:
        """The minimal cut sets of a target. Where the budget is spent the answer says what is missing.

        Raises Forbidden without scope read, NotFound for an unknown target, LimitExceeded for one with more than
        UPSTREAM assets upstream or too long a list, UnknownType and UnknownProperty of a filter, ValueInvalid for a
        number out of its range and a property that tells no probabilities, and what `Workers.run` raises.
        """
        principal.demand(Scope.READ)
        first = MOST_LISTED if request.whole else check_first(request.first)
        snapshot = await self._snapshots.current(principal.tenant)
        upstream_of = partial(_upstream, snapshot, request.target)
        part = await self._workers.run(snapshot.tenant, "upstream", upstream_of, quick=True)
        question = CutSetQuestion(
            target=request.target,
            events=await self._events(principal, request, [snapshot.ids[at] for at in part[1:].tolist()]),
            max_order=request.max_order,
            first=first,
            importance=request.importance,
        )
        found = await self._workers.run(snapshot.tenant, KIND, partial(self._analyse, snapshot, part, question))
        return CutSetAnalysis(revision=snapshot.revision, found=found)

    async def _events(
        self, principal: Principal, request: CutSetRequest, assets: Sequence[str]
    ) -> Mapping[str, float | None]:
        """The events of a question, each with its probability if that is known; `assets` are upstream of its target."""
        if request.among is None and request.chance is None:
            return dict.fromkeys(assets)
        chosen = await self._reading.chosen(principal, assets, filter=request.among, chance=request.chance)
        if request.among is not None:
            return chosen
        return {asset: value for asset, value in chosen.items() if value is not None} or dict.fromkeys(assets)

    def _analyse(self, snapshot: Snapshot, part: I32, question: CutSetQuestion) -> CutSets:
        topology = decode(snapshot.supplies, part.tolist())
        return minimal_cut_sets(topology, question, budget=self._budget())


def _budget() -> Budget:
    return Budget(nodes=NODES, seconds=SECONDS, clock=watched_seconds)


def _upstream(snapshot: Snapshot, target: str) -> I32:
    """Positions of the target and of what its value follows from, the target first."""
    at = snapshot.ids.find(target)
    if at is None:
        raise NotFound(
            f"No asset {target}",
            place="asset",
            expected="the id of an asset",
            actual=target,
            hint="Look it up by search or external id",
        )
    part = upstream(snapshot.supplies.net, all_healthy(snapshot.size), np.array([at], np.int32))
    if part.size > UPSTREAM:
        raise LimitExceeded(
            f"What is upstream of {target} is over its ceiling",
            place="asset",
            expected=f"at most {UPSTREAM:,} assets",
            actual=f"{part.size:,}",
            hint="Ask for an asset further upstream, or for single points of failure, which have no such ceiling",
        )
    return part
