"""Units: is this one, are two alike, how is a value converted. The one place that knows pint.

Conversions are exact rational arithmetic and rounded once, so 100 gallon/min is 6.30901964 L/s and 77 degF is 25 degC
to the last digit. pint is loaded on first use, because it takes half a second that most commands don't need.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from tokenize import TokenError
from typing import TYPE_CHECKING, Any

from graph.errors import UnitInvalid

if TYPE_CHECKING:
    import pint

UNIT_LENGTH = 64

# What a unit may look like. pint evaluates numbers, and 9**9**9**9 would keep it busy for good.
_POWER = r"(?:(?:\*\*|\^)\s?(?:-?[0-9]{1,2}|\(-?[0-9]{1,2}\))|[⁻]?[²³¹⁰⁴⁵⁶⁷⁸⁹])"
_FACTOR = rf"(?:1|%|[^\W\d]\w*|°\w+|Ω){_POWER}?"
_UNIT = re.compile(rf"[( ]*{_FACTOR}(?:[) ]*(?:[*/·⋅]|\bper\b| )[( ]*{_FACTOR})*[) ]*")
_PINT_FAULTS = (
    AttributeError,
    ValueError,
    TypeError,
    AssertionError,
    TokenError,
    SyntaxError,
    KeyError,
    ZeroDivisionError,
)


_QUANTITY_NAMES = """
acceleration activity area capacitance charge concentration conductance current density electric_field
electric_potential energy entropy fluidity force frequency heat_transmission illuminance inductance intensity
kinematic_viscosity length luminance luminosity magnetic_field magnetic_flux mass molar_entropy momentum power
pressure resistance resistivity speed substance temperature time torque velocity viscosity volume
volumetric_flow_rate wavenumber
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """An exact straight-line conversion: `value * factor + offset`."""

    factor: Fraction
    offset: Fraction

    def __call__(self, value: float | str | Fraction) -> Fraction:
        """Return `value` converted; a float counts as the decimal number it prints as."""
        return Fraction(repr(value) if isinstance(value, float) else value) * self.factor + self.offset


def check_unit(unit: str) -> None:
    """Raise UnitInvalid unless `unit` is one that pint knows."""
    _parsed(unit)


def check_quantity(unit: str, quantity: str) -> None:
    """Raise UnitInvalid unless `unit` measures `quantity` (pint's dimension names: power, pressure, ...)."""
    dimension = _quantities().get(quantity)
    if dimension is None:
        close = difflib.get_close_matches(quantity, _quantities(), n=3)
        raise UnitInvalid(
            f"Unknown quantity kind {quantity!r}",
            expected="a quantity kind such as power, pressure, temperature or volumetric_flow_rate",
            actual=quantity,
            hint=f"Did you mean {' or '.join(close)}?" if close else None,
        )
    if _parsed(unit).dimensionality != dimension:
        raise UnitInvalid(f"{unit} does not measure {quantity}", expected=f"a unit of {quantity}", actual=unit)


@lru_cache(maxsize=4096)
def conversion(source: str, target: str) -> Conversion:
    """Return how values in `source` become values in `target`, or raise UnitInvalid with `target` in `expected`."""
    from_unit, to_unit = _parsed(source, expected=target), _parsed(target)
    if from_unit.dimensionality != to_unit.dimensionality:
        raise UnitInvalid(
            f"{source} can't be converted to {target}: they measure different things",
            expected=f"{target} or another unit of {_dimension(to_unit)}",
            actual=f"{source} ({_dimension(from_unit)})",
        )
    try:
        zero, one = (_converted(Fraction(value), from_unit, to_unit) for value in (0, 1))
    except (*_PINT_FAULTS, ArithmeticError) as error:
        raise UnitInvalid(
            f"{source} can't be converted to {target}",
            expected=target,
            actual=source,
            hint="Logarithmic units such as dB are taken in the declared unit alone",
        ) from error
    return Conversion(factor=one - zero, offset=zero)


@lru_cache(maxsize=4096)
def float_conversion(source: str, target: str) -> Callable[[float], float]:
    """Return what gives the float nearest to a finite one converted: what `conversion` gives, in an eighth of the time.

    It raises OverflowError where there is none. Raises UnitInvalid as `conversion` does.
    """
    exact = conversion(source, target)
    factor, offset = exact.factor, exact.offset
    below = factor.denominator * offset.denominator
    times, more = factor.numerator * offset.denominator, offset.numerator * factor.denominator

    def converted(value: float) -> float:
        whole, _, decimals = repr(value).partition(".")
        if not decimals.isdigit():
            return float(exact(value))
        power = 10 ** len(decimals)
        # Python divides whole numbers of any size with one rounding.
        return (int(whole + decimals) * times + more * power) / (below * power)

    return converted


def _converted(value: Fraction, source: pint.Unit, target: pint.Unit) -> Fraction:
    magnitude = _registry().Quantity(value, source).to(target).magnitude
    if isinstance(magnitude, float):
        raise UnitInvalid("Not an exact conversion")
    return Fraction(magnitude)


@lru_cache(maxsize=4096)
def _parsed(unit: str, *, expected: str | None = None) -> pint.Unit:
    fault: Exception | None = None
    if len(unit) <= UNIT_LENGTH and (_UNIT.fullmatch(unit) or unit == ""):
        try:
            return _registry().Unit(unit)
        except _PINT_FAULTS as error:
            fault = error
    raise UnitInvalid(
        f"Unknown unit {unit[:UNIT_LENGTH]!r}",
        expected=expected or "a unit such as kW, L/s, m**3/h or degC",
        actual=unit[:UNIT_LENGTH],
    ) from fault


def _dimension(unit: pint.Unit) -> str:
    known = [name for name, dimension in _quantities().items() if dimension == unit.dimensionality]
    if known:
        return min(known, key=lambda name: (len(name), name))
    powers: dict[str, Any] = dict(unit.dimensionality)  # its own text fails where a power is a fraction
    return " * ".join(f"{name}**{power}" for name, power in sorted(powers.items()))


@cache
def _quantities() -> dict[str, Any]:
    """Quantity kinds by name, with their dimensions. pint lists them in a private table, so the names are asked for."""
    registry = _registry()
    return {name: registry.get_dimensionality(f"[{name}]") for name in _QUANTITY_NAMES.split()} | {
        "dimensionless": registry.Unit("").dimensionality
    }


@cache
def _registry() -> Any:
    """Types of pint are generic over unknowns, so the registry is untyped here and typed at this module's border."""
    import pint

    registry: Any = pint.UnitRegistry
    return registry(non_int_type=Fraction, cache_folder=None)
