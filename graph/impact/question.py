"""What is asked: failures, relationships taken away or put in, maintenance, baseline, horizon."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Protocol

from graph.errors import NotFound, TwinError
from graph.impact.bounds import Bounds
from graph.impact.errors import QuestionInvalid
from graph.impact.quantity import DOWN, FULL, Operability
from graph.impact.supply import LONGEST_TIME, NO_DELAY, RelationshipId, Supply, SupplyRef


def _nothing() -> Mapping[str, Bounds]:
    return MappingProxyType({})


class KnownOwn(Mapping[str, Bounds]):
    """Own operabilities that were made from the topology itself: of assets that are there, and within their bounds."""

    @property
    @abstractmethod
    def unknown(self) -> int:
        """How many are known by their bounds alone."""


class Baseline(StrEnum):
    """What every asset's own operability is before the question: all 1, or what the live state says."""

    NOMINAL = "NOMINAL"
    LIVE = "LIVE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An asset falls to `operability` (millionths) at the offset `at` from now."""

    asset: str
    operability: Operability = DOWN
    at: timedelta = NO_DELAY


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedRelationship:
    """A relationship that is to be there, already resolved into the supplies it gives (`supplies_of`)."""

    relationship: RelationshipId
    supplies: tuple[Supply, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question about impact.

    `own` holds, for baseline LIVE, the own operability of the assets that aren't surely at 1 (lower and upper bound;
    unknown is `bounds.UNKNOWN`). `notes` are sentences that the caller wants among the answer's assumptions, such as
    the stale channels it met.
    """

    failures: tuple[Failure, ...] = ()
    removed: tuple[SupplyRef, ...] = ()
    added: tuple[AddedRelationship, ...] = ()
    maintenance: tuple[str, ...] = ()
    baseline: Baseline = Baseline.NOMINAL
    own: Mapping[str, Bounds] = field(default_factory=_nothing)
    horizon: timedelta | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A question that has been checked against its topology: what `evaluate` works from."""

    question: Question
    removed: frozenset[RelationshipId]
    added: Mapping[RelationshipId, tuple[Supply, ...]]

    @property
    def changes_topology(self) -> bool:
        """Whether any relationship is taken away or put in."""
        return bool(self.removed or self.added)


class Subject(Protocol):
    """What a question is checked against: a topology of plain values or of arrays."""

    @property
    def assets(self) -> Container[str]:
        """The ids of all assets."""
        ...

    def find(self, references: Sequence[SupplyRef]) -> Iterator[RelationshipId]:
        """Yield the one relationship that each reference means; raises UnknownRelationship or Ambiguous."""
        ...


def resolve(question: Question, topology: Subject) -> Resolved:
    """The question, checked.

    Raises NotFound (UNKNOWN_ASSET), UnknownRelationship, Ambiguous or QuestionInvalid, each naming its place in the
    question (`failures[2].at`).
    """
    _check_failures(question, topology)
    _check_assets("maintenance", question.maintenance, topology)
    _check_own(question, topology)
    if question.horizon is not None:
        _check_time(question.horizon, "A horizon", "horizon")
    removed = _removed(question, topology)
    added = _added(question, topology)
    both = sorted(removed & added.keys())
    if both:
        raise QuestionInvalid(
            f"{both[0]} is both removed and added",
            place="addedRelationships",
            expected="one or the other",
            hint="Adding a relationship that exists replaces it; it needn't be removed",
        )
    return Resolved(question=question, removed=removed, added=MappingProxyType(added))


def _check_failures(question: Question, topology: Subject) -> None:
    _check_assets("failures", tuple(failure.asset for failure in question.failures), topology)
    seen: set[tuple[str, timedelta]] = set()
    for number, failure in enumerate(question.failures):
        place = f"failures[{number}]"
        if not DOWN <= failure.operability <= FULL:
            raise QuestionInvalid(
                "Outside the range",
                place=f"{place}.operability",
                expected="0 to 1,000,000 millionths",
                actual=str(failure.operability),
            )
        _check_time(failure.at, "A failure", f"{place}.at")
        if (failure.asset, failure.at) in seen:
            raise QuestionInvalid(
                f"{failure.asset} fails twice at one offset",
                place=place,
                expected="an asset once per offset",
                actual=f"{failure.asset} at {failure.at}",
                hint="Keep the lower operability, or give the second failure a later offset",
            )
        seen.add((failure.asset, failure.at))


def _check_time(time: timedelta, what: str, place: str) -> None:
    if time < NO_DELAY:
        raise QuestionInvalid(f"{what} in the past", place=place, expected="PT0S or more", actual=str(time))
    if time > LONGEST_TIME:
        raise QuestionInvalid(
            f"{what} after thousands of years",
            place=place,
            expected=f"at most P{LONGEST_TIME.days}D",
            actual=f"P{time.days}D",
        )


def _check_assets(name: str, assets: tuple[str, ...], topology: Subject) -> None:
    for number, asset in enumerate(assets):
        if asset not in topology.assets:
            raise _unknown(asset, f"{name}[{number}]")


def _check_own(question: Question, topology: Subject) -> None:
    if question.own and question.baseline is Baseline.NOMINAL:
        raise QuestionInvalid(
            "Own values are given, but the baseline is NOMINAL", place="baseline", expected="LIVE", actual="NOMINAL"
        )
    if isinstance(question.own, KnownOwn):
        return
    for asset, bounds in question.own.items():
        if asset not in topology.assets:
            raise _unknown(asset, "own")
        if not DOWN <= bounds.lower <= bounds.upper <= FULL:
            raise QuestionInvalid(
                f"Not an operability of {asset}",
                place="own",
                expected="0 <= lower <= upper <= 1,000,000 millionths",
                actual=f"{bounds.lower} to {bounds.upper}",
            )


def _removed(question: Question, topology: Subject) -> frozenset[RelationshipId]:
    found: list[RelationshipId] = []
    try:
        for each in topology.find(question.removed):
            found.append(each)  # noqa: PERF402  how many were found says which one was not
    except TwinError as refusal:
        refusal.place = f"removedRelationships[{len(found)}]"
        raise
    return frozenset(found)


def _added(question: Question, topology: Subject) -> dict[RelationshipId, tuple[Supply, ...]]:
    added: dict[RelationshipId, tuple[Supply, ...]] = {}
    for number, each in enumerate(question.added):
        place = f"addedRelationships[{number}]"
        for end in (each.relationship.source, each.relationship.target):
            if end not in topology.assets:
                raise _unknown(end, place)
        if any(supply.relationship != each.relationship for supply in each.supplies):
            raise QuestionInvalid(
                "Supplies of another relationship", place=place, expected=f"supplies of {each.relationship}"
            )
        if each.relationship in added:
            raise QuestionInvalid(f"{each.relationship} is added twice", place=place, expected="a relationship once")
        added[each.relationship] = each.supplies
    return added


def _unknown(asset: str, place: str) -> NotFound:
    return NotFound(
        f"No asset {asset}",
        place=place,
        expected="the id of an asset",
        actual=asset,
        hint="Look it up by search or external id",
    )
