"""Mapping files: what a site's own topics and payloads become, and what is wrong with a file."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from app.ingest import Mapping, MappingInvalid, failed_examples
from app.ingest.decoding import Message, decoded
from app.ingest.mapping_document import parse_mapping_file
from graph.errors import Problem
from graph.state import Event, EventInvalid, Value

NOON = 1_780_488_000_000_000  # 2026-06-03T12:00Z

SITE = """
format: twin-mapping/1
topics:
  - topic: site/{building}/{room}/air
    asset: "{building}-{room}"
    source: gateway {building}
    time: at
    timeForm: milliseconds
    id: n
    sequence: n
    channels:
      temperature: {value: readings.0.t, unit: degF, quality: readings.0.q}
      humidity: readings.0.rh
  - topic: plain/{asset}/{channel}
    asset: "{asset}"
    payload: text
    channels: {"{channel}": ""}
  - topic: run/{asset}/#
    asset: "{asset}"
    channels:
      runState: {value: on, values: {"true": RUN, "false": OFF, 2: TRIPPED}}
assets: {B1-7: ROOM-7}
examples:
  - {topic: plain/P1/flow, payload: "3.5", asset: P1, values: {flow: "3.5"}}
  - {topic: run/P1/x/y, payload: {on: true}, asset: P1, values: {runState: RUN}}
  - {topic: run/P1, payload: {on: 2}, asset: P1, values: {runState: TRIPPED}}
  - {topic: run/P1, payload: {on: 7}}
"""


@pytest.fixture(scope="module")
def mapping() -> Mapping:
    return Mapping(parse_mapping_file(SITE))


def mapped(mapping: Mapping, topic: str, payload: Any) -> Event:
    body = payload if isinstance(payload, bytes) else orjson.dumps(payload)
    return mapping.event(topic, body, received=NOON + 1)


def test_a_payload_becomes_an_event(mapping: Mapping) -> None:
    payload = {"at": NOON // 1000, "n": 4, "readings": [{"t": 70, "q": "UNCERTAIN", "rh": 40.5}]}
    assert mapped(mapping, "site/B1/7/air", payload) == Event(
        asset="ROOM-7",
        time=NOON,
        source="gateway B1",
        id="4",
        values=(
            Value(channel="temperature", value=70, unit="degF", quality="UNCERTAIN"),
            Value(channel="humidity", value=40.5),
        ),
        sequence=4,
    )


def test_channels_that_are_not_in_a_payload_are_left_out(mapping: Mapping) -> None:
    event = mapped(mapping, "site/B1/8/air", {"at": NOON // 1000, "readings": [{"rh": 41}]})
    assert [value.channel for value in event.values] == ["humidity"]
    assert event.asset == "B1-8"


def test_without_id_the_same_message_is_the_same_event(mapping: Mapping) -> None:
    one, again = (mapped(mapping, "plain/P1/flow", b"3.5") for _ in range(2))
    assert one.id == again.id
    assert one.id != mapped(mapping, "plain/P2/flow", b"3.5").id
    assert one.time == NOON + 1


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("site/B1/7/air", {"at": "noon", "readings": [{"t": 70}]}),
        ("site/B1/7/air", {"readings": [{"t": 70}]}),
        ("site/B1/7/air", {"at": 1e300, "readings": [{"t": 70}]}),
        ("site/B1/7/air", {"at": 1, "n": "x", "readings": [{"t": 70}]}),
        ("site/B1/7/air", {"at": 1, "readings": []}),
        ("site/B1/7/air", 7),
        ("site/B1/7/air", b"\xff\x00"),
        ("site/B1/7/air", b"[" * 5_000),
        ("site/B1/7/air", b" " * 70_000),
        ("plain/P1/flow", b"\xff\xfe"),
        ("nowhere", b"1"),
    ],
)
def test_other_payloads_are_refused(mapping: Mapping, topic: str, payload: Any) -> None:
    with pytest.raises(EventInvalid):
        mapped(mapping, topic, payload)


def test_filters_are_those_of_the_topics(mapping: Mapping) -> None:
    assert mapping.filters == ("site/+/+/air", "plain/+/+", "run/+/#")
    assert mapping.knows("run/P1")
    assert not mapping.knows("run")


def test_examples_tell_what_comes_out_otherwise(mapping: Mapping) -> None:
    assert failed_examples(mapping, received=NOON) == []
    wrong = Mapping(parse_mapping_file(SITE.replace('values: {flow: "3.5"}', "values: {flow: 3.5}")))
    (problem,) = failed_examples(wrong, received=NOON)
    assert problem.place == "examples[0]"


@pytest.mark.parametrize(
    ("wrong", "right", "place"),
    [
        ("timeForm: weeks", "timeForm: milliseconds", "m.yaml:8:15"),
        ("assett: x\n    asset", "asset", "m.yaml:5:5"),
        ('asset: "{buildin}-{room}"', 'asset: "{building}-{room}"', "m.yaml:5:12"),
        ("topic: site/#/{building}/{room}/air", "topic: site/{building}/{room}/air", "m.yaml:4:12"),
        ("format: twin-mapping/2", "format: twin-mapping/1", "m.yaml:2:9"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(wrong: str, right: str, place: str) -> None:
    with pytest.raises(MappingInvalid) as caught:
        parse_mapping_file(SITE.replace(right, wrong, 1), file="m.yaml")
    assert [problem.place for problem in caught.value.problems] == [place]


def test_cloud_events_go_before_the_mapping_and_others_after(mapping: Mapping) -> None:
    event = {"specversion": "1.0", "id": "1", "source": "s", "type": "t", "subject": "A", "data": {"x": 1}}
    body = orjson.dumps({**event, "time": "2026-06-03T12:00:00Z"})
    for topic, media in (("plain/P1/flow", "application/cloudevents+json; charset=utf-8"), ("else", "")):
        (found,) = decoded(Message(topic=topic, payload=body, received=NOON, media=media), mapping)
        assert isinstance(found, Event)
        assert found.asset == "A"
    (refused,) = decoded(Message(topic="else", payload=b"7", received=NOON), None)
    assert isinstance(refused, Problem)
    assert refused.code == "TOPIC_UNKNOWN"
