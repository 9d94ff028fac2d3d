"""The Kafka door: records become events, and where their partitions stand is written together with what came of them.

So each counts once, whatever dies in between. A record that can't be taken is parked as a dead letter and stepped over,
so that it stops no partition; while the database is away nothing is read, and nothing is lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from structlog.stdlib import get_logger

from app.ingest.decoding import Message, decoded
from app.ingest.errors import RecordWithoutKey
from app.ingest.intake import Apart, Decoded, PartitionIntake, Told
from app.ingest.mapping import Mapping as SiteMapping
from app.ingest.parking import KAFKA, letter_of
from graph.access import Principal
from graph.database import CommitUnknown, DatabaseAuthFailed, DatabaseUnreachable
from graph.deadletters import DeadLetter, DeadLetters
from graph.errors import DatabaseUnavailable, Problem, TwinError, Unavailable
from graph.identity import Tenant
from graph.state import NOTHING_READ, REFUSALS, EventsRefused, EventTooLarge, Partition, PositionLost, Ready, Step

_RECORDS: Final = 1_000
"""Records that are decoded together."""

_EVENTS: Final = 1_000
"""Events that share a transaction; a record is taken whole, however many it has."""

_LONGEST: Final = 10_000_000
_TRIES: Final = 5
"""So often is waited for what may pass and may be a record's own fault."""

_ELSEWHERE: Final = (DatabaseUnreachable, DatabaseAuthFailed, CommitUnknown)
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 10.0


@dataclass(frozen=True, slots=True)
class Arrived:
    """A record: of which partition, at which offset, and of which assignment of ours (`life`) it is."""

    message: Message
    partition: Partition
    offset: int
    keyed: bool
    life: int


class Link(Protocol):
    """Where records come from, as `KafkaLink` is one."""

    @property
    def owner(self) -> str:
        """The name to claim partitions by."""
        ...

    @property
    def unclaimed(self) -> frozenset[Partition]:
        """Partitions that are ours and not read yet."""
        ...

    @property
    def stands(self) -> Mapping[Partition, int]:
        """Of partitions that are read the offset that the graph has."""
        ...

    async def take(self, most: int) -> list[Arrived]:
        """Return what has arrived, after waiting for the first; nothing where something is unclaimed."""
        ...

    async def ends(self, new: Iterable[Partition]) -> Mapping[Partition, int]:
        """Return where all partitions of the topics of `new` end; none where they are read from their beginning."""
        ...

    async def begin(self, stands: Mapping[Partition, int]) -> None:
        """Read partitions that were claimed."""
        ...

    async def forget(self) -> None:
        """Have the partitions claimed anew."""
        ...

    def ours(self, arrived: Sequence[Arrived]) -> bool:
        """Whether records are of partitions that we still have."""
        ...

    def advance(self, ends: Mapping[Partition, int]) -> None:
        """Note where partitions stand by now."""
        ...

    async def idle(self, seconds: float) -> None:
        """Stay in the group for a while without reading on."""
        ...


class Claiming(Protocol):
    """Keeps where partitions stand, as `graph.state.Positions` does."""

    async def claim(self, tenant: Tenant, partitions: Iterable[Partition], *, owner: str) -> dict[Partition, int]:
        """Make `owner` the one who may take steps; return where each stands."""
        ...

    async def begin(self, tenant: Tenant, ends: Mapping[Partition, int]) -> dict[Partition, int]:
        """Have topics of which nothing was taken yet stand at `ends`; return where each partition stands."""
        ...


@dataclass(frozen=True, slots=True)
class _Read:
    """A record with what is to be taken of it; it had `events` in all."""

    arrived: Arrived
    decoded: list[Decoded]
    events: int


@dataclass(frozen=True, slots=True)
class _Lot:
    """Records that share a transaction, with what was prepared of it."""

    read: list[_Read]
    ready: Ready | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KafkaDoor:
    """Takes what comes over a link, as `principal`. `mapping` says what a site's own payloads mean.

    `keyless`: whether records without a key are taken; else they are parked.
    """

    link: Link
    intake: PartitionIntake
    positions: Claiming
    letters: DeadLetters
    principal: Principal
    mapping: SiteMapping | None = None
    keyless: bool = False

    async def run(self) -> None:
        """Take records until cancelled; then what is under way is either written with its step, or comes again.

        While some are written the next are checked, and history is told of them: what was read at once, and two
        transactions' more, are in memory at most.
        """
        lots: asyncio.Queue[_Lot] = asyncio.Queue(1)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._reading(lots))
            tasks.create_task(self._writing(lots))

    async def _reading(self, lots: asyncio.Queue[_Lot]) -> None:
        while True:
            if self.link.unclaimed:
                await lots.join()  # what was read before is written, or dropped because it isn't ours any more
                await self._claimed()
            arrived = await self.link.take(_RECORDS)
            if not arrived:
                continue
            for some in _together(await asyncio.to_thread(self._read, arrived)):
                await lots.put(_Lot(some, await self._prepared(some)))

    async def _writing(self, lots: asyncio.Queue[_Lot]) -> None:
        while True:
            lot = await lots.get()
            await self._settled(lot.read, ready=lot.ready)
            lots.task_done()

    async def _prepared(self, read: Sequence[_Read]) -> Ready | None:
        try:
            return await self.intake.prepare(self.principal, [event for each in read for event in each.decoded])
        except Exception:  # noqa: BLE001  it is met again, and told, when it is their turn
            return None

    async def _claimed(self) -> None:
        """Claim what is ours, as often as it needs, and begin to read it."""
        pauses = _pauses()
        while self.link.unclaimed:
            try:
                stands = await self._stands(self.link.unclaimed)
            except Unavailable as error:
                get_logger("twin.kafka").warning("partitions wait", error=str(error))
                await self.link.idle(next(pauses))
            else:
                await self.link.begin(stands)

    async def _stands(self, partitions: frozenset[Partition]) -> dict[Partition, int]:
        """Claim partitions; where new topics are read from their end, that end is in the graph before anything is."""
        tenant = self.principal.tenant
        stands = await self.positions.claim(tenant, partitions, owner=self.link.owner)
        new = [each for each, offset in stands.items() if offset == NOTHING_READ]
        if new and (ends := await self.link.ends(new)):
            begun = await self.positions.begin(tenant, ends)
            return {each: begun.get(each, offset) for each, offset in stands.items()}
        return stands

    async def _settled(self, read: Sequence[_Read], tries: int = _TRIES, *, ready: Ready | None = None) -> None:
        """Take records together, as often as it needs; those among which one is that nobody can take, in halves."""
        pauses = _pauses()
        while self.link.ours([each.arrived for each in read]):
            error = await self._failed(read, ready)
            if error is None:
                return
            ready = None
            if isinstance(error, PositionLost):
                get_logger("twin.kafka").warning("others read on", error=str(error))
                await self.link.forget()
                await self.link.idle(_FIRST_PAUSE)  # who is out of the group hears of it, and claims nothing
                continue
            if _may_pass(error) and (tries or not _may_be_to_blame(error)):
                tries -= _may_be_to_blame(error)
                get_logger("twin.kafka").warning("events wait", error=str(error), records=len(read))
            elif len(read) > 1:
                half = len(read) // 2
                for some in (read[:half], read[half:]):
                    await self._settled(some, tries if len(some) > 1 else _TRIES)
                return
            elif await self._stepped_over(read[0], error):
                return
            await self.link.idle(next(pauses))

    async def _failed(self, read: Sequence[_Read], ready: Ready | None) -> Exception | None:
        """Try to take records together; return why they weren't taken, None where they were."""
        try:
            await self._tried(read, ready)
        except Exception as error:  # noqa: BLE001  whatever it is, one record must not stop its partition
            return error
        return None

    async def _stepped_over(self, read: _Read, error: Exception) -> bool:
        """Take what can be taken of a record, park it, and step over it.

        Where nothing is taken at all, or not even the step, it isn't the record that is to blame: False.
        """
        message = read.arrived.message
        log = get_logger("twin.kafka").bind(topic=message.topic, at=message.offset)
        log.error("a record can't be taken", error=str(error), exc_info=None if isinstance(error, REFUSALS) else error)
        try:
            apart = await self._apart(read, error)
            await self._tried([_Read(read.arrived, [*apart.problems], read.events)])
        except Exception:  # told, and the record is tried again
            log.exception("a record can't be parked")
            return False
        self.intake.note(self.principal.tenant, apart, origin=(KAFKA, message.received))
        return True

    async def _apart(self, read: _Read, error: Exception) -> Apart:
        """Take the events of a record without a step, which changes nothing when they come again."""
        if isinstance(error, REFUSALS):
            return await self.intake.apart(self.principal, read.decoded)
        code = error.code if isinstance(error, TwinError) else "INTERNAL"
        return Apart(
            problems=[Problem(code=code, message=str(error)[:300])], events=[], told=Told(revision=0, outcomes=())
        )

    async def _tried(self, read: Sequence[_Read], ready: Ready | None = None) -> None:
        ends: dict[Partition, int] = {}
        for each in read:
            ends[each.arrived.partition] = each.arrived.offset + 1
        owner, stands = self.link.owner, dict(self.link.stands)
        if not stands.keys() >= ends.keys():
            raise PositionLost("Partitions were taken away a moment ago")
        steps = [Step(partition=each, owner=owner, start=stands[each], end=end) for each, end in ends.items()]

        async def park(judged: Sequence[Decoded]) -> None:
            await self.letters.park(self.principal.tenant, list(_letters(read, judged)))

        events = [event for each in read for event in each.decoded]
        oldest = min(each.arrived.message.received for each in read)
        await self.intake.take(self.principal, events, steps, park=park, origin=(KAFKA, oldest), ready=ready)
        self.link.advance(ends)

    def _read(self, arrived: Sequence[Arrived]) -> list[_Read]:
        return [_read(each, self._decoded(each.message, keyed=each.keyed)) for each in arrived]

    def _decoded(self, message: Message, *, keyed: bool) -> list[Decoded]:
        if len(message.payload) > _LONGEST:
            expected, actual = f"at most {_LONGEST:,} bytes", f"{len(message.payload):,}"
            return [EventTooLarge("The record is too long", expected=expected, actual=actual).problem]
        if not keyed and not self.keyless:
            return [_keyless().problem]
        return decoded(message, self.mapping)


def _read(arrived: Arrived, decoded: list[Decoded]) -> _Read:
    return _Read(arrived, decoded, len(decoded))


def _together(read: Sequence[_Read]) -> Iterator[list[_Read]]:
    """Records in their order, so many as share a transaction."""
    group: list[_Read] = []
    events = 0
    for each in read:
        if group and events + len(each.decoded) > _EVENTS:
            yield group
            group, events = [], 0
        group.append(each)
        events += len(each.decoded)
    if group:
        yield group


def _letters(read: Sequence[_Read], judged: Sequence[Decoded]) -> Iterator[DeadLetter]:
    start = 0
    for each in read:
        of = judged[start : start + len(each.decoded)]
        start += len(of)
        problems = [one for one in of if isinstance(one, Problem)]
        if problems:
            yield letter_of(each.arrived.message, problems[0], len(problems), each.events)


def _may_pass(error: Exception) -> bool:
    """Whether to try the same again; what a database refuses for what it is isn't taken by waiting."""
    return isinstance(error, Unavailable | EventsRefused) and not isinstance(error, REFUSALS)


def _may_be_to_blame(error: Exception) -> bool:
    """Whether a record can be what a database doesn't take; else what it waits for is waited for without end."""
    return isinstance(error, DatabaseUnavailable | EventsRefused) and not isinstance(error, _ELSEWHERE)


def _pauses() -> Iterator[float]:
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(2 * pause, _LONGEST_PAUSE)


def _keyless() -> RecordWithoutKey:
    return RecordWithoutKey(
        "The record has no key",
        place="key",
        expected="a key, such as the asset's id",
        hint="Records of one key keep their order; TWIN_KAFKA_KEYLESS=take takes those without as well",
    )
