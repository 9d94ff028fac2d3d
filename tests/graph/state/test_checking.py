"""What an event may say: of known assets and channels, in the right datatype and dimension, at a time that can be."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from graph.clock import epoch_micros
from graph.errors import TwinError
from graph.ontology import parse_ontology
from graph.state import Event, EventRules, Reading, Span, Value

NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)
SPAN = Span.at(NOW, timedelta(days=30))
RULES = EventRules(
    parse_ontology("""
format: twin-ontology/1
name: channels
enums:
  RunState: {values: [RUNNING, TRIPPED]}
assetTypes:
  Pump:
    channels:
      vibration: {datatype: float, unit: mm/s}
      temperature: {datatype: float, unit: degC}
      starts: {datatype: int}
      running: {datatype: boolean}
      state: {datatype: enum, enum: RunState}
      note: {datatype: string}
  Tank: {}
""")
)


def event(value: object = 1.5, *, channel: str = "vibration", unit: str | None = None, **changes: object) -> Event:
    made = Event(
        asset="P1",
        time=epoch_micros(NOW),
        source="plc",
        id="1",
        values=(Value(channel=channel, value=value, unit=unit),),  # pyright: ignore[reportArgumentType] - any JSON
    )
    return replace(made, **changes)


def checked(given: Event, kind: str | None = "Pump", span: Span = SPAN) -> Reading:
    (found,) = RULES.check(given, kind, span, received=0)
    return found


def refusal(given: Event, kind: str | None = "Pump") -> TwinError:
    with pytest.raises(TwinError) as caught:
        checked(given, kind)
    return caught.value


@pytest.mark.parametrize(
    ("channel", "sent", "unit", "kept"),
    [
        ("vibration", 1, None, 1.0),
        ("vibration", -0.0, None, 0.0),
        ("vibration", 1, "cm/s", 10.0),
        ("temperature", 77, "degF", 25.0),
        ("starts", 5.0, None, 5),
        ("running", True, None, True),
        ("state", "TRIPPED", None, "TRIPPED"),
        ("note", "Überlast", None, "Überlast"),
        ("vibration", None, None, None),
    ],
)
def test_values_are_kept_in_the_channel_s_datatype_and_unit(
    channel: str, sent: object, unit: str | None, kept: object
) -> None:
    found = checked(event(sent, channel=channel, unit=unit)).value
    assert (found, type(found)) == (kept, type(kept))


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        (event(channel="speed"), "UNKNOWN_CHANNEL", "speed"),
        (event("fast"), "VALUE_INVALID", "vibration"),
        (event(float("nan")), "VALUE_INVALID", "vibration"),
        (event(float("inf")), "VALUE_INVALID", "vibration"),
        (event(2**63, channel="starts"), "VALUE_INVALID", "starts"),
        (event("OFF", channel="state"), "VALUE_INVALID", "state"),
        (event(1, unit="kW"), "UNIT_INVALID", "vibration"),
        (event(1, unit="no such"), "UNIT_INVALID", "vibration"),
        (event([1]), "VALUE_INVALID", "vibration"),
        (event("x" * 5_000, channel="note"), "EVENT_TOO_LARGE", "note"),
        (event(id=""), "EVENT_INVALID", "id"),
        (event(id="x" * 600), "EVENT_INVALID", "id"),
        (event(source="\ud800"), "EVENT_INVALID", "source"),
        (event(sequence=2**64), "EVENT_INVALID", "sequence"),
        (event(epoch=-1), "EVENT_INVALID", "epoch"),
        (event(values=()), "EVENT_INVALID", "data"),
        (event(values=(Value(channel="vibration", value=1),) * 257), "EVENT_TOO_LARGE", "data"),
        (event(values=(Value(channel="vibration", value=1, quality="FINE"),)), "VALUE_INVALID", "vibration.quality"),
    ],
)
def test_what_can_t_be_is_refused_with_code_and_place(given: Event, code: str, place: str) -> None:
    error = refusal(given)
    assert (error.code, error.place) == (code, place)


def test_an_asset_has_to_be_there_and_to_have_channels() -> None:
    assert refusal(event(), None).code == "UNKNOWN_ASSET"
    assert "no channels" in (refusal(event(), "Tank").expected or "")


def test_clocks_may_differ_by_a_minute() -> None:
    ahead = epoch_micros(NOW + timedelta(seconds=60))
    assert checked(event(time=ahead)).time == ahead
    error = refusal(event(time=ahead + 1_000_000))
    assert (error.code, error.actual) == ("EVENT_IN_FUTURE", "61 s ahead")


def test_what_history_no_longer_keeps_is_refused() -> None:
    old = epoch_micros(NOW - timedelta(days=30))
    assert checked(event(time=old)).time == old
    assert refusal(event(time=old - 1)).code == "EVENT_TOO_OLD"
    forever = Span.at(NOW, None)
    assert checked(event(time=0), span=forever).time == 0


def test_an_event_is_taken_whole_or_not_at_all() -> None:
    both = (Value(channel="vibration", value=1), Value(channel="speed", value=1))
    assert refusal(event(values=both)).code == "UNKNOWN_CHANNEL"
