"""Where the probability that an asset is failed comes from: a property that holds it, or a failure rate."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from graph.errors import UnitInvalid, ValueInvalid
from graph.ontology.model import Datatype
from graph.ontology.units import conversion
from graph.reading.declarations import declarations_of
from graph.reading.kinds import Vocabulary

_RATE = "1/s"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """A float property that says how probable it is that an asset is failed.

    Without a unit its value is that probability. In a unit of 1/time it is a failure rate: the probability is that of a
    failure within `mission_time` at that rate, nothing being repaired: 1 - exp(-rate * time) (Vesely et al., Fault Tree
    Handbook, NUREG-0492, 1981).
    """

    property: str
    mission_time: timedelta | None = None


def probability(chance: Chance, words: Vocabulary) -> Callable[[float], float]:
    """What makes a probability of a stored value.

    Raises UnknownProperty, and ValueInvalid for a property that holds neither probabilities nor rates, or that holds
    other ones elsewhere, and for a mission time that is missing, useless, or nothing.
    """
    declared = declarations_of(words, chance.property, None, place="probabilityBy")
    units = {each.unit for each in declared}
    per_second = _per_second(units) if {each.datatype for each in declared} == {Datatype.FLOAT} else None
    if per_second is None:
        raise ValueInvalid(
            f"{chance.property} holds no probability",
            place="probabilityBy",
            expected="a property of datatype float without a unit, or of failures per time, the same wherever it is "
            "declared",
            actual=", ".join(
                f"{each.declared_by}: {each.datatype.value} {each.unit or ''}".strip() for each in declared
            ),
        )
    if per_second == 0:
        _refuse_mission(chance)
        return lambda value: value
    exposure = per_second * _mission(chance)
    return lambda rate: -math.expm1(-rate * exposure)


def _per_second(units: set[str | None]) -> float | None:
    """How many failures a second one of `units` is; 0 for a probability, None for anything else."""
    if units == {None}:
        return 0
    if len(units) != 1:
        return None
    (unit,) = units
    try:
        return float(conversion(unit or "", _RATE).factor)
    except UnitInvalid:
        return None


def _mission(chance: Chance) -> float:
    """The mission time in seconds."""
    if chance.mission_time is None or chance.mission_time <= timedelta(0):
        raise ValueInvalid(
            f"{chance.property} holds failure rates, which say nothing without a time",
            place="missionTime",
            expected="how long nothing is repaired, such as P30D or PT8H",
            actual=None if chance.mission_time is None else str(chance.mission_time),
        )
    return chance.mission_time.total_seconds()


def _refuse_mission(chance: Chance) -> None:
    if chance.mission_time is not None:
        raise ValueInvalid(
            f"{chance.property} holds probabilities, which are the same for any time",
            place="missionTime",
            expected="none, or a property of failures per time in `probabilityBy`",
            actual=str(chance.mission_time),
        )
