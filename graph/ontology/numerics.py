"""Numbers: int, float and decimal, with ranges and units."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import cast

from graph.errors import UnitInvalid
from graph.ontology.codec import Stored, refusal
from graph.ontology.model import Json, PropertyDefinition
from graph.ontology.units import conversion

INT_LEAST, INT_MOST = -(2**63), 2**63 - 1
_DECIMAL = re.compile(r"[-+]?[0-9]{1,40}(\.[0-9]{1,40})?", re.ASCII)


def store_float(definition: PropertyDefinition) -> Callable[[Json], Stored]:
    """Return a function that takes finite numbers in range; -0.0 is stored as 0.0."""
    least, most = _float_range(definition)
    decimals = definition.scale
    expected = _expected(definition, f"a number with at most {decimals} decimals" if decimals else "a number")

    def store(value: Json) -> Stored:
        number = value if type(value) is float else _as_float(definition, value, expected)
        if not least <= number <= most or (decimals and round(number, decimals) != number):
            raise refusal(definition, value, expected)
        return number + 0.0

    return store


def store_int(definition: PropertyDefinition) -> Callable[[Json], Stored]:
    """Return a function that takes integers of 64 bits in range; 5.0 counts as 5."""
    least, most = scaled_range(definition, 1)
    expected = _expected(definition, "a whole number of 64 bits")

    def store(value: Json) -> Stored:
        number = value if type(value) is int else _as_int(definition, value, expected)
        if not least <= number <= most:
            raise refusal(definition, value, expected)
        return number

    return store


def store_decimal(definition: PropertyDefinition) -> Callable[[Json], Stored]:
    """Return a function that takes decimals, as text or number, and gives them scaled by 10**scale."""
    power = 10**definition.scale
    least, most = scaled_range(definition, power)
    kind = f"a decimal with at most {definition.scale} decimals, such as {show_decimal(definition)(power)!r}"
    expected = _expected(definition, kind)

    def store(value: Json) -> Stored:
        scaled = _as_scaled(definition, value, power, expected)
        if not least <= scaled <= most:
            raise refusal(definition, value, expected)
        return scaled

    return store


def show_decimal(definition: PropertyDefinition) -> Callable[[Stored], Json]:
    """Return a function that writes a scaled integer as decimal text, always with `scale` decimals."""
    scale = definition.scale

    def show(stored: Stored) -> Json:
        number = cast("int", stored)
        if not scale:
            return str(number)
        digits = f"{abs(number):0{scale + 1}d}"
        return f"{'-' if number < 0 else ''}{digits[:-scale]}.{digits[-scale:]}"

    return show


def _as_float(definition: PropertyDefinition, value: Json, expected: str) -> float:
    number = _amount(definition, value, expected) if type(value) is dict else value
    if type(number) is bool or not isinstance(number, int | float | Fraction):
        raise refusal(definition, value, expected)
    try:
        return float(number)
    except OverflowError as error:
        raise refusal(definition, value, expected) from error


def _as_int(definition: PropertyDefinition, value: Json, expected: str) -> int:
    number = _amount(definition, value, expected) if type(value) is dict else value
    if type(number) is int:
        return number
    if isinstance(number, float | Fraction) and math.isfinite(number) and number == int(number):
        return int(number)
    raise refusal(definition, value, expected)


def _as_scaled(definition: PropertyDefinition, value: Json, power: int, expected: str) -> int:
    number = _amount(definition, value, expected) if type(value) is dict else value
    if isinstance(number, Fraction):
        return round(number * power)
    if type(number) is int:
        return number * power
    if type(number) is float and math.isfinite(number):
        exact = Fraction(repr(number)) * power
    elif type(number) is str and _DECIMAL.fullmatch(number):
        exact = Fraction(number) * power
    else:
        raise refusal(definition, value, expected)
    if exact.denominator != 1:
        raise refusal(definition, value, expected)
    return int(exact)


def _amount(definition: PropertyDefinition, sent: dict[str, Json], expected: str) -> int | float | str | Fraction:
    """Return the number of `{"value": ..., "unit": ...}` in the declared unit, exact where it was converted."""
    number, unit = sent.get("value"), sent.get("unit")
    if not sent.keys() <= {"value", "unit"} or type(number) not in (int, float, str):
        raise refusal(definition, sent, f'{expected}, alone or as {{"value": ..., "unit": ...}}')
    plain = cast("int | float | str", number)
    if unit is None or unit == definition.unit:
        return plain
    if not isinstance(unit, str) or definition.unit is None:
        raise UnitInvalid(
            f"{definition.name} has no unit" if definition.unit is None else "A unit is text",
            expected=definition.unit or "a plain number",
            actual=str(unit)[:64],
        )
    finite = bool(_DECIMAL.fullmatch(plain)) if isinstance(plain, str) else math.isfinite(plain)
    if not finite:
        raise refusal(definition, plain, expected)
    return conversion(unit, definition.unit)(plain)


def _float_range(definition: PropertyDefinition) -> tuple[float, float]:
    least = -sys.float_info.max if definition.minimum is None else definition.minimum
    most = sys.float_info.max if definition.maximum is None else definition.maximum
    if definition.exclusive_minimum and definition.minimum is not None:
        least = math.nextafter(definition.minimum, math.inf)
    return least, most


def scaled_range(definition: PropertyDefinition, power: int) -> tuple[int, int]:
    """Return the least and the largest integer of a range, as they are stored: scaled by `power`."""
    least, most = INT_LEAST, INT_MOST
    if definition.minimum is not None:
        exact = Fraction(repr(definition.minimum)) * power
        least = math.floor(exact) + 1 if definition.exclusive_minimum else math.ceil(exact)
    if definition.maximum is not None:
        most = math.floor(Fraction(repr(definition.maximum)) * power)
    return max(least, INT_LEAST), min(most, INT_MOST)


def _expected(definition: PropertyDefinition, kind: str) -> str:
    limits: list[str] = []
    if definition.minimum is not None:
        limits.append(f"{'above' if definition.exclusive_minimum else 'at least'} {_short(definition.minimum)}")
    if definition.maximum is not None:
        limits.append(f"at most {_short(definition.maximum)}")
    unit = f" in {definition.unit}" if definition.unit else ""
    return f"{kind}{unit}{', ' if limits else ''}{' and '.join(limits)}"


def _short(limit: float) -> str:
    return f"{Decimal(repr(limit)).normalize():f}" if 1e-6 <= abs(limit) < 1e15 or limit == 0 else repr(limit)
