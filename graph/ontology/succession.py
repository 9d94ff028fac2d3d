"""Succession: how the value of one property becomes that of another that takes its place, and back.

A value goes by way of JSON, the form in which every datatype says itself: shown by one property, taken by the other,
which judges it as it judges what callers send. So nothing that would not be accepted can come of it, and a unit is
converted by the same exact arithmetic.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, TypeAlias, cast

from graph.errors import InvalidInput
from graph.ontology.codec import Stored, refusal
from graph.ontology.model import Datatype, Json, PropertyDefinition
from graph.ontology.units import conversion, float_conversion
from graph.ontology.values import codec

Convert: TypeAlias = Callable[[Stored], Stored]
"""Turns a stored value into the other property's; raises ValueInvalid or UnitInvalid where it has none."""

_NUMBERS: Final = frozenset({Datatype.INT, Datatype.FLOAT, Datatype.DECIMAL})
_TEXTS: Final = frozenset({Datatype.STRING, Datatype.ENUM})
_COMPOSITE: Final = frozenset({Datatype.LIST, Datatype.MAP, Datatype.OBJECT})
_TRUTHS: Final[Mapping[str, Json]] = {"true": True, "false": False}
_NUMBER: Final = re.compile(r"[-+]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?", re.ASCII)
_MIDNIGHT: Final = "T00:00:00.000Z"
_CLOSE: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Succession:
    """`up` turns a value of `leader` into one of `follower`; `down` gives a value that `up` turns into that again."""

    leader: PropertyDefinition
    follower: PropertyDefinition
    up: Convert
    down: Convert

    @property
    def total(self) -> bool:
        """Whether every value of the leader surely has one of the follower, so that none needs to be tried."""
        before, after = self.leader, self.follower
        listed = before.enum is None or (after.enum is not None and {*before.enum.values} <= {*after.enum.values})
        return (
            before.datatype is after.datatype
            and before.datatype not in _COMPOSITE
            and not _table(after)
            and (before.unit == after.unit or before.datatype is Datatype.FLOAT)
            and (after.scale == before.scale or (before.datatype is Datatype.FLOAT and not after.scale))
            and (after.minimum, after.maximum, after.pattern) == (None, None, None)
            and listed
            and (before.indexed or before.unique or not (after.indexed or after.unique))
        )

    def agree(self, leading: Stored, following: Stored) -> bool:
        """Whether two values say the same; numbers but for rounding."""
        try:
            return _close(self.up(leading), following)
        except InvalidInput:
            return False


def succession(leader: PropertyDefinition, follower: PropertyDefinition) -> Succession:
    """Return how `follower` takes the place of `leader`; what it follows by may hold a table of values."""
    table = {_spelled(before, leader): _spelled(after, follower) for before, after in _table(follower).items()}
    back = {after: before for before, after in reversed(list(table.items()))}  # of several that become one, the first
    up, down = _convert(leader, follower, table), _convert(follower, leader, back)

    def kept(value: Stored) -> Stored:
        found = up(value)
        if not _close(down(found), value):
            raise refusal(follower, codec(leader).show(value), "a value that loses nothing by its decimals")
        return found

    def verified(value: Stored) -> Stored:
        found = down(value)
        if not _close(up(found), value):
            raise refusal(follower, codec(follower).show(value), f"a value that {leader.name} can say as well")
        return found

    # Decimals in another unit are rounded to the last one they have, which may be all there was.
    rounds = follower.datatype is Datatype.DECIMAL and leader.unit != follower.unit
    return Succession(leader=leader, follower=follower, up=kept if rounds else up, down=verified)


def check_succession(leader: PropertyDefinition, follower: PropertyDefinition) -> None:
    """Raise ValueInvalid or UnitInvalid where the table of values, or the pair of units, can't be right."""
    for before, after in _table(follower).items():
        codec(leader).operand(_read(before, leader))
        codec(follower).store(_read(after, follower))
    if leader.unit is not None and follower.unit is not None:
        conversion(leader.unit, follower.unit)


def _spelled(text: str, definition: PropertyDefinition) -> str:
    """A value of a table in the one spelling that values are shown in."""
    found = codec(definition)
    return _text(found.show(found.operand(_read(text, definition))))


def _table(follower: PropertyDefinition) -> Mapping[str, str]:
    return {} if follower.follows is None else follower.follows.values


def _convert(source: PropertyDefinition, target: PropertyDefinition, table: Mapping[str, str]) -> Convert:
    show, store, spell = codec(source).show, codec(target).store, _spelling(source, target)

    def convert(value: Stored) -> Stored:
        shown = show(value)
        listed = table.get(_text(shown)) if table and not isinstance(shown, list | dict) else None
        return store(spell(shown) if listed is None else _read(listed, target))

    if table or {source.datatype, target.datatype} != {Datatype.FLOAT} or source.unit is None or target.unit is None:
        return convert
    return _of_floats(source.unit, target.unit, store, convert)


def _of_floats(unit: str, other: str, store: Callable[[Json], Stored], convert: Convert) -> Convert:
    """Floats in another unit, of which there may be millions; what is refused is refused as any other value is."""

    def converted(value: Stored) -> Stored:
        try:
            return store(float_conversion(unit, other)(cast("float", value)))
        except (InvalidInput, ArithmeticError, ValueError):
            return convert(value)

    return converted


def _spelling(source: PropertyDefinition, target: PropertyDefinition) -> Callable[[Json], Json]:
    """Return what turns the JSON of one datatype into the JSON that means the same in the other."""
    before, after = source.datatype, target.datatype
    unit = source.unit
    if before in _NUMBERS and after in _NUMBERS and unit is not None and target.unit not in (None, unit):
        return lambda shown: {"value": shown, "unit": unit}
    if before is Datatype.INT and after is Datatype.FLOAT:
        return lambda shown: _kept(cast("int", shown), target)
    if before in {*_TEXTS, Datatype.DECIMAL} and after in {Datatype.INT, Datatype.FLOAT, Datatype.BOOLEAN}:
        return lambda shown: _read(cast("str", shown), target)
    if before in {Datatype.INT, Datatype.FLOAT, Datatype.BOOLEAN} and after in _TEXTS:
        return _text
    if before is Datatype.DATE and after is Datatype.DATETIME:
        return lambda shown: f"{shown}{_MIDNIGHT}"
    if before is Datatype.DATETIME and after is Datatype.DATE:
        return lambda shown: cast("str", shown).removesuffix(_MIDNIGHT)
    return lambda shown: shown


def _kept(number: int, target: PropertyDefinition) -> Json:
    """A whole number as a float, where a float can hold it."""
    if int(float(number)) != number:
        raise refusal(target, number, "a number that a float holds exactly")
    return float(number)


def _read(text: str, definition: PropertyDefinition) -> Json:
    """The JSON of a value that is written as text; what can't be read stays text, for the codec to refuse."""
    plain = text.strip()
    if definition.datatype is Datatype.BOOLEAN:
        return _TRUTHS.get(plain.lower(), text)
    if definition.datatype not in {Datatype.INT, Datatype.FLOAT} or _NUMBER.fullmatch(plain) is None:
        return text
    exact = Fraction(plain)
    if definition.datatype is Datatype.INT:
        return int(exact) if exact.denominator == 1 else text
    number = float(plain)
    return number if math.isfinite(number) and Fraction(repr(number)) == exact else text


def _text(shown: Json) -> str:
    if isinstance(shown, bool):
        return "true" if shown else "false"
    return shown if isinstance(shown, str) else repr(shown)


def _close(one: Stored, other: Stored) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= _CLOSE * max(abs(one), abs(other))
    return one == other
