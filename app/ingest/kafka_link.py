"""The connection to a Kafka: records come in, and each partition is read on from where the graph says it stands.

librdkafka has threads of its own; all calls of it are made in one more, so that none blocks the event loop. Partitions
that the group gives us are not read before somebody claimed them (`begin`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka import Message as Record
from structlog.stdlib import get_logger

from app.ingest.decoding import Message
from app.ingest.kafka import Arrived
from app.ingest.kafka_address import KafkaAddress
from app.ingest.parking import KAFKA, place_of
from graph.clock import Clock, epoch_micros
from graph.errors import Unavailable
from graph.state import NOTHING_READ, Partition

T = TypeVar("T")

_LOOK_SECONDS: Final = 0.25
"""The longest that one call waits for a record: whoever stops us waits as long."""

_ASK_SECONDS: Final = 5.0
"""The longest that a broker is waited for that is asked something."""

_KEY_LENGTH: Final = 512
_ATTRIBUTE: Final = "ce_"
_KEPT_HEADERS: Final = frozenset({"traceparent", "tracestate"})


class KafkaLink:
    """A member of a group of consumers. `start` and `stop` once; for one event loop, and one taker.

    `name` is one that no other member has or had. `unclaimed` are partitions that are ours and not read yet; `stands`
    says of those that are read the offset that the graph has.
    """

    def __init__(self, address: KafkaAddress, clock: Clock, *, name: str) -> None:
        self._address = address
        self._clock = clock
        self._name = name
        self._thread = ThreadPoolExecutor(1, "kafka")
        self._log = get_logger("twin.kafka")
        self._consumer = Consumer(
            address.configuration
            | {"error_cb": self._failed, "on_commit": self._noted, "logger": logging.getLogger("twin.kafka.client")}
        )
        self._spare: list[Record] = []
        self._fatal: KafkaError | None = None
        self._life = 0
        self.unclaimed: frozenset[Partition] = frozenset()
        self.stands: dict[Partition, int] = {}

    @property
    def owner(self) -> str:
        """The name to claim partitions by: another one for each assignment."""
        return f"{self._name}.{self._life}"

    def start(self) -> None:
        """Join the group, as soon as a broker answers."""
        self._consumer.subscribe(
            list(self._address.topics), on_assign=self._given, on_revoke=self._taken_away, on_lost=self._taken_away
        )

    async def stop(self) -> None:
        """Leave the group: others get the partitions at once."""
        await self._run(self._consumer.close)
        self._thread.shutdown(wait=False)

    async def take(self, most: int) -> list[Arrived]:
        """Return what has arrived, at most so many, after waiting for the first; none where something is unclaimed.

        Raises KafkaException once the client has given up: it takes a new link then.
        """
        while True:
            found = await self._run(lambda: self._read(most))
            if found or self.unclaimed:
                return found

    async def ends(self, new: Iterable[Partition]) -> dict[Partition, int]:
        """Return where all partitions of the topics of `new` end by now; none where they are read from their beginning.

        Raises Unavailable where no broker says it.
        """
        if self._address.earliest:
            return {}
        return await self._run(lambda: self._ended({each.topic for each in new}))

    async def begin(self, stands: Mapping[Partition, int]) -> None:
        """Read partitions that were claimed, each from where it stands."""
        await self._run(lambda: self._begun(stands))

    async def forget(self) -> None:
        """Have the partitions claimed anew: another may have taken some over, or they stand elsewhere."""
        await self._run(self._forgotten)

    def ours(self, arrived: Sequence[Arrived]) -> bool:
        """Whether records are of partitions that we have, as they were given to us."""
        return all(each.life == self._life and each.partition in self.stands for each in arrived)

    def advance(self, ends: Mapping[Partition, int]) -> None:
        """Note where partitions stand by now in the graph, and tell the broker for those who watch how far we are."""
        stands = self.stands  # of this moment: another assignment makes another
        stands.update({each: end for each, end in ends.items() if each in stands})
        offsets = [TopicPartition(each.topic, each.number, end) for each, end in ends.items()]
        self._thread.submit(self._told, offsets)

    async def idle(self, seconds: float) -> None:
        """Stay in the group for a while without reading on."""
        await self._run(lambda: self._rested(seconds))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    # What follows runs in the thread; what is ours changes nowhere else, so no record is taken for one of another life.

    def _begun(self, stands: Mapping[Partition, int]) -> None:
        if frozenset(stands) != self.unclaimed:  # of an assignment before the last
            return
        self._consumer.assign([self._at(each, offset) for each, offset in stands.items()])
        self.stands, self.unclaimed = dict(stands), frozenset()
        self._spare = []  # read before it was known from where to read
        self._log.info("reading partitions", partitions=sorted(map(str, stands)))

    def _ended(self, topics: Iterable[str]) -> dict[Partition, int]:
        ends: dict[Partition, int] = {}
        try:
            for topic in topics:
                for number in self._consumer.list_topics(topic, timeout=_ASK_SECONDS).topics[topic].partitions:
                    place = TopicPartition(topic, number)
                    _first, ends[self._of(place)] = self._consumer.get_watermark_offsets(place, timeout=_ASK_SECONDS)
        except KafkaException as error:
            raise Unavailable("Kafka doesn't say where partitions end", actual=str(error)[:300]) from error
        return ends

    def _read(self, most: int) -> list[Arrived]:
        records, self._spare = self._spare, []
        if not records:
            first = self._consumer.poll(_LOOK_SECONDS)
            records = [] if first is None else [first]
        if records and len(records) < most and not self.unclaimed:
            records += self._consumer.consume(most - len(records), 0)
        received = epoch_micros(self._clock.now())
        if self._fatal is not None:
            raise KafkaException(self._fatal)
        return [each for record in records if (each := self._arrived(record, received)) is not None]

    def _arrived(self, record: Record, received: int) -> Arrived | None:
        error, offset = record.error(), record.offset()
        if error is not None:
            self._failed(error)
            return None
        partition = self._partition_of(record)
        if partition not in self.stands:
            return None
        if offset is None:
            raise AssertionError("a record without an error has its place")
        message = message_of(record, received)
        return Arrived(message, partition, offset, record.key() is not None, self._life)

    def _rested(self, seconds: float) -> None:
        held = [TopicPartition(each.topic, each.number) for each in self.stands]
        self._safely(lambda: self._consumer.pause(held))
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            record = self._consumer.poll(min(left, _LOOK_SECONDS))
            if record is not None:
                self._spared(record)
        still = [each for each in held if self._of(each) in self.stands]
        self._safely(lambda: self._consumer.resume(still))

    def _spared(self, record: Record) -> None:
        """Keep a record that came before its partition stood still; what isn't read comes again."""
        error = record.error()
        if error is not None:
            self._failed(error)
        elif self._partition_of(record) in self.stands:
            self._spare.append(record)

    def _told(self, offsets: list[TopicPartition]) -> None:
        self._safely(lambda: self._consumer.commit(offsets=offsets, asynchronous=True))

    def _safely(self, call: Callable[[], object]) -> None:
        """Call for something that the group may have made void meanwhile: the graph alone counts."""
        try:
            call()
        except KafkaException as error:
            self._log.debug("not any more", error=str(error))

    def _forgotten(self) -> None:
        self._renewed({*self.stands, *self.unclaimed})
        self._safely(lambda: self._consumer.assign([]))  # nothing is read before it is claimed

    def _given(self, consumer: Consumer, partitions: Collection[TopicPartition]) -> None:
        self._renewed(map(self._of, partitions))
        consumer.assign([])  # nothing is read before it is claimed

    def _taken_away(self, consumer: Consumer, _partitions: Collection[TopicPartition]) -> None:
        self._renewed(())
        consumer.unassign()

    def _renewed(self, partitions: Iterable[Partition]) -> None:
        self.stands, self.unclaimed = {}, frozenset(partitions)
        self._life += 1
        self._spare = []

    def _partition_of(self, record: Record) -> Partition:
        topic, number = record.topic(), record.partition()
        if topic is None or number is None:
            raise AssertionError("a record without an error has its place")
        return Partition(group=self._address.group, topic=topic, number=number)

    def _of(self, place: TopicPartition) -> Partition:
        return Partition(group=self._address.group, topic=place.topic, number=place.partition)

    def _at(self, partition: Partition, offset: int) -> TopicPartition:
        at = OFFSET_BEGINNING if offset == NOTHING_READ else offset
        return TopicPartition(partition.topic, partition.number, at)

    def _failed(self, error: KafkaError) -> None:
        if error.fatal():
            self._fatal = error
        self._log.warning("Kafka tells of trouble", reason=error.name(), error=error.str())

    def _noted(self, error: KafkaError | None, _partitions: list[TopicPartition]) -> None:
        if error is not None:
            self._log.debug("the broker doesn't note how far we are", error=error.str())


def message_of(record: Record, received: int) -> Message:
    """Return what a record says, by Kafka's binding of CloudEvents: headers `ce_...` and `content-type`."""
    told = record.headers() or ()
    headers = {name.lower(): _text(value) for name, value in (told.items() if isinstance(told, dict) else told)}
    attributes = {name.removeprefix(_ATTRIBUTE): text for name, text in headers.items() if name.startswith(_ATTRIBUTE)}
    traces = {name: text for name, text in headers.items() if name in _KEPT_HEADERS}
    _kind, millis = record.timestamp()
    key = _text(record.key())[:_KEY_LENGTH]
    return Message(
        topic=record.topic() or "",
        payload=_bytes(record.value()),
        received=received,
        media=headers.get("content-type", ""),
        attributes=traces | attributes,
        transport=KAFKA,
        time=millis * 1_000 if millis > 0 else None,
        key=key,
        offset=place_of(record.partition() or 0, record.offset() or 0, key),
    )


def _bytes(value: str | bytes | None) -> bytes:
    return value.encode() if isinstance(value, str) else value or b""


def _text(value: str | bytes | None) -> str:
    return value if isinstance(value, str) else (value or b"").decode("utf-8", "backslashreplace")
