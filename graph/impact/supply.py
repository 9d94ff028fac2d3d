"""Supplies: who needs what from whom, as impact evaluation reads it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum

from graph.errors import ValueInvalid
from graph.impact.quantity import FULL, loss, thousandths

NO_DELAY = timedelta(0)
LONGEST_TIME = timedelta(days=365_250)
"""A thousand years: the longest offset, horizon or delay that a question may name."""


class Direction(StrEnum):
    """Which way impact travels along a relationship from its source to its target."""

    FORWARD = "FORWARD"
    REVERSE = "REVERSE"
    BOTH = "BOTH"
    NONE = "NONE"


class Kind(StrEnum):
    """What kind of need a supply answers."""

    REQUIREMENT = "REQUIREMENT"
    FLOW = "FLOW"


class Combine(StrEnum):
    """How a group makes one value of its members'."""

    QUORUM = "QUORUM"
    CAPACITY = "CAPACITY"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class RelationshipId:
    """What makes a relationship one of its own: type, both ends as stored, and the public key ("" where none)."""

    type: str
    source: str
    target: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.type} {self.source} -> {self.target}" + (f" [{self.key}]" if self.key else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyRef:
    """A relationship as a caller names it; `key` may be left out where there is only one."""

    type: str
    source: str
    target: str
    key: str | None = None

    def __str__(self) -> str:
        return f"{self.type} {self.source} -> {self.target}" + (f" [{self.key}]" if self.key else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The supply properties of one relationship; the defaults are the design's.

    `needs` and `capacity` are thousandths, `loss` millionths. `needs`, `combine` and `loss` belong to the group.
    """

    group: str | None = None
    needs: int = 1000
    combine: Combine = Combine.QUORUM
    capacity: int = 1000
    loss: int = FULL
    delay: timedelta = NO_DELAY
    open: bool = False

    @property
    def of_group(self) -> tuple[int, Combine, int]:
        """What all members of a group must agree on."""
        return (self.needs, self.combine, self.loss)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """One direction of a relationship that carries impact: `dependant` suffers when `provider` does."""

    provider: str
    dependant: str
    relationship: RelationshipId
    kind: Kind
    terms: Terms = Terms()

    @property
    def flow_type(self) -> str | None:
        """The FLOW type that it carries; None for a REQUIREMENT."""
        return self.relationship.type if self.kind is Kind.FLOW else None


def terms(
    *,
    group: str | None = None,
    needs: float | Decimal | None = None,
    combine: str | None = None,
    capacity: float | Decimal | None = None,
    loss_share: float | Decimal | None = None,
    delay: timedelta | None = None,
    open: bool | None = None,  # noqa: A002  the property's name
    place: str = "supply",
) -> Terms:
    """Checked terms from stored property values; None is the default.

    Raises ValueInvalid with the place of the value (`<place>.needs`) where a value can't be right in itself.
    What only kind and group can tell is checked where the topology is built.
    """
    plain = Terms()
    return Terms(
        group=group,
        needs=plain.needs if needs is None else thousandths(needs, place=f"{place}.needs"),
        combine=plain.combine if combine is None else _combine(combine, place=f"{place}.combine"),
        capacity=plain.capacity if capacity is None else thousandths(capacity, place=f"{place}.capacity"),
        loss=plain.loss if loss_share is None else loss(loss_share, place=f"{place}.loss"),
        delay=plain.delay if delay is None else _delay(delay, place=f"{place}.delay"),
        open=bool(open),
    )


def supplies_of(relationship: RelationshipId, *, direction: Direction, kind: Kind, terms: Terms) -> tuple[Supply, ...]:
    """The supplies that a relationship gives: none, one, or two with the same terms (BOTH).

    From an asset to itself both directions are one and the same supply.
    """
    forward = Supply(
        provider=relationship.source,
        dependant=relationship.target,
        relationship=relationship,
        kind=kind,
        terms=terms,
    )
    reverse = Supply(
        provider=relationship.target,
        dependant=relationship.source,
        relationship=relationship,
        kind=kind,
        terms=terms,
    )
    match direction:
        case Direction.FORWARD:
            return (forward,)
        case Direction.REVERSE:
            return (reverse,)
        case Direction.BOTH:
            return (forward, reverse) if forward != reverse else (forward,)
        case Direction.NONE:
            return ()


def _combine(value: str, *, place: str) -> Combine:
    if value not in Combine.__members__:
        raise ValueInvalid("Unknown way to combine", place=place, expected="QUORUM or CAPACITY", actual=value)
    return Combine(value)


def _delay(value: timedelta, *, place: str) -> timedelta:
    if value < NO_DELAY:
        raise ValueInvalid("A delay before the cause", place=place, expected="PT0S or more", actual=str(value))
    if value > LONGEST_TIME:
        raise ValueInvalid(
            "A delay of thousands of years",
            place=place,
            expected=f"at most P{LONGEST_TIME.days}D",
            actual=f"P{value.days}D",
        )
    return value
