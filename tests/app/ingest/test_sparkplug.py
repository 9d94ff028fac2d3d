"""Nodes of Sparkplug are born, speak and die: what of it becomes events, and what is asked for again."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest import Mapping, MappingInvalid, failed_examples
from app.ingest.mapping_document import parse_mapping_file
from app.ingest.sparkplug import (
    Datatype,
    Host,
    Kind,
    Metric,
    Payload,
    SparkplugInvalid,
    decode,
    encode,
    parse_topic,
    rebirth,
)
from graph.errors import Problem
from graph.state import Event, Quality, Reading

NOW = 1_780_488_000_000_000
FILE = """
format: twin-mapping/1
topics:
  - topic: spBv1.0/plant/+/{node}/{device}
    payload: sparkplug
    asset: "{device}"
    channels:
      supplyTemperature: {value: Supply/Temperature, unit: degC}
      runState: {value: Run, values: {"true": RUNNING, "false": "OFF"}}
      power: Power
  - topic: spBv1.0/plant/+/{node}
    payload: sparkplug
    asset: "GW-{node}"
    channels: {load: CPU}
assets: {D2: OTHER}
examples:
  - {topic: spBv1.0/plant/DBIRTH/N/D, payload: {Run: true, else: 1}, asset: D, values: {runState: RUNNING}}
  - {topic: spBv1.0/plant/DDATA/N/D, payload: {Run: maybe}}
"""
TEMPERATURE = Metric(name="Supply/Temperature", alias=1, datatype=Datatype.DOUBLE, value=6.5)
RUN = Metric(name="Run", alias=2, datatype=Datatype.BOOLEAN, value=True)
POWER = Metric(name="Power", alias=3, datatype=Datatype.INT16, value=-40)


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    return Mapping(parse_mapping_file(FILE))


@dataclass
class Site:
    """A node that speaks to a host; it counts as it should, unless it is told otherwise."""

    host: Host
    time: int = NOW
    sequence: int = 0
    refused: list[str] = field(default_factory=list[str])

    def say(
        self, kind: str, who: str, *metrics: Metric, sequence: int | None = None, time: int | None = None
    ) -> list[Event]:
        self.time += 1_000
        self.sequence = (self.sequence if sequence is None else sequence) % 256
        number = None if kind == "NDEATH" else self.sequence
        payload = Payload(time=self.time if time is None else time, sequence=number, metrics=metrics)
        found = self.host.decoded(f"spBv1.0/plant/{kind}/{who}", encode(payload), received=self.time + 5)
        self.sequence += kind != "NDEATH"
        self.refused += [each.code for each in found if isinstance(each, Problem)]
        return [each for each in found if isinstance(each, Event)]

    def born(self, number: int = 7, *devices: str, time: int | None = None) -> list[Event]:
        life = Metric(name="bdSeq", datatype=Datatype.INT64, value=number)
        cpu = Metric(name="CPU", alias=9, datatype=Datatype.FLOAT, value=0.5)
        found = self.say("NBIRTH", "N", life, cpu, sequence=0, time=time)
        for device in devices or ("D",):
            found += self.say("DBIRTH", f"N/{device}", TEMPERATURE, RUN, POWER, time=time)
        return found

    def died(self, number: int = 7) -> list[Event]:
        return self.say("NDEATH", "N", Metric(name="bdSeq", datatype=Datatype.INT64, value=number))


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def site(mapping: Mapping, clock: list[float]) -> Site:
    return Site(Host(mapping, lambda: clock[0]))


def values(events: Sequence[Event]) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = {}
    for event in events:
        found.setdefault(event.asset, {}).update({value.channel: value.value for value in event.values})
    return found


def alias(number: int, value: float | bool | None, **given: object) -> Metric:
    return replace(Metric(alias=number, value=value, datatype={1: 10, 2: 11, 3: 2}[number]), **given)


def record(event: Event) -> str:
    """What the order of readings goes by, of an event with one value."""
    (value,) = event.values
    assert isinstance(value.value, int | float)
    reading = Reading(
        asset=event.asset, channel=value.channel, value=value.value, time=event.time, epoch=event.epoch,
        sequence=event.sequence, event=event.id, source=event.source, quality=value.quality, received=0,
    )  # fmt: skip
    return reading.record


def test_births_tell_all_values_and_what_they_are_called(site: Site) -> None:
    born = site.born()
    assert values(born) == {
        "GW-N": {"load": 0.5},
        "D": {"supplyTemperature": 6.5, "runState": "RUNNING", "power": -40},
    }
    (event,) = site.say("DDATA", "N/D", alias(1, 7.0), alias(2, value=False), alias(3, -2))
    assert values([event]) == {"D": {"supplyTemperature": 7.0, "runState": "OFF", "power": -2}}
    assert (event.time, event.epoch, event.sequence, event.source) == (site.time, 7, 2, "spBv1.0/plant/N/D")
    assert event.values[0].unit == "degC"
    assert not site.host.wanted()


def test_metrics_have_times_qualities_and_nulls_of_their_own(site: Site) -> None:
    site.born()
    sent = (
        alias(1, 7.0, time=NOW - 5_000, quality=Quality.BAD),
        alias(2, None),
        alias(3, 1, quality=Quality.UNCERTAIN),
    )
    old, new = site.say("DDATA", "N/D", *sent)
    assert (old.time, old.values[0].quality) == (NOW - 5_000, Quality.BAD)
    assert [(value.channel, value.value, value.quality) for value in new.values] == [
        ("runState", None, Quality.GOOD),
        ("power", 1, Quality.UNCERTAIN),
    ]


def test_data_before_a_birth_is_refused_and_the_birth_asked_for_once_a_minute(site: Site, clock: list[float]) -> None:
    for clock[0], asked in ((0, True), (59, False), (60, True)):
        assert site.say("DDATA", "N/D", alias(1, 7.0)) == []
        assert site.host.wanted() == (["spBv1.0/plant/NCMD/N"] if asked else [])
    assert site.refused == ["SPARKPLUG_UNBORN"] * 3
    site.born()
    assert site.say("DDATA", "N/other", alias(1, 7.0)) == []  # a device that wasn't born
    assert site.say("DDATA", "N/D", Metric(alias=77, value=1)) == []  # an alias that wasn't
    assert site.refused == ["SPARKPLUG_UNBORN"] * 5


def test_a_gap_is_taken_and_the_births_asked_for(site: Site) -> None:
    site.born()
    assert site.say("DDATA", "N/D", alias(1, 7.0), sequence=9)
    assert site.host.wanted() == ["spBv1.0/plant/NCMD/N"]
    assert site.say("DDATA", "N/D", alias(1, 7.5), sequence=9)  # the same number is the same message again
    assert site.say("DDATA", "N/D", alias(1, 8.0))
    site.sequence = 255
    site.say("DDATA", "N/D", alias(1, 8.0))
    assert site.sequence == 256
    assert site.say("DDATA", "N/D", alias(1, 9.0))  # 0 after 255
    assert site.refused == []


def test_a_death_makes_what_was_said_last_bad_and_a_birth_makes_it_good(site: Site) -> None:
    born = {event.asset: event for event in site.born()}
    (last,) = site.say("DDATA", "N/D", alias(3, 5))
    died = site.died()
    assert {value.quality for event in died for value in event.values} == {Quality.BAD}
    assert values(died) == {"GW-N": {"load": 0.5}, **values([born["D"], last])}
    (power,) = [event for event in died if event.time == last.time]
    assert record(power) > record(last)
    again = site.born(8, time=last.time)  # whatever clock the node has: not after what it said before
    (power_again,) = [
        replace(event, values=tuple(value for value in event.values if value.channel == "power"))
        for event in again
        if event.asset == "D"
    ]
    assert record(power_again) > record(power)


def test_a_death_of_another_life_changes_nothing(site: Site) -> None:
    assert site.died() == []
    site.born(8)
    assert site.died(7) == []
    assert site.say("DDATA", "N/D", alias(1, 7.0))


def test_a_device_dies_alone(site: Site) -> None:
    site.born(7, "D", "D2")
    died = site.say("DDEATH", "N/D2")
    assert set(values(died)) == {"OTHER"}
    assert site.say("DDATA", "N/D", alias(1, 7.0))
    assert site.say("DDATA", "N/D2", alias(1, 7.0)) == []
    assert site.refused == ["SPARKPLUG_UNBORN"]


@pytest.mark.parametrize("number", [7, 0])  # the life it died in, or the one after 255
def test_a_birth_makes_good_again_what_did_not_change_since(site: Site, number: int) -> None:
    old = replace(POWER, time=NOW)
    site.say("NBIRTH", "N", Metric(name="bdSeq", datatype=Datatype.INT64, value=7), sequence=0)
    site.say("DBIRTH", "N/D", old)
    (died,) = site.say("DDEATH", "N/D") if number == 7 else site.died()
    if number != 7:
        site.say("NBIRTH", "N", Metric(name="bdSeq", datatype=Datatype.INT64, value=number), sequence=0)
    (again,) = site.say("DBIRTH", "N/D", old)
    assert record(again) > record(died)
    assert again.values[0].quality is Quality.GOOD
    late = replace(POWER, time=site.time + 60_000_000)
    assert [each.time for each in site.say("DBIRTH", "N/D", late)] == [late.time]
    assert [each.time for each in site.say("DDATA", "N/D", alias(3, 1, time=NOW - 5_000))] == [NOW - 5_000]


def test_a_node_that_is_born_anew_takes_its_devices_along_only_if_it_died(site: Site) -> None:
    site.born(7, "D", "D2")
    again = site.say("NBIRTH", "N", Metric(name="bdSeq", datatype=Datatype.INT64, value=7), sequence=0)
    assert again == []
    assert site.say("DDATA", "N/D", alias(1, 7.0))
    anew = site.say("NBIRTH", "N", Metric(name="bdSeq", datatype=Datatype.INT64, value=8), sequence=0)
    assert {event.asset for event in anew} == {"D", "OTHER"}
    assert {value.quality for event in anew for value in event.values} == {Quality.BAD}


def test_what_nobody_mapped_is_left_out(site: Site) -> None:
    assert site.say("NBIRTH", "other/node") == []
    assert site.host.decoded("spBv1.0/elsewhere/NDATA/N", encode(Payload(sequence=1)), received=NOW) == []
    for topic in ("spBv1.0/STATE/host", "spBv1.0/plant/NCMD/N", "spBv1.0/plant/DDATA/N", "spBv1.0/plant/NDATA//x"):
        assert site.host.decoded(topic, b"\xff", received=NOW) == []
        assert parse_topic(topic) is None
    assert site.refused == []


def test_one_value_that_means_nothing_refuses_its_event_alone(site: Site) -> None:
    site.born()
    odd = replace(alias(2, value=True), name="Run", datatype=Datatype.STRING, value="maybe", time=NOW)
    found = site.say("DDATA", "N/D", odd, alias(1, 7.0))
    assert values(found) == {"D": {"supplyTemperature": 7.0}}
    assert site.refused == ["EVENT_INVALID"]


@pytest.mark.parametrize("metrics", [(), (Metric(name="bdSeq", value="x", datatype=12),)])
def test_a_birth_without_its_numbers_is_none(site: Site, metrics: tuple[Metric, ...]) -> None:
    assert site.say("NBIRTH", "N", *metrics) == []
    assert site.refused == ["SPARKPLUG_INVALID"]


def test_bytes_are_as_the_specification_writes_them() -> None:
    def field_of(number: int, wire: int) -> bytes:
        return bytes([number << 3 | wire]) if number < 16 else bytes([(number << 3 | wire) & 0x7F | 0x80, number >> 4])

    name = field_of(1, 2) + b"\x01t"
    metric = name + field_of(2, 0) + b"\x05" + field_of(4, 0) + b"\x0a" + field_of(13, 1) + struct.pack("<d", 21.5)
    body = field_of(1, 0) + b"\xe8\x07" + field_of(2, 2) + bytes([len(metric)]) + metric + field_of(3, 0) + b"\x03"
    assert decode(body) == Payload(
        time=1_000_000,
        sequence=3,
        metrics=(Metric(name="t", alias=5, value=21.5, datatype=Datatype.DOUBLE),),
    )
    asked = decode(rebirth(NOW))
    assert [(each.name, each.value) for each in asked.metrics] == [("Node Control/Rebirth", True)]


@given(st.integers(-(2**63), 2**63 - 1), st.sampled_from([1, 2, 3, 4]))
def test_numbers_keep_their_signs(number: int, datatype: int) -> None:
    bits = {1: 8, 2: 16, 3: 32, 4: 64}[datatype]
    number = (number + (1 << bits - 1)) % (1 << bits) - (1 << bits - 1)
    (metric,) = decode(encode(Payload(metrics=(Metric(name="x", value=number, datatype=datatype),)))).metrics
    assert metric.signed(datatype) == number


@given(st.binary(max_size=120), st.sampled_from(list(Kind)))
def test_any_bytes_are_read_or_refused(body: bytes, kind: Kind) -> None:
    host = Host(Mapping(parse_mapping_file(FILE)), lambda: 0.0)
    device = "/D" if kind.of_device else ""
    assert all(
        isinstance(each, Event | Problem)
        for each in host.decoded(f"spBv1.0/plant/{kind}/N{device}", body, received=NOW)
    )


def test_what_is_compressed_is_refused() -> None:
    with pytest.raises(SparkplugInvalid):
        decode(b"\x22\x12SPBV1.0_COMPRESSED")


def test_the_file_says_what_to_subscribe_to_and_has_examples(mapping: Mapping) -> None:
    assert mapping.sparkplug_filters == ("spBv1.0/plant/#",)
    assert mapping.filters == ()
    assert failed_examples(mapping, received=NOW) == []
    with pytest.raises(MappingInvalid):
        parse_mapping_file(FILE.replace("spBv1.0/plant/+/{node}/{device}", "spBv1.0/plant/DDATA/{node}/{device}"))
