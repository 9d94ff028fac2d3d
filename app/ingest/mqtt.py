"""The MQTT door: messages become events, and are acknowledged when these are durable.

What waits at the same moment is taken together. A message that can't be taken is parked as a dead letter and then
acknowledged, so that it stops nobody; while the database is away nothing is acknowledged and nothing lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from structlog.stdlib import get_logger

from app.ingest.decoding import decoded
from app.ingest.intake import Decoded, Intake
from app.ingest.mapping import Mapping
from app.ingest.mqtt_link import TRANSPORT, Arrived
from app.ingest.parking import letter_of
from graph.access import Principal
from graph.deadletters import DeadLetter, DeadLetters
from graph.errors import Problem, TwinError, Unavailable

_TOGETHER: Final = 1_000
_LONGEST_PAUSE: Final = 10.0


class Link(Protocol):
    """Where messages come from, as `MqttLink` is one."""

    async def take(self, most: int) -> list[Arrived]:
        """Return what has arrived, at most so many, after waiting for the first."""
        ...

    def acknowledge(self, arrived: Sequence[Arrived]) -> None:
        """Tell the broker that messages are safe."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttDoor:
    """Takes what comes over a link, as `principal`. `mapping` says what a site's own payloads mean."""

    link: Link
    intake: Intake
    letters: DeadLetters
    principal: Principal
    mapping: Mapping | None = None

    async def run(self) -> None:
        """Take messages until cancelled; then what is under way isn't acknowledged and comes again."""
        while True:
            await self._taken(await self.link.take(_TOGETHER))

    async def _taken(self, arrived: list[Arrived]) -> None:
        """Take messages together, as often as it needs; one that nobody can take goes alone."""
        pause = 0.5
        while True:
            try:
                await self._tried(arrived)
            except Unavailable as error:
                get_logger("twin.mqtt").warning("events wait", error=str(error), messages=len(arrived))
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001  whatever it is, one message must not stop the others
                if len(arrived) > 1:
                    for each in arrived:
                        await self._taken([each])
                    return
                get_logger("twin.mqtt").exception("a message can't be taken", topic=arrived[0].message.topic)
                code = error.code if isinstance(error, TwinError) else "INTERNAL"
                await self._park([letter_of(arrived[0].message, Problem(code=code, message=str(error)[:300]), 1, 1)])
                self.link.acknowledge(arrived)
                return
            else:
                return

    async def _tried(self, arrived: Sequence[Arrived]) -> None:
        each_decoded = await asyncio.to_thread(self._decoded, arrived)
        events = [event for of in each_decoded for event in of]
        oldest = min(each.message.received for each in arrived)
        told = await self.intake.take(self.principal, events, transport=TRANSPORT, received=oldest)
        letters: list[DeadLetter] = []
        start = 0
        for each, of in zip(arrived, each_decoded, strict=True):
            outcomes = told.outcomes[start : start + len(of)]
            start += len(of)
            problems = [outcome for outcome in outcomes if isinstance(outcome, Problem)]
            if problems:
                letters.append(letter_of(each.message, problems[0], len(problems), len(of)))
        await self.letters.park(self.principal.tenant, letters)
        self.link.acknowledge(arrived)

    def _decoded(self, arrived: Sequence[Arrived]) -> list[list[Decoded]]:
        return [decoded(each.message, self.mapping) for each in arrived]

    async def _park(self, letters: Sequence[DeadLetter]) -> None:
        """Park letters, as often as it needs."""
        while True:
            try:
                await self.letters.park(self.principal.tenant, letters)
            except Unavailable as error:
                get_logger("twin.mqtt").warning("dead letters wait", error=str(error))
                await asyncio.sleep(_LONGEST_PAUSE)
            else:
                return
