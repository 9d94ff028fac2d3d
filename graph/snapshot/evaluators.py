"""Evaluators of snapshots: one for each tenant's newest, shared by all questions that whoever asks of it."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from threading import Lock
from typing import Final

from graph.identity import Tenant
from graph.kernel import ArrayEvaluator, evaluator_of
from graph.snapshot.model import Snapshot

KEPT: Final = 8
"""Tenants whose evaluators are kept."""

VERSIONS: Final = 2
"""Evaluators of one tenant that are kept, those asked for last: questions about an older version may be under way.

Not those of the highest revisions: a version put in order has the same one, a database put back a lower one.
"""


class Evaluators:
    """Makes the evaluator of a snapshot when it is first asked for, and keeps those of the tenants asked for last.

    That of a later version of a snapshot is made from that of an earlier one, at the cost of what differs.
    """

    def __init__(self, *, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = Lock()
        self._making: defaultdict[Tenant, Lock] = defaultdict(Lock)
        self._evaluators: OrderedDict[Tenant, list[tuple[Snapshot, ArrayEvaluator]]] = OrderedDict()

    def of(self, snapshot: Snapshot) -> ArrayEvaluator:
        """The evaluator of a snapshot; who asks while it is made waits for the same one. To be called in a thread.

        Raises BudgetSpent.
        """
        with self._lock:
            making = self._making[snapshot.tenant]
        with making:
            known = self._evaluators.get(snapshot.tenant, [])
            made = next((evaluator for _, evaluator in known if evaluator.supplies is snapshot.supplies), None)
            made = made or _made(snapshot, known)
            self._keep(snapshot, made)
            return made

    def known(self, snapshot: Snapshot) -> ArrayEvaluator | None:
        """The evaluator of a snapshot if it was made and is still kept."""
        with self._lock:
            listed = self._evaluators.get(snapshot.tenant, [])
        return next((evaluator for _, evaluator in listed if evaluator.supplies is snapshot.supplies), None)

    def _keep(self, snapshot: Snapshot, made: ArrayEvaluator) -> None:
        with self._lock:
            known = [each for each in self._evaluators.get(snapshot.tenant, []) if each[1] is not made]
            self._evaluators[snapshot.tenant] = [*known, (snapshot, made)][-VERSIONS:]
            self._evaluators.move_to_end(snapshot.tenant)
            while len(self._evaluators) > self._kept:
                forgotten, _ = self._evaluators.popitem(last=False)
                self._making.pop(forgotten, None)


def _made(snapshot: Snapshot, known: list[tuple[Snapshot, ArrayEvaluator]]) -> ArrayEvaluator:
    """The evaluator, from the nearest version before it where one is known."""
    for earlier, evaluator in sorted(known, key=lambda each: each[0].number, reverse=True):
        if earlier.family is snapshot.family and earlier.number <= snapshot.number:
            changed = snapshot.family.between(earlier.number, snapshot.number)
            return evaluator.following(snapshot.supplies, changed)
    return evaluator_of(snapshot.supplies, snapshot.baseline)
