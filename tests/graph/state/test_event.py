"""Readings are ordered by event time, source epoch, sequence, event id and payload; their records sort as they do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from graph.state import Reading, newest, reading_of

TIMES = st.integers(min_value=-(2**62), max_value=2**62)
UNSIGNED = st.one_of(st.integers(0, 3), st.integers(0, 2**64 - 1))
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=5)
FINITE = st.floats(allow_nan=False, allow_infinity=False)  # the others are refused when an event is checked
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**63 - 1), FINITE, TEXTS)


def reading(**changes: object) -> Reading:
    plain: dict[str, object] = {
        "asset": "P1",
        "channel": "vibration",
        "value": 1.5,
        "time": 1_000_000,
        "epoch": 0,
        "sequence": 0,
        "event": "e",
        "source": "s",
        "quality": "GOOD",
        "received": 7,
    }
    return Reading(**(plain | changes))  # pyright: ignore[reportArgumentType] - the names are those of its fields


READINGS = st.builds(
    reading,
    time=st.one_of(st.integers(0, 2), TIMES),
    epoch=UNSIGNED,
    sequence=UNSIGNED,
    event=TEXTS,
    source=TEXTS,
    value=VALUES,
    quality=st.sampled_from(["GOOD", "BAD"]),
)


@given(READINGS, READINGS)
def test_records_sort_as_the_parts_of_the_key_do(one: Reading, other: Reading) -> None:
    keys = [(each.time, each.epoch, each.sequence) for each in (one, other)]
    if keys[0] != keys[1]:
        assert (one.record < other.record) is (keys[0] < keys[1])


@given(READINGS)
def test_a_record_holds_the_reading(one: Reading) -> None:
    again = reading_of("P1", "vibration", one.record, 7)
    assert again == one
    assert type(again.value) is type(one.value)
    assert again.record == one.record


def test_an_id_that_begins_as_another_comes_first() -> None:
    ids = ["a", "a ", "a!", "aa", "b"]
    records = [reading(event=each, value=value).record for each in ids for value in (1, 2)]
    assert records == sorted(records)


def test_records_are_ascii_whatever_they_hold() -> None:
    record = reading(event="\u00e9\t\U0001f600", source="\u00fc", value="\u6c34").record
    assert record.isascii()
    assert record.count("\t") == 2


@given(st.lists(READINGS, max_size=6), st.randoms())
def test_the_newest_is_the_same_in_any_order(readings: list[Reading], random: object) -> None:
    shuffled = [*readings, *readings]
    random.shuffle(shuffled)  # pyright: ignore[reportAttributeAccessIssue] - hypothesis's
    found, again = newest(readings), newest(shuffled)
    assert {key: each.record for key, each in found.items()} == {key: each.record for key, each in again.items()}
