"""Units: which are known, what they measure, and that conversion loses nothing it need not."""

from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import UnitInvalid
from graph.ontology.units import check_quantity, check_unit, conversion, float_conversion

ALIKE = [
    ("kW", "W"),
    ("degC", "degF"),
    ("L/s", "m**3/h"),
    ("gallon/min", "L/s"),
    ("mm/s", "inch/s"),
    ("bar", "psi"),
    ("GiB", "GB"),
    ("%", "dimensionless"),
    ("kWh", "MJ"),
]


@pytest.mark.parametrize("unit", ["kW", "L/s", "m³/h", "°C", "%", "W/(m**2*K)", "1/s", "m**-1", "kVA", "µm/s", "Ω", ""])
def test_units_of_the_trade_are_known(unit: str) -> None:
    check_unit(unit)


@pytest.mark.parametrize(
    "unit",
    [
        "kWx",
        "9**9**9**9",
        "2*m",
        "m**999",
        "(m",
        "m)",
        "m/",
        "**",
        "__import__('os')",
        "m;m",
        "x" * 65,
        "\ud800",
        "m\0",
        "$",
    ],
)
def test_what_is_no_unit_is_refused(unit: str) -> None:
    with pytest.raises(UnitInvalid):
        check_unit(unit)


@given(st.text(alphabet="mskWL/*()^ 123-²³°%", max_size=12))
def test_no_text_breaks_more_than_itself(text: str) -> None:
    with contextlib.suppress(UnitInvalid):
        check_unit(text)


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        (77.0, "degF", "degC", 25.0),
        (25.0, "degC", "degF", 77.0),
        (20.0, "degC", "K", 293.15),
        (20.0, "delta_degC", "K", 20.0),
        (100.0, "gallon/min", "L/s", 6.30901964),
        (12.5, "L/min", "m**3/h", 0.75),
        (0.1, "kW", "W", 100.0),
        (55.0, "%", "", 0.55),
        (1.1, "kWh", "J", 3.96e6),
    ],
)
def test_known_conversions_are_exact(value: float, source: str, target: str, result: float) -> None:
    assert float(conversion(source, target)(value)) == result


@given(st.sampled_from(ALIKE), st.floats(-1e12, 1e12))
def test_there_and_back_is_where_it_began(pair: tuple[str, str], value: float) -> None:
    there, back = conversion(*pair), conversion(*reversed(pair))
    assert float(back(there(value))) == value


@given(pair=st.sampled_from(ALIKE), value=st.floats(allow_nan=False, allow_infinity=False))
def test_floats_are_converted_to_the_nearest(pair: tuple[str, str], value: float) -> None:
    try:
        expected = float(conversion(*pair)(value))
    except OverflowError:
        with pytest.raises(OverflowError):
            float_conversion(*pair)(value)
    else:
        assert float_conversion(*pair)(value) == expected


def test_a_text_is_converted_as_the_decimal_it_is() -> None:
    assert conversion("kW", "W")("0.1") == Fraction(100)


@pytest.mark.parametrize(("source", "target"), [("kW", "L/s"), ("m", "m**2"), ("degC", "kW"), ("s", "")])
def test_another_dimension_is_refused_and_the_declared_unit_named(source: str, target: str) -> None:
    with pytest.raises(UnitInvalid) as caught:
        conversion(source, target)
    assert target in (caught.value.expected or "")
    assert source in (caught.value.actual or "")


def test_logarithmic_units_are_not_converted() -> None:
    check_unit("dBm")
    with pytest.raises(UnitInvalid) as caught:
        conversion("dBm", "W")
    assert "declared unit" in (caught.value.hint or "")


def test_quantity_kinds() -> None:
    check_quantity("kVA", "power")
    check_quantity("m**3/h", "volumetric_flow_rate")
    check_quantity("%", "dimensionless")
    with pytest.raises(UnitInvalid):
        check_quantity("kW", "pressure")
    with pytest.raises(UnitInvalid) as caught:
        check_quantity("kW", "presure")
    assert caught.value.hint == "Did you mean pressure?"
