"""Evaluators of snapshots: one for each tenant's newest, shared by all questions that whoever asks of it."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from threading import Lock
from typing import Final

from graph.identity import Revision, Tenant
from graph.kernel import ArrayEvaluator
from graph.snapshot import Snapshot

KEPT: Final = 8


class Evaluators:
    """Makes the evaluator of a snapshot when it is first asked for, and keeps those of the tenants asked for last."""

    def __init__(self, *, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = Lock()
        self._making: defaultdict[Tenant, Lock] = defaultdict(Lock)
        self._evaluators: OrderedDict[Tenant, tuple[Revision, ArrayEvaluator]] = OrderedDict()

    def of(self, snapshot: Snapshot) -> ArrayEvaluator:
        """The evaluator of a snapshot; who asks while it is made waits for the same one. To be called in a thread."""
        with self._lock:
            making = self._making[snapshot.tenant]
        with making:
            known = self._evaluators.get(snapshot.tenant)
            if known is not None and known[1].supplies is snapshot.supplies:
                return known[1]
            made = ArrayEvaluator(snapshot.supplies)
            if known is None or known[0] <= snapshot.revision:
                self._keep(snapshot, made)
            return made

    def known(self, snapshot: Snapshot) -> ArrayEvaluator | None:
        """The evaluator of a snapshot if it was made and is still kept."""
        found = self._evaluators.get(snapshot.tenant)
        return found[1] if found is not None and found[1].supplies is snapshot.supplies else None

    def _keep(self, snapshot: Snapshot, made: ArrayEvaluator) -> None:
        with self._lock:
            self._evaluators[snapshot.tenant] = (snapshot.revision, made)
            self._evaluators.move_to_end(snapshot.tenant)
            while len(self._evaluators) > self._kept:
                forgotten, _ = self._evaluators.popitem(last=False)
                self._making.pop(forgotten, None)
