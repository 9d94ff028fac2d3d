"""A simulation: which asset reports when, and what goes wrong on the way. The same seed gives the same events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from typing import Any, Final

from app.simulator.signals import Signals, chance
from graph.clock import text_of_micros

SOURCE: Final = "twin-simulator"
_SPIKE: Final = 10.0
_LONGEST_DELAY: Final = 120 * 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrongs:
    """Shares of events, from 0 to 1: late by up to two minutes, sent twice, and lies: values ten times too large."""

    delays: float = 0.0
    duplicates: float = 0.0
    lies: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulated:
    """A CloudEvent with the time at which it is sent (microseconds since 1970)."""

    sent: int
    event: dict[str, Any]


class Simulation:
    """Events of assets (id and type), each of which reports every `every` microseconds, all of them evenly spread."""

    def __init__(
        self,
        assets: Sequence[tuple[str, str]],
        signals: Signals,
        *,
        every: int,
        seed: int,
        wrongs: Wrongs | None = None,
    ) -> None:
        self._assets = assets
        self._signals = signals
        self._every = every
        self._seed = seed
        self._wrongs = wrongs or Wrongs()

    def events(self, since: int, until: int) -> Iterator[Simulated]:
        """Yield the events of moments from `since` to before `until`, in the order in which they are sent."""
        waiting: list[tuple[int, int, Simulated]] = []
        number = 0
        for time, asset, kind in self._moments(since, until):
            while waiting and waiting[0][0] <= time:
                yield heappop(waiting)[2]
            for each in self._sent(time, asset, kind):
                heappush(waiting, (each.sent, number, each))
                number += 1
        while waiting:
            yield heappop(waiting)[2]

    def _moments(self, since: int, until: int) -> Iterator[tuple[int, str, str]]:
        """When which asset reports: rounds are whole multiples of `every`, so that all begin alike."""
        number = len(self._assets)
        round_begin = since - since % self._every
        while round_begin < until and number:
            for position, (asset, kind) in enumerate(self._assets):
                time = round_begin + self._every * position // number
                if since <= time < until:
                    yield time, asset, kind
            round_begin += self._every

    def _sent(self, time: int, asset: str, kind: str) -> Iterator[Simulated]:
        def happens(what: str, share: float) -> bool:
            return share > 0 and chance(self._seed, what, asset, time) < share

        values = self._signals.values(asset, kind, time)
        if happens("lie", self._wrongs.lies):
            values = {name: _false(value) for name, value in values.items()}
        event: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"{self._seed}-{time}",
            "source": SOURCE,
            "type": "reading",
            "subject": asset,
            "time": text_of_micros(time),
            "data": values,
        }
        late = happens("delay", self._wrongs.delays)
        sent = time + (round(chance(self._seed, "late", asset, time) * _LONGEST_DELAY) if late else 0)
        yield Simulated(sent=sent, event=event)
        if happens("twice", self._wrongs.duplicates):
            yield Simulated(sent=sent, event=event)


def _false(value: Any) -> Any:
    """A lie is a number that no threshold was made for; what is no number stays as it is."""
    return value if isinstance(value, bool) or not isinstance(value, int | float) else value * _SPIKE
