"""Who subscribes: counted for each principal and in all, and told when the service ends."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from graph.access import Principal
from graph.errors import LimitExceeded
from graph.identity import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamLimits:
    """What streams may take. `subscriptions` are those of the process, `of_principal` those of one principal.

    Seconds: `init` until a connection says who it is, `ping` between signs of life, `patience` for a client to take a
    message.
    """

    subscriptions: int = 20_000
    of_principal: int = 1_000
    init: float = 10.0
    ping: float = 25.0
    patience: float = 20.0


class Subscribers:
    """Counts subscriptions, and ends those that wait when the service ends."""

    def __init__(self, limits: StreamLimits) -> None:
        self.limits = limits
        self._of: Counter[tuple[Tenant, str]] = Counter()
        self._waiting: set[asyncio.Task[object]] = set()
        self.stopped = False

    @property
    def count(self) -> int:
        """How many there are."""
        return self._of.total()

    @contextmanager
    def admitted(self, principal: Principal) -> Generator[None]:
        """Count a subscription while the block lasts. Raises LimitExceeded where there are too many."""
        who = (principal.tenant, principal.name)
        if self._of[who] >= self.limits.of_principal:
            raise _too_many(f"{principal.name} has too many subscriptions", self.limits.of_principal, "_PER_PRINCIPAL")
        if self._of.total() >= self.limits.subscriptions:
            raise _too_many("The service has too many subscriptions", self.limits.subscriptions, "")
        self._of[who] += 1
        try:
            yield
        finally:
            self._of[who] -= 1
            if not self._of[who]:
                del self._of[who]

    @contextmanager
    def waiting(self, task: asyncio.Task[object]) -> Generator[None]:
        """Cancel `task` if the service ends while the block lasts."""
        self._waiting.add(task)
        if self.stopped:
            task.cancel()
        try:
            yield
        finally:
            self._waiting.discard(task)

    def stop(self) -> None:
        """End all that wait: no request is to keep the service from ending."""
        self.stopped = True
        for task in self._waiting:
            task.cancel()


def _too_many(message: str, most: int, setting: str) -> LimitExceeded:
    return LimitExceeded(
        message,
        place="subscription",
        expected=f"at most {most:,}",
        hint=f"End some of them. The limit is TWIN_SUBSCRIPTIONS{setting}",
    )
