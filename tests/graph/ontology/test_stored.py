from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.ontology import Codecs, GeoPoint, Json, parse_ontology
from graph.ontology.stored import stored_fault

THING = Codecs(
    parse_ontology("""
format: twin-ontology/1
name: stored
enums: {Fuel: {values: [DIESEL, GAS]}}
assetTypes:
  Thing:
    properties:
      text: {datatype: string, pattern: "[a-z]*"}
      truth: {datatype: boolean}
      count: {datatype: int, minimum: 0}
      number: {datatype: float, maximum: 100}
      cost: {datatype: decimal, scale: 2}
      day: {datatype: date}
      moment: {datatype: datetime}
      ride: {datatype: duration}
      place: {datatype: point}
      fuel: {datatype: enum, enum: Fuel}
      tags: {datatype: list, items: {datatype: int}}
      notes: {datatype: map}
      seal: {datatype: object, fields: {maker: {datatype: string, required: true}}}
""")
).asset("Thing")

SENT: dict[str, st.SearchStrategy[Any]] = {
    "text": st.from_regex(r"[a-z]*", fullmatch=True),
    "truth": st.booleans(),
    "count": st.integers(0, 2**63 - 1),
    "number": st.floats(max_value=100, allow_nan=False, allow_infinity=False),
    "cost": st.decimals("-9999", "9999", places=2).map(str),
    "day": st.dates(min_value=date(1000, 1, 1)).map(str),
    "moment": st.datetimes(datetime(1000, 1, 1)).map(lambda each: f"{each.isoformat(timespec='milliseconds')}Z"),  # noqa: DTZ001
    "ride": st.integers(0, 10**9).map(lambda seconds: f"PT{seconds}S"),
    "place": st.builds(lambda x, y: {"longitude": x, "latitude": y}, st.floats(-180, 180), st.floats(-90, 90)),
    "fuel": st.sampled_from(["DIESEL", "GAS"]),
    "tags": st.lists(st.integers(-9, 9)),
    "notes": st.dictionaries(st.text("ab", max_size=3), st.none() | st.booleans() | st.text("xyz")).map(dict),
    "seal": st.text("abc").map(lambda maker: {"maker": maker}),
}


@given(st.fixed_dictionaries({}, optional=SENT))
def test_what_writing_stores_is_right(sent: dict[str, Json]) -> None:
    checked = THING.new(sent)
    assert checked.problems == ()
    assert [stored_fault(THING.codecs[name], value) for name, value in checked.values.items() if value is not None] == [
        None
    ] * len(sent)


@pytest.mark.parametrize(
    ("name", "value", "wrong_type"),
    [
        ("text", 7, True),
        ("text", "ABC", False),
        ("truth", 1, True),
        ("count", True, True),
        ("count", -1, False),
        ("number", 5, True),
        ("number", 101.0, False),
        ("number", float("nan"), False),
        ("cost", "12.50", True),
        ("day", datetime(2020, 1, 1, tzinfo=UTC), True),
        ("moment", date(2020, 1, 1), True),
        ("moment", datetime(2020, 1, 1, microsecond=1, tzinfo=UTC), False),
        ("ride", "PT5M", True),
        ("ride", timedelta(seconds=-1), False),
        ("place", (1.0, 2.0), True),
        ("place", GeoPoint(longitude=200.0, latitude=0.0), False),
        ("fuel", "WOOD", False),
        ("tags", [1, "2"], True),
        ("tags", 1, True),
        ("notes", "{", False),
        ("notes", '{"b":1,"a":2}', False),
        ("notes", {"a": 1}, True),
        ("seal", "{}", False),
        ("seal", '{"maker":"x","more":1}', False),
    ],
)
def test_what_writing_would_not_store(name: str, value: object, wrong_type: bool) -> None:
    fault = stored_fault(THING.codecs[name], value)
    assert fault is not None
    assert fault.wrong_type is wrong_type
    assert fault.expected
