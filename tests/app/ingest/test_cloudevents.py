"""CloudEvents in every form become the same events; what is none says why, and its neighbours go on."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ingest import binary_event, event_of, structured_events
from graph.errors import LimitExceeded, Problem
from graph.state import Event, EventInvalid, Value

PLAIN: dict[str, Any] = {
    "specversion": "1.0",
    "id": "17",
    "source": "/plant/plc-7",
    "type": "reading",
    "subject": "NBR-CH-1",
    "time": "2026-12-01T08:00:00.25+01:00",
    "data": {"supplyTemperature": 6.5},
}
MEANT = Event(
    asset="NBR-CH-1",
    time=1_796_108_400_250_000,
    source="/plant/plc-7",
    id="17",
    values=(Value(channel="supplyTemperature", value=6.5),),
)


def test_every_form_is_read_as_the_same_event() -> None:
    body = orjson.dumps(PLAIN)
    headers = {f"ce-{name}": str(value) for name, value in PLAIN.items() if name != "data"}
    assert structured_events(body) == [MEANT]
    assert structured_events(b"[" + body + b"," + body + b"]") == [MEANT, MEANT]
    assert structured_events(body + b"\n\n" + body + b"\r\n", lines=True) == [MEANT, MEANT]
    assert binary_event(headers, orjson.dumps(PLAIN["data"])) == [MEANT]


def test_headers_are_percent_encoded() -> None:
    headers = {f"ce-{name}": str(value) for name, value in PLAIN.items() if name != "data"}
    (event,) = binary_event({**headers, "ce-subject": "K%C3%A4lte%201"}, b"{}")
    assert isinstance(event, Event)
    assert event.asset == "Kälte 1"


def test_values_have_unit_and_quality_and_null_deletes() -> None:
    data = {"a": {"value": 70, "unit": "degF", "quality": "UNCERTAIN"}, "b": None, "c": {"value": None}, "d": "ON"}
    assert event_of({**PLAIN, "data": data}).values == (
        Value(channel="a", value=70, unit="degF", quality="UNCERTAIN"),
        Value(channel="b", value=None),
        Value(channel="c", value=None),
        Value(channel="d", value="ON"),
    )


@pytest.mark.parametrize("number", [2**64 - 1, str(2**64 - 1)])
def test_sequence_and_epoch_are_unsigned_numbers(number: object) -> None:
    event = event_of({**PLAIN, "sequence": number, "epoch": 3})
    assert (event.sequence, event.epoch) == (2**64 - 1, 3)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"id": None}, "id"),
        ({"subject": 7}, "subject"),
        ({"specversion": "0.3"}, "specversion"),
        ({"time": "yesterday"}, "time"),
        ({"time": "2026-12-01T08:00:00"}, "time"),
        ({"time": "2026-12-01"}, "time"),
        ({"data": [1]}, "data"),
        ({"data": None, "data_base64": "AA=="}, "data"),
        ({"data": {"a": {"unit": "kW"}}}, "data.a"),
        ({"data": {"a": {"value": 1, "at": 2}}}, "data.a"),
        ({"sequence": "minus"}, "sequence"),
        ({"epoch": 1.5}, "epoch"),
    ],
)
def test_what_is_no_event_says_where(changes: dict[str, object], place: str) -> None:
    with pytest.raises(EventInvalid) as caught:
        event_of({**PLAIN, **changes})
    assert caught.value.place == place


def test_one_wrong_line_or_number_leaves_the_others_alone() -> None:
    good = orjson.dumps(PLAIN)
    found = structured_events(b"\n".join([good, b"\x00\xff", b"[1]", b"7", good]), lines=True)
    assert [isinstance(each, Event) for each in found] == [True, False, False, False, True]
    with_nan = structured_events(b"[" + good + b"," + good.replace(b"6.5", b"NaN") + b"]")
    assert with_nan[0] == MEANT
    assert isinstance(with_nan[1], Event)  # a channel's value that no channel takes


def test_too_much_is_refused() -> None:
    long = orjson.dumps({**PLAIN, "data": {"note": "x" * 70_000}})
    (found,) = structured_events(long, lines=True)
    assert isinstance(found, Problem)
    assert found.code == "EVENT_TOO_LARGE"
    with pytest.raises(LimitExceeded):
        structured_events(b"x\n" * 50_001, lines=True)


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_events_or_refused(body: bytes, lines: bool) -> None:
    with suppress(EventInvalid):
        assert all(isinstance(each, Event | Problem) for each in structured_events(body, lines=lines))
