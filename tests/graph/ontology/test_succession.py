"""One property takes the place of another: values that say the same, back and forth, or an error."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import InvalidInput
from graph.ontology import parse_ontology
from graph.ontology.codec import Stored
from graph.ontology.succession import Succession, succession

HEAD = "format: twin-ontology/1\nname: t\nenums: {Fuel: {values: [OIL, GAS]}, Energy: {values: [LIQUID, GAS]}}\n"


def pair(leader: str, follower: str, table: str = "{}") -> Succession:
    properties = f"a: {{{leader}}}, b: {{{follower}, follows: {{property: a, values: {table}}}}}"
    kind = parse_ontology(f"{HEAD}assetTypes: {{T: {{properties: {{{properties}}}}}}}\n").asset_types["T"]
    return succession(kind.properties["a"], kind.properties["b"])


@pytest.mark.parametrize(
    ("leader", "follower", "before", "after"),
    [
        ("datatype: float, unit: gallon/min", "datatype: float, unit: L/s", 100.0, 6.30901964),
        ("datatype: float, unit: degF", "datatype: float, unit: degC", 77.0, 25.0),
        ("datatype: int, unit: m", "datatype: int, unit: mm", 3, 3000),
        ("datatype: int", "datatype: float", 7, 7.0),
        ("datatype: float", "datatype: int", 7.0, 7),
        ("datatype: float", "datatype: decimal, scale: 2", 7.25, 725),
        ("datatype: decimal, scale: 2", "datatype: float", 725, 7.25),
        ("datatype: string", "datatype: float", "7.25", 7.25),
        ("datatype: string", "datatype: int", " 12 ", 12),
        ("datatype: string", "datatype: decimal, scale: 1", "12.5", 125),
        ("datatype: int", "datatype: string", 12, "12"),
        ("datatype: float", "datatype: string", 12.5, "12.5"),
        ("datatype: boolean", "datatype: string", True, "true"),
        ("datatype: string", "datatype: boolean", "False", False),
        ("datatype: string", "datatype: enum, enum: Fuel", "OIL", "OIL"),
        ("datatype: enum, enum: Fuel", "datatype: string", "OIL", "OIL"),
        ("datatype: date", "datatype: datetime", date(2026, 1, 31), datetime(2026, 1, 31, tzinfo=UTC)),
        ("datatype: datetime", "datatype: date", datetime(2026, 1, 31, tzinfo=UTC), date(2026, 1, 31)),
        ("datatype: string", "datatype: string", "as it is", "as it is"),
        ("datatype: list, items: {datatype: int}", "datatype: list, items: {datatype: int}", [1, 2], [1, 2]),
    ],
)
def test_a_value_becomes_what_means_the_same(leader: str, follower: str, before: Stored, after: Stored) -> None:
    found = pair(leader, follower)

    assert found.up(before) == after
    assert found.up(found.down(after)) == after
    assert found.agree(before, after)


@pytest.mark.parametrize(
    ("leader", "follower", "value"),
    [
        ("datatype: string", "datatype: float", "many"),
        ("datatype: string", "datatype: int", "7.5"),
        ("datatype: string", "datatype: boolean", "yes"),
        ("datatype: string", "datatype: enum, enum: Fuel", "COAL"),
        ("datatype: enum, enum: Fuel", "datatype: enum, enum: Energy", "OIL"),
        ("datatype: float", "datatype: int", 7.5),
        ("datatype: int", "datatype: float", 2**53 + 1),
        ("datatype: int, unit: mm", "datatype: int, unit: m", 1500),
        ("datatype: float", "datatype: float, maximum: 5", 7.5),
        ("datatype: float", "datatype: decimal, scale: 1", 7.25),
        ("datatype: datetime", "datatype: date", datetime(2026, 1, 31, 12, tzinfo=UTC)),
        ("datatype: float, unit: GW", "datatype: float, unit: W", 1e305),
    ],
)
def test_a_value_that_would_be_lost_or_wrong_is_refused(leader: str, follower: str, value: Stored) -> None:
    found = pair(leader, follower)

    with pytest.raises(InvalidInput):
        found.up(value)
    assert not found.total or leader.startswith("datatype: float, unit"), "only what can overflow is taken for total"


def test_a_table_says_what_becomes_of_values_and_goes_back_to_the_first() -> None:
    found = pair("datatype: string", "datatype: boolean", "{'on': 'true', open: 'true', 'off': 'false'}")

    assert [found.up(each) for each in ("on", "open", "off", "true")] == [True, True, False, True]
    assert (found.down(True), found.down(False)) == ("on", "off")
    assert found.agree("open", following=True)


def test_enums_that_were_joined() -> None:
    found = pair("datatype: enum, enum: Fuel", "datatype: enum, enum: Energy", "{OIL: LIQUID}")

    assert (found.up("OIL"), found.up("GAS"), found.down("LIQUID"), found.down("GAS")) == (
        "LIQUID",
        "GAS",
        "OIL",
        "GAS",
    )


def test_what_the_old_one_cannot_say_is_refused() -> None:
    found = pair("datatype: int, unit: m", "datatype: int, unit: mm")

    with pytest.raises(InvalidInput):
        found.down(1500)


@given(value=st.floats(min_value=-1e12, max_value=1e12, allow_nan=False))
def test_units_there_and_back(value: float) -> None:
    found = pair("datatype: float, unit: degF", "datatype: float, unit: degC")

    assert found.total
    assert found.agree(found.down(found.up(value)), found.up(value))
