"""The door to single points of failure: what alone brings an asset down, on the newest snapshot."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from graph.access.principal import Principal, Scope
from graph.analysis.keyset import IdPage, id_page
from graph.errors import ValueInvalid
from graph.identity import Revision, Tenant
from graph.impact import Level
from graph.reading.cursors import question
from graph.snapshot import Evaluators, Snapshot, SnapshotService
from graph.work import Workers

KEPT: Final = 64
"""Answers that are kept for who pages through them; each takes four bytes an asset found, and its snapshot."""


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
    """Finds single points of failure on the newest snapshot of the principal's tenant; the last answers are kept."""

    def __init__(self, snapshots: SnapshotService, evaluators: Evaluators, *, workers: Workers | None = None) -> None:
        self._snapshots = snapshots
        self._evaluators = evaluators
        self._workers = workers or Workers()
        self._kept: OrderedDict[tuple[Tenant, str, Level], tuple[Snapshot, SinglePoints]] = OrderedDict()

    async def ask(self, principal: Principal, target: str, level: Level = Level.DOWN) -> SinglePoints:
        """The single points of failure of `target`; DEGRADED counts any fall, from the baseline NOMINAL.

        Raises Forbidden without scope read, ValueInvalid for another level than DOWN or DEGRADED, NotFound for an
        unknown target, BudgetSpent, and what `Workers.run` raises.
        """
        principal.demand(Scope.READ)
        _check_level(level)
        snapshot = await self._snapshots.current(principal.tenant)
        key = (snapshot.tenant, target, level)
        of, kept = self._kept.get(key, (None, None))
        if kept is None or of is None or not of.is_same(snapshot):
            work = partial(self._find, snapshot, target, level)
            quick = self._evaluators.known(snapshot) is not None
            assets = await self._workers.run(snapshot.tenant, "singlePoints", work, quick=quick)
            kept = SinglePoints(revision=snapshot.revision, target=target, level=level, assets=assets)
        self._keep(key, snapshot, kept)
        return kept

    def _keep(self, key: tuple[Tenant, str, Level], snapshot: Snapshot, found: SinglePoints) -> None:
        self._kept[key] = snapshot, found
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

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
