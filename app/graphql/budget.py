"""What the operations of each principal may cost over time: a bucket that fills again steadily."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from graph.access import Principal
from graph.errors import Unavailable
from graph.identity import Tenant

KEPT: Final = 10_000
"""Principals that are remembered, the latest: who is forgotten begins with a full bucket."""

LEAST: Final = 1
"""What an operation costs at least: one of scalars alone is a statement, too."""

_ROUNDING: Final = 1e-6
"""Who waits as long as they were told is not to be refused for a last digit."""

Who: TypeAlias = "tuple[Tenant, str]"


class BudgetSpent(Unavailable):
    """A principal's operations have cost all that they may for now; `retry_seconds` is when there is enough again."""

    code = "COST_BUDGET_SPENT"

    def __init__(self, message: str, *, retry_seconds: int, expected: str, actual: str, hint: str) -> None:
        super().__init__(message, expected=expected, actual=actual, hint=hint)
        self.retry_seconds = retry_seconds


@dataclass(slots=True)
class _Bucket:
    level: float
    seen: float


class Budget:
    """Lets each principal spend `cost` within `seconds`, all at once or bit by bit; of one process.

    `clock` gives seconds that only ever grow. Spending takes a microsecond, and memory for `kept` principals at most.
    """

    def __init__(
        self, cost: int, seconds: float, *, kept: int = KEPT, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.cost = cost
        self.seconds = seconds
        self._kept = kept
        self._clock = clock
        self._buckets: OrderedDict[Who, _Bucket] = OrderedDict()

    def spend(self, principal: Principal, cost: int) -> None:
        """Take what an operation costs. Raises BudgetSpent, and takes nothing, where not so much is left."""
        bucket, taken = self._filled(principal), self._taken(cost)
        if bucket.level + _ROUNDING < taken:
            raise self._spent(principal, bucket.level, taken)
        bucket.level = max(0.0, bucket.level - taken)

    def give_back(self, principal: Principal, cost: int) -> None:
        """Put back what was taken for an operation that never began: its variables were not what it takes."""
        bucket = self._filled(principal)
        bucket.level = min(self.cost, bucket.level + self._taken(cost))

    def left(self, principal: Principal) -> int:
        """What the principal may spend now."""
        return int(self._filled(principal).level)

    def __len__(self) -> int:
        """How many principals are remembered."""
        return len(self._buckets)

    def _taken(self, cost: int) -> int:
        return min(max(cost, LEAST), self.cost)

    def _filled(self, principal: Principal) -> _Bucket:
        now, who = self._clock(), (principal.tenant, principal.name)
        bucket = self._buckets.get(who)
        if bucket is None:
            bucket = self._buckets[who] = _Bucket(self.cost, now)
            if len(self._buckets) > self._kept:
                self._buckets.popitem(last=False)
        self._buckets.move_to_end(who)
        bucket.level = min(self.cost, bucket.level + (now - bucket.seen) * self.cost / self.seconds)
        bucket.seen = now
        return bucket

    def _spent(self, principal: Principal, level: float, cost: int) -> BudgetSpent:
        return BudgetSpent(
            f"The operations of {principal.name} have cost what they may for now",
            retry_seconds=max(1, math.ceil((cost - level) * self.seconds / self.cost)),
            expected=f"a cost of {self.cost:,} in {self.seconds:g} seconds",
            actual=f"{cost:,} more, with {int(level):,} left",
            hint="Wait, or ask for smaller pages and fewer lists inside lists. The limit is TWIN_COST_BUDGET",
        )
