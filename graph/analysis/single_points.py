"""The door to single points of failure: what alone brings an asset down, on the newest snapshot."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from graph.access.principal import Principal, Scope
from graph.analysis.keyset import IdPage, id_page
from graph.errors import ValueInvalid
from graph.identity import Revision
from graph.impact import Level
from graph.reading.cursors import question
from graph.snapshot import Evaluators, Snapshot, SnapshotService


@dataclass(frozen=True, slots=True, kw_only=True)
class SinglePoints:
    """The assets whose failure alone brings `target` to `level`, by id; exact at `revision`."""

    revision: Revision
    target: str
    level: Level
    assets: Sequence[str]

    def page(self, *, first: int, after: str | None) -> IdPage:
        """The `first` of them after a cursor. Raises LimitExceeded, ValueInvalid or CursorInvalid."""
        return id_page(self.assets, question("singlePoints", self.target, self.level), first=first, after=after)


class SinglePointService:
    """Finds single points of failure, each time on the newest snapshot of the principal's tenant."""

    def __init__(self, snapshots: SnapshotService, evaluators: Evaluators) -> None:
        self._snapshots = snapshots
        self._evaluators = evaluators

    async def ask(self, principal: Principal, target: str, level: Level = Level.DOWN) -> SinglePoints:
        """The single points of failure of `target`; DEGRADED counts any fall, from the baseline NOMINAL.

        Raises Forbidden without scope read, ValueInvalid for another level than DOWN or DEGRADED, NotFound for an
        unknown target, and BudgetSpent.
        """
        principal.demand(Scope.READ)
        _check_level(level)
        snapshot = await self._snapshots.current(principal.tenant)
        assets = await asyncio.to_thread(self._find, snapshot, target, level)
        return SinglePoints(revision=snapshot.revision, target=target, level=level, assets=assets)

    def _find(self, snapshot: Snapshot, target: str, level: Level) -> Sequence[str]:
        return self._evaluators.of(snapshot).single_points(target, level)


def _check_level(level: Level) -> None:
    if level not in (Level.DOWN, Level.DEGRADED):
        raise ValueInvalid(
            f"No failure brings an asset to {level}",
            place="level",
            expected="DOWN or DEGRADED",
            actual=level,
            hint="DEGRADED finds all that makes the asset fall at all",
        )
