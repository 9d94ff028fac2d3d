"""Exact numbers of the impact model: operability and loss in millionths, needs and capacity in thousandths."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Final, NewType

from graph.errors import ValueInvalid

Operability = NewType("Operability", int)
"""Integer millionths, 0 (down) to 1,000,000 (works fully)."""

DOWN: Final = Operability(0)
FULL: Final = Operability(1_000_000)

MOST: Final = Decimal(1_000_000_000)
"""Ceiling of needs and capacity: beyond it a number is a typing mistake, and sums stay small integers."""


def operability(value: float | Decimal, *, place: str = "operability") -> Operability:
    """A number in [0, 1] as millionths, rounded down. Raises ValueInvalid for NaN or anything outside [0, 1]."""
    number = _decimal(value, place=place, expected="a number from 0 to 1")
    if not 0 <= number <= 1:
        raise ValueInvalid("Outside the range", place=place, expected="a number from 0 to 1", actual=str(value))
    return Operability(int(number * FULL))


def loss(value: float | Decimal, *, place: str = "loss") -> int:
    """A share in (0, 1] as millionths, rounded down. Raises ValueInvalid where less than a millionth is left."""
    millionths = operability(value, place=place)
    if millionths == 0:
        raise ValueInvalid("Loses nothing", place=place, expected="more than 0, at most 1", actual=str(value))
    return millionths


def thousandths(value: float | Decimal, *, place: str) -> int:
    """A number of at most 3 decimals and not below 0 as thousandths. Raises ValueInvalid for anything else."""
    expected = f"a number from 0 to {MOST:,} with at most 3 decimals"
    number = _decimal(value, place=place, expected=expected)
    if not 0 <= number <= MOST or number * 1000 % 1 != 0:
        raise ValueInvalid("Not a quantity", place=place, expected=expected, actual=str(value))
    return int(number * 1000)


def share(millionths: int) -> float:
    """Millionths as the number that doors show."""
    return millionths / FULL


def _decimal(value: float | Decimal, *, place: str, expected: str) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise ValueInvalid("Not a number", place=place, expected=expected, actual=str(value))
    return number
