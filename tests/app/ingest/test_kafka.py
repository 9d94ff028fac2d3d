"""The Kafka door over a link that is played: steps go with events, and nothing stops a partition or is stepped over."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from app.ingest import Intake, PartitionIntake, Replayer
from app.ingest import Mapping as SiteMapping
from app.ingest.decoding import Message
from app.ingest.kafka import Arrived, KafkaDoor
from app.ingest.kafka_service import kafka_address_of
from app.ingest.mapping_document import parse_mapping_file
from app.ingest.parking import KAFKA, key_at, place_of
from app.settings import load_settings
from graph.access import Principal, operator
from graph.clock import SystemClock, epoch_micros
from graph.database import DatabaseRefused, DatabaseUnreachable
from graph.deadletters import DeadLetters, Parked, open_dead_letters
from graph.errors import DatabaseUnavailable, Problem, ValueInvalid
from graph.identity import Tenant
from graph.state import NOTHING_READ, Event, EventsRefused, Partition, PositionLost, Ready, Receipt, Step, Taken
from graph.state.checking import EventRules
from graph.state.ready import Checked
from migrations import Project

TENANT = Tenant("default")
NOON = 1_780_488_000_000_001
ONE, OTHER = (Partition(group="twin", topic="events", number=number) for number in (0, 1))
RULES = EventRules(Project.bundled().desired)
MAPPING = """
format: twin-mapping/1
topics:
  - {topic: 'site.{building}.air', transport: kafka, asset: "{building}-{key}", channels: {temperature: t}}
"""


class States:
    """Takes events with their steps as the graph does, all or none; some it can't take."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.checked: list[Sequence[Event]] = []
        self.stands: dict[Partition, int] = {}
        self.owners: dict[Partition, str] = {}
        self.away = 0
        self.full = 0
        self.closed = 0
        self.vanished: set[str] = set()
        self.prepared: list[Ready] = []
        self.given: list[Ready | None] = []

    async def claim(self, tenant: Tenant, partitions: Iterable[Partition], *, owner: str) -> dict[Partition, int]:
        self._answer()
        found = {each: self.stands.setdefault(each, NOTHING_READ) for each in partitions}
        self.owners |= dict.fromkeys(found, owner)
        return found

    async def begin(self, tenant: Tenant, ends: Mapping[Partition, int]) -> dict[Partition, int]:
        self._answer()
        if all(self.stands.get(each, NOTHING_READ) == NOTHING_READ for each in ends):
            self.stands |= ends
        return {each: self.stands.setdefault(each, NOTHING_READ) for each in ends}

    async def check(self, principal: Principal, events: Sequence[Event]) -> tuple[Problem | None, ...]:
        self._answer()
        self.checked.append(events)
        return tuple(Problem(code="UNKNOWN_ASSET", message="?") if each.asset == "X" else None for each in events)

    async def ingest(self, principal: Principal, events: Sequence[Event]) -> Receipt:
        """Take what was refused together but for what is refused alone; nothing else is taken without steps."""
        self._answer()
        assert any(each.asset == "P" for each in events)
        if self.closed:
            self.closed -= 1
            raise DatabaseRefused("it takes nothing")
        problem = Problem(code="EVENT_UNSTORABLE", message="?")
        self.events += [each for each in events if each.asset != "P"]
        return Receipt(revision=1, outcomes=tuple(problem if each.asset == "P" else Taken.CURRENT for each in events))

    async def prepare(self, principal: Principal, events: Sequence[Event]) -> Ready | None:
        if any(each.asset == "R" for each in events):
            raise DatabaseUnavailable("only of what is prepared")
        self.prepared.append(Ready(Checked([], []), RULES, 0))
        return self.prepared[-1]

    async def ingest_with(
        self, principal: Principal, events: Sequence[Event], steps: Sequence[Step], *, ready: Ready | None = None
    ) -> Receipt:
        self.given.append(ready)
        self._answer()
        if any(each.asset == "B" for each in events):
            raise RuntimeError("a fault of ours")
        if any(each.asset == "M" for each in events):
            raise DatabaseUnavailable("it takes more memory than a transaction may have")
        if any(each.asset == "P" for each in events):
            raise DatabaseRefused("a value that it can't hold")
        if self.full:
            self.full -= 1
            raise DatabaseUnavailable("nothing is written at all")
        gone = [each for each in events if each.asset in {"X", *self.vanished}]
        if gone:
            self.vanished.clear()
            raise EventsRefused("?", (Problem(code="UNKNOWN_ASSET", message="?"),))
        for each in steps:
            if self.owners[each.partition] != each.owner or self.stands[each.partition] != each.start:
                raise PositionLost("?")
        self.stands |= {each.partition: each.end for each in steps}
        self.events += events
        return Receipt(revision=1, outcomes=(Taken.CURRENT,) * len(events))

    def _answer(self) -> None:
        if self.away:
            self.away -= 1
            raise DatabaseUnreachable("away")

    @property
    def values(self) -> list[tuple[str, Any]]:
        return [(event.asset, event.values[0].value) for event in self.events]


@dataclass
class Log:
    """A link to partitions in memory: what isn't stepped over is read again after a claim."""

    records: dict[Partition, list[Message]]
    keyless: bool = False
    life: int = 0
    unclaimed: frozenset[Partition] = frozenset()
    stands: dict[Partition, int] = field(default_factory=dict[Partition, int])
    at: dict[Partition, int] = field(default_factory=dict[Partition, int])
    pauses: list[float] = field(default_factory=list[float])
    steal: States | None = None
    late: frozenset[Partition] = frozenset()

    @property
    def owner(self) -> str:
        return f"me.{self.life}"

    def give(self) -> None:
        self.life += 1
        self.unclaimed, self.stands = frozenset(self.records), {}

    async def take(self, most: int) -> list[Arrived]:
        found: list[Arrived] = []
        for partition, start in self.at.items():
            for offset, message in enumerate(self.records[partition][start:], start):
                found.append(Arrived(message, partition, offset, not self.keyless, self.life))
            self.at[partition] = len(self.records[partition])
        if self.steal is not None:
            self.steal.owners[ONE] = "another"
            self.steal.stands[ONE] = 1
            self.steal = None
        if not found:
            await asyncio.sleep(0.005)
        return found

    async def ends(self, new: Iterable[Partition]) -> dict[Partition, int]:
        topics = {each.topic for each in new}
        return {each: len(self.records[each]) for each in self.late if each.topic in topics}

    async def begin(self, stands: Mapping[Partition, int]) -> None:
        self.unclaimed, self.stands = frozenset(), dict(stands)
        self.at = {each: max(0, offset) for each, offset in stands.items()}

    async def forget(self) -> None:
        self.give()

    def ours(self, arrived: Sequence[Arrived]) -> bool:
        return all(each.life == self.life and each.partition in self.stands for each in arrived)

    def advance(self, ends: Mapping[Partition, int]) -> None:
        self.stands |= ends

    async def idle(self, seconds: float) -> None:
        self.pauses.append(seconds)


@pytest.fixture
async def letters(tmp_path: Path) -> AsyncIterator[DeadLetters]:
    opened = open_dead_letters(None, folder=tmp_path, clock=SystemClock(), most=100, days=1)
    yield opened
    await opened.close()


def record(payload: bytes, offset: int = 0, **given: Any) -> Message:
    known: dict[str, Any] = {"topic": "events", "transport": KAFKA, "key": "k", "offset": place_of(0, offset, "k")}
    return Message(payload=payload, received=epoch_micros(SystemClock().now()), **(known | given))


def said(asset: str, value: float) -> Message:
    event = {"specversion": "1.0", "id": f"{asset}{value}", "source": "s", "type": "t", "subject": asset}
    return record(orjson.dumps({**event, "time": "2026-06-03T12:00:00Z", "data": {"temperature": value}}), int(value))


class Noted:
    """Counts what metrics are told of."""

    def __init__(self) -> None:
        self.counted: Counter[str] = Counter()

    def events(self, tenant: Tenant, transport: str, outcome: str, count: int) -> None:
        self.counted[outcome] += count

    def queryable(self, tenant: Tenant, transport: str, *, since_event: Sequence[float], since_receipt: float) -> None:
        self.counted["queryable"] += len(since_event)

    def heard(self, tenant: Tenant, source: str, received: float) -> None:
        self.counted[f"heard {source}"] += 1


async def played(
    states: States, letters: DeadLetters, log: Log, noted: Noted | None = None, **given: Any
) -> tuple[Parked, ...]:
    """Let the door read all there is; return what waits then."""
    door = KafkaDoor(
        link=log,
        intake=PartitionIntake(states, Intake(states, SystemClock(), noted)),
        positions=states,
        letters=letters,
        principal=operator(TENANT),
        **given,
    )
    log.give()
    running = asyncio.create_task(door.run())
    async with asyncio.timeout(30):
        while any(states.stands.get(each) != len(records) for each, records in log.records.items()):
            assert not running.done(), running.exception()
            await asyncio.sleep(0.005)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    return (await letters.page(TENANT, first=100)).letters


async def test_records_of_all_partitions_are_taken_with_their_steps(letters: DeadLetters) -> None:
    states = States()
    log = Log({ONE: [said("A", 0), said("A", 1)], OTHER: [said("C", 0)]})
    assert await played(states, letters, log) == ()
    assert sorted(states.values) == [("A", 0), ("A", 1), ("C", 0)]
    assert states.stands == {ONE: 2, OTHER: 1}


async def test_what_is_prepared_is_used_once_and_what_can_not_be_is_taken_without(letters: DeadLetters) -> None:
    states = States()
    await played(states, letters, Log({ONE: [said("A", 0)]}))
    assert states.given == states.prepared != []
    for first, full in (("R", 0), ("A", 1)):
        states = States()
        states.full = full
        await played(states, letters, Log({ONE: [said(first, 0)]}))
        assert states.values == [(first, 0)]
        assert states.given[-1] is None


async def test_poison_is_parked_with_its_place_and_stops_nobody(letters: DeadLetters) -> None:
    states = States()
    bad = [record(b"\x00\xff garbage", 0), said("X", 1), said("B", 2), record(b"", 3), record(b" " * 10_000_001, 4)]
    found = await played(states, letters, Log({ONE: [*bad, said("A", 5)]}))
    assert states.values == [("A", 5)]
    assert {(each.letter.code, each.letter.offset) for each in found} == {
        ("TOPIC_UNKNOWN", "0:0:k"),
        ("UNKNOWN_ASSET", "0:1:k"),
        ("INTERNAL", "0:2:k"),
        ("TOPIC_UNKNOWN", "0:3:k"),
        ("EVENT_TOO_LARGE", "0:4:k"),
    }
    assert {(each.letter.transport, each.letter.source) for each in found} == {(KAFKA, "events")}


async def test_records_without_key_are_parked_or_taken(letters: DeadLetters) -> None:
    for keyless, events, codes in ((False, [], ["RECORD_WITHOUT_KEY"]), (True, [("A", 1)], [])):
        states = States()
        found = await played(states, letters, Log({ONE: [said("A", 1)]}, keyless=True), keyless=keyless)
        assert (states.values, [each.letter.code for each in found]) == (events, codes)
        await letters.drop(TENANT, [each.id for each in found])


async def test_nothing_is_read_on_while_the_database_is_away(letters: DeadLetters) -> None:
    states = States()
    states.away = 8
    log = Log({ONE: [said("A", number) for number in range(3)]})
    assert await played(states, letters, log) == ()
    assert states.values == [("A", 0), ("A", 1), ("A", 2)]
    assert log.pauses == [0.5, 1, 2, 4, 8, 10, 10, 10]


async def test_what_the_database_itself_refuses_is_parked_after_some_tries(letters: DeadLetters) -> None:
    states = States()
    log = Log({ONE: [said("A", 0), said("M", 1), said("A", 2)]})
    (found,) = await played(states, letters, log)
    assert states.values == [("A", 0), ("A", 2)]
    assert (found.letter.code, found.letter.offset) == ("DATABASE_UNAVAILABLE", "0:1:k")
    assert log.pauses == [0.5, 1, 2, 4, 8] * 2  # together, then that one


async def test_what_it_refuses_for_what_it_is_is_found_at_once_and_its_neighbours_are_taken(
    letters: DeadLetters,
) -> None:
    states = States()
    batch = orjson.dumps([orjson.loads(said(asset, 9).payload) for asset in ("A", "P", "C")])
    log = Log({ONE: [*(said("A", number) for number in range(5)), record(batch, 5), said("A", 6)]})
    (found,) = await played(states, letters, log)
    assert sorted(states.values) == [*(("A", number) for number in range(5)), ("A", 6), ("A", 9), ("C", 9)]
    assert (found.letter.code, found.letter.offset) == ("EVENT_UNSTORABLE", "0:5:k")
    assert "1 of 3" in found.letter.message
    assert log.pauses == []


async def test_what_is_stepped_over_is_counted_once_however_often_it_is_tried(letters: DeadLetters) -> None:
    states, noted = States(), Noted()
    states.full = 3  # that often the step over it isn't written
    batch = orjson.dumps([orjson.loads(said(asset, 9).payload) for asset in ("A", "P", "C")])
    await played(states, letters, Log({ONE: [record(batch, 0)]}), noted)
    assert noted.counted == {"CURRENT": 2, "EVENT_UNSTORABLE": 1, "queryable": 2, "heard s": 1}


async def test_it_waits_while_the_database_refuses_everything(letters: DeadLetters) -> None:
    states = States()
    states.closed = 3
    log = Log({ONE: [said("P", 0)]})
    (found,) = await played(states, letters, log)
    assert (found.letter.code, log.pauses) == ("EVENT_UNSTORABLE", [0.5, 1, 2])


async def test_nothing_is_stepped_over_while_the_database_writes_nothing(letters: DeadLetters) -> None:
    states = States()
    states.full = 9
    log = Log({ONE: [said("A", 0)]})
    await played(states, letters, log)
    assert states.values == [("A", 0)]


async def test_what_vanished_after_it_was_checked_is_looked_at_again(letters: DeadLetters) -> None:
    states = States()
    states.vanished = {"A"}
    assert await played(states, letters, Log({ONE: [said("A", 0)]})) == ()
    assert states.values == [("A", 0)]


async def test_who_lost_a_partition_claims_again_and_reads_on_from_where_it_stands(letters: DeadLetters) -> None:
    states = States()
    log = Log({ONE: [said("A", number) for number in range(3)]}, steal=states)
    await played(states, letters, log)
    assert states.values == [("A", 1), ("A", 2)]  # another took the first
    assert log.life == 2
    assert log.pauses == [0.5]


async def test_where_it_begins_late_is_in_the_graph_before_anything_is_read(letters: DeadLetters) -> None:
    states = States()
    assert await played(states, letters, Log({ONE: [said("A", 0)], OTHER: []}, late=frozenset({ONE, OTHER}))) == ()
    assert states.stands == {ONE: 1, OTHER: 0}
    # Killed before it took a step: the next one has all that came since, and all of a partition that is new.
    more = replace(ONE, number=2)
    records = {ONE: [said("A", 0), said("A", 1)], OTHER: [said("C", 0)], more: [said("D", 0)]}
    assert await played(states, letters, Log(records, late=frozenset(records))) == ()
    assert sorted(states.values) == [("A", 1), ("C", 0), ("D", 0)]


async def test_batches_go_in_transactions_of_a_thousand_events(letters: DeadLetters) -> None:
    states = States()
    batch = [orjson.loads(said("A", number).payload) for number in range(600)]
    await played(states, letters, Log({ONE: [record(orjson.dumps(batch), at) for at in range(3)]}))
    assert len(states.events) == 1_800


async def test_a_site_s_own_records_are_mapped_by_topic_and_key(letters: DeadLetters) -> None:
    states, mapping = States(), SiteMapping(parse_mapping_file(MAPPING))
    sent = record(b'{"t": 21.5}', topic="site.B1.air", key="R7", time=NOON)
    assert await played(states, letters, Log({ONE: [sent]}), mapping=mapping) == ()
    assert states.values == [("B1-R7", 21.5)]
    assert states.events[0].time == NOON  # when it was sent: the same whenever it is read


async def test_a_replay_knows_the_key_and_the_time(letters: DeadLetters) -> None:
    states, mapping = States(), SiteMapping(parse_mapping_file(MAPPING))
    sent = replace(record(b'{"t": 21.5}', topic="site.B1.air", key="R7", time=NOON), offset=place_of(0, 0, "R7"))
    found = await played(states, letters, Log({ONE: [sent]}, keyless=True), mapping=mapping)
    replayer = Replayer(letters, Intake(states, SystemClock()), states, mapping)
    (tried,) = await replayer.replay(operator(TENANT), [each.id for each in found], dry_run=True)
    assert (tried.accepted, tried.problems) == (1, ())
    assert [each.time for each in states.checked[-1]] == [NOON]  # when it was sent, not when it came


def test_topics_of_kafka_are_asked_for_by_name_or_pattern() -> None:
    topics = ("plain.air", "site.{b}.air", "site.+.x.#", "#")
    parts = "".join(f"  - {{topic: '{topic}', transport: kafka, asset: a, channels: {{x: x}}}}\n" for topic in topics)
    mapping = SiteMapping(parse_mapping_file(f"format: twin-mapping/1\ntopics:\n{parts}"))
    assert mapping.kafka_topics == ("plain.air", r"^site\.[^.]*\.air$", r"^site\.[^.]*\.x(\..*)?$", "^.*$")
    assert mapping.filters == ()
    assert mapping.knows("site.a.x.y.z", KAFKA)
    assert not mapping.knows("site.a.x.y.z", "mqtt")


def test_a_place_keeps_the_key() -> None:
    assert key_at(place_of(3, 17, "a:b")) == "a:b"
    assert key_at(place_of(3, 17, "")) == ""


@pytest.mark.parametrize(
    "given",
    [
        {"kafka_topics": ()},
        {"kafka_user": "u"},
        {"kafka_sasl": "PLAIN"},
        {"kafka_ca": Path("nowhere.pem")},
    ],
)
def test_what_does_not_go_together_is_refused(given: dict[str, object]) -> None:
    settings = load_settings(**{"kafka_servers": ("k:9092",), "kafka_topics": ("events",), **given})
    with pytest.raises(ValueInvalid):
        kafka_address_of(settings, None)


def test_settings_become_what_the_client_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    given = {"kafka_servers": ("k:9092", "l:9092"), "kafka_topics": ("events",), "kafka_tls": True}
    secret = {"kafka_sasl": "SCRAM-SHA-512", "kafka_user": "u", "kafka_password": "p", "kafka_ca": tmp_path / "ca.pem"}
    address = kafka_address_of(load_settings(**given, **secret), None)
    assert address is not None
    told = address.configuration
    assert (told["bootstrap.servers"], told["security.protocol"]) == ("k:9092,l:9092", "sasl_ssl")
    assert (told["sasl.mechanism"], told["sasl.username"], told["sasl.password"]) == ("SCRAM-SHA-512", "u", "p")
    assert "ssl.key.location" not in told
    assert "password='p'" not in repr(address)
    assert kafka_address_of(load_settings(), None) is None
