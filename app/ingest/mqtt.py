"""The MQTT door: messages become events, and are acknowledged when these are durable.

What waits at the same moment is taken together. A message that can't be taken is parked as a dead letter and then
acknowledged, so that it stops nobody; while the database is away nothing is acknowledged and nothing lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from structlog.stdlib import get_logger

from app.ingest.decoding import decoded
from app.ingest.intake import Decoded, Intake
from app.ingest.mapping import Mapping
from app.ingest.mqtt_link import TRANSPORT, Arrived
from app.ingest.parking import letter_of
from app.ingest.sparkplug import Host, rebirth
from graph.access import Principal
from graph.clock import Clock, epoch_micros
from graph.deadletters import DeadLetter, DeadLetters
from graph.errors import Problem, TwinError, Unavailable

_TOGETHER: Final = 1_000
_BYTES: Final = 500_000
"""Bytes of payload that are decoded together, unless it is one message."""

_LONGEST_PAUSE: Final = 10.0


class Link(Protocol):
    """Where messages come from, as `MqttLink` is one."""

    async def take(self, most: int) -> list[Arrived]:
        """Return what has arrived, at most so many, after waiting for the first."""
        ...

    def acknowledge(self, arrived: Sequence[Arrived]) -> None:
        """Tell the broker that messages are safe."""
        ...

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message, and don't wait for it."""
        ...


@dataclass(frozen=True, slots=True)
class _Read:
    arrived: Arrived
    decoded: list[Decoded]


@dataclass(frozen=True, slots=True, kw_only=True)
class MqttDoor:
    """Takes what comes over a link, as `principal`.

    `mapping` says what a site's own payloads mean, `host` knows what nodes of Sparkplug said before.
    """

    link: Link
    intake: Intake
    letters: DeadLetters
    principal: Principal
    clock: Clock
    mapping: Mapping | None = None
    host: Host | None = None

    async def run(self) -> None:
        """Take messages until cancelled; then what is under way isn't acknowledged and comes again.

        While some are written the next are checked, and those after them read: four lots are decoded at most, of what
        the broker lets be under way.
        """
        lots: asyncio.Queue[list[_Read]] = asyncio.Queue(1)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._reading(lots))
            tasks.create_task(self._writing(lots))

    async def _reading(self, lots: asyncio.Queue[list[_Read]]) -> None:
        while True:
            for some in _lots(await self.link.take(_TOGETHER)):
                # Once only: what Sparkplug's nodes say is read by what they said before.
                read = await asyncio.to_thread(self._read, some)
                self._ask()
                await lots.put(read)

    async def _writing(self, lots: asyncio.Queue[list[_Read]]) -> None:
        before: asyncio.Task[None] | None = None
        async with asyncio.TaskGroup() as tasks:
            while True:
                coming = tasks.create_task(self._taken(await lots.get(), before))
                if before is not None:
                    await before
                before = coming

    async def _taken(self, read: Sequence[_Read], before: asyncio.Task[None] | None = None) -> None:
        """Take messages together, as often as it needs; one that nobody can take goes alone.

        They are acknowledged after those that are taken `before` them: a broker hears of messages in their order.
        """
        pause = 0.5
        while True:
            try:
                await self._tried(read, before)
            except Unavailable as error:
                get_logger("twin.mqtt").warning("events wait", error=str(error), messages=len(read))
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001  whatever it is, one message must not stop the others
                if len(read) > 1:
                    for each in read:
                        await self._taken([each], before)
                    return
                message = read[0].arrived.message
                get_logger("twin.mqtt").exception("a message can't be taken", topic=message.topic)
                code = error.code if isinstance(error, TwinError) else "INTERNAL"
                await self._park([letter_of(message, Problem(code=code, message=str(error)[:300]), 1, 1)])
                await self._acknowledged(read, before)
                return
            else:
                return

    async def _tried(self, read: Sequence[_Read], before: asyncio.Task[None] | None) -> None:
        events = [event for each in read for event in each.decoded]
        oldest = min(each.arrived.message.received for each in read)
        told = await self.intake.take(self.principal, events, transport=TRANSPORT, received=oldest)
        letters: list[DeadLetter] = []
        start = 0
        for each in read:
            outcomes = told.outcomes[start : start + len(each.decoded)]
            start += len(outcomes)
            problems = [outcome for outcome in outcomes if isinstance(outcome, Problem)]
            if problems:
                letters.append(letter_of(each.arrived.message, problems[0], len(problems), len(outcomes)))
        await self.letters.park(self.principal.tenant, letters)
        await self._acknowledged(read, before)

    async def _acknowledged(self, read: Sequence[_Read], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait((before,))
        self.link.acknowledge([each.arrived for each in read])

    def _read(self, arrived: Sequence[Arrived]) -> list[_Read]:
        return [_Read(each, decoded(each.message, self.mapping, self.host)) for each in arrived]

    def _ask(self) -> None:
        """Ask nodes of Sparkplug for their births where something of them was missed."""
        for topic in () if self.host is None else self.host.wanted():
            get_logger("twin.mqtt").info("a node is asked for its births", topic=topic)
            self.link.publish(topic, rebirth(epoch_micros(self.clock.now())))

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


def _lots(arrived: Sequence[Arrived]) -> Iterator[list[Arrived]]:
    """Messages in their order, so many as are worth a thread and keep nobody waiting for long."""
    lot: list[Arrived] = []
    size = 0
    for each in arrived:
        lot.append(each)
        size += len(each.message.payload)
        if size > _BYTES:
            yield lot
            lot, size = [], 0
    if lot:
        yield lot
