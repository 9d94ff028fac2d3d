"""Evaluators of snapshots: one for each tenant's newest, shared by all questions that whoever asks of it."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from graph.identity import Tenant
from graph.kernel import ArrayEvaluator
from graph.snapshot import Snapshot

KEPT: Final = 8


class Evaluators:
    """Makes the evaluator of a snapshot when it is first asked for, and keeps those of the tenants asked for last."""

    def __init__(self, *, kept: int = KEPT) -> None:
        self._kept = kept
        self._making = Lock()
        self._evaluators: OrderedDict[Tenant, ArrayEvaluator] = OrderedDict()

    def of(self, snapshot: Snapshot) -> ArrayEvaluator:
        """The evaluator of a snapshot; who asks while it is made waits for the same one. To be called in a thread."""
        with self._making:
            evaluator = self._evaluators.get(snapshot.tenant)
            if evaluator is None or evaluator.supplies is not snapshot.supplies:
                evaluator = ArrayEvaluator(snapshot.supplies)
                self._evaluators[snapshot.tenant] = evaluator
            self._evaluators.move_to_end(snapshot.tenant)
            while len(self._evaluators) > self._kept:
                self._evaluators.popitem(last=False)
            return evaluator
