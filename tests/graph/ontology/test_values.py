"""Values in and out: what is stored, what is refused, and that everything stored shows as it came."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import UnitInvalid, ValueInvalid
from graph.ontology import Classification, Datatype, EnumType, GeoPoint, Json, PropertyDefinition, Stored
from graph.ontology.values import codec, show, store

STRING, INT, FLOAT = Datatype.STRING, Datatype.INT, Datatype.FLOAT
FUEL = EnumType(id="enum:Fuel", name="Fuel", values=("DIESEL", "GAS"))


def define(
    datatype: Datatype,
    *,
    name: str = "p",
    unit: str | None = None,
    minimum: float | None = None,
    maximum: float | None = None,
    exclusive_minimum: bool = False,
    pattern: str | None = None,
    unique: bool = False,
    scale: int = 0,
    required: bool = False,
    default: Json = None,
    items: PropertyDefinition | None = None,
    fields: tuple[PropertyDefinition, ...] = (),
    classification: Classification = Classification.PUBLIC,
) -> PropertyDefinition:
    return PropertyDefinition(
        id=name,
        name=name,
        datatype=datatype,
        declared_by="T",
        unit=unit,
        minimum=minimum,
        maximum=maximum,
        exclusive_minimum=exclusive_minimum,
        pattern=pattern,
        unique=unique,
        scale=scale,
        required=required,
        default=default,
        enum=FUEL if datatype is Datatype.ENUM else None,
        items=items,
        fields=fields,
        classification=classification,
    )


DECIMAL = define(Datatype.DECIMAL, scale=2)
POINT = define(Datatype.POINT)
PORT = GeoPoint(longitude=8.0, latitude=1.0)
HILL = GeoPoint(longitude=8.0, latitude=1.0, height=2.0)
NUMBERS = define(Datatype.LIST, items=define(FLOAT, name="p[]", unit="kW"))
PAIR = define(
    Datatype.OBJECT,
    fields=(
        define(INT, name="x", required=True),
        define(Datatype.DATE, name="day"),
        define(FLOAT, name="y", default=2.0),
    ),
)

HUGE = int("1" + "0" * 4_000) ** 2
"""More digits than Python writes."""

STORED: list[tuple[PropertyDefinition, Json, Stored, Json]] = [
    (define(STRING), "Grüße 🙂", "Grüße 🙂", "Grüße 🙂"),
    (define(STRING), "", "", ""),
    (define(Datatype.BOOLEAN), False, False, False),
    (define(INT), 5, 5, 5),
    (define(INT), 5.0, 5, 5),
    (define(INT), -(2**63), -(2**63), -(2**63)),
    (define(INT, unit="s"), {"value": 1.5, "unit": "min"}, 90, 90),
    (define(FLOAT), 5, 5.0, 5.0),
    (define(FLOAT, unit="L/s"), {"value": 12.5, "unit": "L/s"}, 12.5, 12.5),
    (define(FLOAT, unit="L/s"), {"value": 12.5}, 12.5, 12.5),
    (define(FLOAT, unit="L/s"), {"value": 45, "unit": "m**3/h"}, 12.5, 12.5),
    (define(FLOAT, unit="degC"), {"value": 77, "unit": "degF"}, 25.0, 25.0),
    (DECIMAL, "12.5", 1250, "12.50"),
    (DECIMAL, 12.5, 1250, "12.50"),
    (DECIMAL, -0.05, -5, "-0.05"),
    (DECIMAL, "+7", 700, "7.00"),
    (define(Datatype.DECIMAL), "7", 7, "7"),
    (define(Datatype.DECIMAL, scale=1, unit="m"), {"value": "125", "unit": "cm"}, 12, "1.2"),
    (define(Datatype.DATE), "2026-01-31", date(2026, 1, 31), "2026-01-31"),
    (
        define(Datatype.DATETIME),
        "2026-01-31T14:00:00+02:00",
        datetime(2026, 1, 31, 12, tzinfo=UTC),
        "2026-01-31T12:00:00.000Z",
    ),
    (define(Datatype.DURATION), "PT90M", timedelta(minutes=90), "PT1H30M"),
    (define(Datatype.ENUM), "GAS", "GAS", "GAS"),
    (POINT, {"longitude": 8, "latitude": 1}, PORT, {"longitude": 8.0, "latitude": 1.0}),
    (POINT, {"longitude": 8, "latitude": 1, "height": 2}, HILL, {"longitude": 8.0, "latitude": 1.0, "height": 2.0}),
    (NUMBERS, [1, {"value": 500, "unit": "W"}], [1.0, 0.5], [1.0, 0.5]),
    (NUMBERS, [], [], []),
    (define(Datatype.MAP), {"b": [1, None], "a": "ü"}, '{"a":"ü","b":[1,null]}', {"a": "ü", "b": [1, None]}),
    (define(Datatype.MAP, items=DECIMAL), {"x": 1}, '{"x":"1.00"}', {"x": "1.00"}),
    (PAIR, {"x": 1, "day": "2026-01-31"}, '{"day":"2026-01-31","x":1,"y":2}', {"x": 1, "day": "2026-01-31", "y": 2}),
]  # fmt: skip


@pytest.mark.parametrize(("definition", "sent", "stored", "shown"), STORED)
def test_what_is_sent_is_stored_and_shown(
    definition: PropertyDefinition, sent: Json, stored: Stored, shown: Json
) -> None:
    result = store(definition, sent)
    assert result == stored
    assert type(result) is type(stored)
    assert show(definition, result) == shown
    assert store(definition, shown) == stored


REFUSED: list[tuple[PropertyDefinition, Json]] = [
    (define(STRING), 5),
    (define(STRING), "nul\0"),
    (define(STRING), "\ud800"),
    (define(STRING), "x" * (1024 * 1024 + 1)),
    (define(STRING, unique=True), "x" * 8_001),
    (define(STRING, unique=True), "ü" * 4_001),
    (define(STRING, pattern="[a-z]+"), "abc1"),
    (define(STRING, pattern="[a-z]+"), "abc\n"),
    (define(Datatype.BOOLEAN), 1),
    (define(Datatype.BOOLEAN), "true"),
    (define(INT), True),
    (define(INT), 1.5),
    (define(INT), "5"),
    (define(INT), 2**63),
    (define(INT), math.inf),
    (define(INT), HUGE),
    (define(INT, minimum=1), 0),
    (define(INT, minimum=0.5), 0),
    (define(INT, minimum=1, exclusive_minimum=True), 1),
    (define(INT, unit="s"), {"value": 1, "unit": "ms"}),
    (define(FLOAT), True),
    (define(FLOAT), "1.5"),
    (define(FLOAT), math.nan),
    (define(FLOAT), -math.inf),
    (define(FLOAT), HUGE),
    (define(FLOAT, maximum=1), 1.0000001),
    (define(FLOAT, minimum=0, exclusive_minimum=True), 0.0),
    (define(FLOAT, minimum=0, exclusive_minimum=True), -0.0),
    (define(FLOAT, unit="kW", maximum=1), {"value": 1001, "unit": "W"}),
    (define(FLOAT, unit="kW"), {"value": math.nan, "unit": "W"}),
    (define(FLOAT, unit="kW"), {"value": 1, "unit": "kW", "extra": 1}),
    (define(FLOAT, unit="kW"), {"unit": "kW"}),
    (define(FLOAT, scale=3), 0.0001),
    (DECIMAL, "0.005"),
    (DECIMAL, 0.005),
    (DECIMAL, "1e3"),
    (DECIMAL, "NaN"),
    (DECIMAL, True),
    (DECIMAL, "9" * 20),
    (define(Datatype.DECIMAL, scale=2, maximum=1), "1.01"),
    (define(Datatype.DATE), 20260131),
    (define(Datatype.DATE), "2026-02-30"),
    (define(Datatype.DATETIME), "2026-01-31T12:00:00"),
    (define(Datatype.DURATION), "P1M"),
    (define(Datatype.ENUM), "gas"),
    (define(Datatype.ENUM), ["GAS"]),
    (POINT, [8, 47]),
    (POINT, {"longitude": 8}),
    (POINT, {"longitude": 181, "latitude": 0}),
    (POINT, {"longitude": 8, "latitude": math.nan}),
    (POINT, {"longitude": 8, "latitude": 1, "height": "x"}),
    (POINT, {"longitude": True, "latitude": 1}),
    (NUMBERS, "kW"),
    (NUMBERS, [None]),
    (NUMBERS, [1, "x"]),
    (define(Datatype.LIST, items=define(INT)), [1 for _ in range(65_537)]),
    (define(Datatype.MAP), {"x": math.nan}),
    (define(Datatype.MAP), {"x": 2**53}),
    (define(Datatype.MAP), {"\ud800": 1}),
    (define(Datatype.MAP), {"x": "nul\0"}),
    (define(Datatype.MAP, items=DECIMAL), {"x": "y"}),
    (PAIR, {"y": 1}),
    (PAIR, {"x": 1, "z": 1}),
    (PAIR, {"x": 1, "day": "x"}),
]


@pytest.mark.parametrize(("definition", "sent"), REFUSED, ids=map(str, range(len(REFUSED))))
def test_what_does_not_fit_is_refused_and_says_what_would(definition: PropertyDefinition, sent: Json) -> None:
    with pytest.raises(ValueInvalid) as caught:
        store(definition, sent)
    assert caught.value.expected
    assert len(caught.value.actual or "x" * 200) < 120


def test_nesting_is_bounded() -> None:
    deep: Json = 1
    for _ in range(5_000):
        deep = [deep]
    with pytest.raises(ValueInvalid):
        store(define(Datatype.MAP), {"x": deep})


@pytest.mark.parametrize("unit", ["m", "kWx", 5, "9**9**9**9"])
def test_another_unit_is_refused_and_the_declared_one_named(unit: Json) -> None:
    with pytest.raises(UnitInvalid) as caught:
        store(define(FLOAT, unit="kW"), {"value": 1, "unit": unit})
    assert "kW" in (caught.value.expected or "")


def test_a_unit_for_what_has_none_is_refused() -> None:
    with pytest.raises(UnitInvalid):
        store(define(FLOAT), {"value": 1, "unit": "kW"})


def test_a_sensitive_value_is_not_repeated_in_its_refusal() -> None:
    with pytest.raises(ValueInvalid) as caught:
        store(define(STRING, pattern="[0-9]+", classification=Classification.SENSITIVE), "secret")
    assert "secret" not in str(caught.value)


def test_ranges_name_their_limits_and_unit() -> None:
    with pytest.raises(ValueInvalid) as caught:
        store(define(FLOAT, unit="kW", minimum=0, maximum=1500), -1)
    assert caught.value.expected == "a number in kW, at least 0 and at most 1500"


def test_operands_of_filters_are_free_of_range_and_pattern() -> None:
    assert codec(define(FLOAT, unit="kW", minimum=0)).operand({"value": -500, "unit": "W"}) == -0.5
    assert codec(define(STRING, pattern="[a-z]+")).operand("A1") == "A1"
    with pytest.raises(ValueInvalid):
        codec(define(FLOAT, minimum=0)).operand("x")


def test_what_can_be_filtered() -> None:
    assert codec(NUMBERS).filterable
    assert not codec(PAIR).filterable
    assert not codec(define(Datatype.LIST, items=PAIR)).filterable


def test_epoch_milliseconds_show_as_datetimes() -> None:
    assert codec(define(Datatype.DATETIME)).show(1_769_860_800_123) == "2026-01-31T12:00:00.123Z"


def test_minus_zero_is_zero() -> None:
    assert math.copysign(1, float(str(store(define(FLOAT), -0.0)))) == 1


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_any_float_in_the_declared_unit_comes_back(value: float) -> None:
    assert store(define(FLOAT, unit="L/s"), {"value": value, "unit": "L/s"}) == value


@given(st.sampled_from([("kW", "W"), ("degC", "degF"), ("L/s", "gallon/min"), ("bar", "Pa")]), st.floats(-1e9, 1e9))
def test_conversion_is_rounded_once(pair: tuple[str, str], value: float) -> None:
    declared, sent = pair
    there = store(define(FLOAT, unit=sent), {"value": value, "unit": declared})
    back = store(define(FLOAT, unit=declared), {"value": there, "unit": sent})  # pyright: ignore[reportArgumentType]
    assert isinstance(back, float)
    assert math.isclose(back, value, rel_tol=1e-12, abs_tol=1e-12)


@given(st.integers(-(2**63), 2**63 - 1), st.integers(0, 18))
def test_any_decimal_comes_back(scaled: int, scale: int) -> None:
    definition = define(Datatype.DECIMAL, scale=scale)
    text = show(definition, scaled)
    assert isinstance(text, str)
    assert Fraction(text) == Fraction(scaled, 10**scale)
    assert store(definition, text) == scaled


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
JSON: st.SearchStrategy[Json] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text("abc", max_size=4), JSON, max_size=5))
def test_any_map_comes_back_and_has_one_text(sent: dict[str, Json]) -> None:
    definition = define(Datatype.MAP)
    stored = store(definition, sent)
    assert show(definition, stored) == sent
    assert store(definition, dict(reversed(sent.items()))) == stored
