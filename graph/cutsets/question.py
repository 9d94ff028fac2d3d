"""A question about cut sets, and its check against a topology."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass

from graph.cutsets.errors import TargetAmongEvents
from graph.errors import NotFound, ValueInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class CutSetQuestion:
    """Which smallest sets of failed `events` bring the target DOWN?

    `events` are the assets among which failures are considered, each with the probability that it is failed, from 0 to
    1, or None where that isn't known. `max_order` is the largest size of a cut set that is asked for (None: any), and
    `first` says how many are listed. `importance` can be turned off, for it may cost more than all the rest.
    """

    target: str
    events: Mapping[str, float | None]
    max_order: int | None = None
    first: int = 50
    importance: bool = True


def check(question: CutSetQuestion, assets: Container[str]) -> None:
    """Refuse what can't be asked of a topology of these assets.

    Raises NotFound for an unknown target or event, TargetAmongEvents, and ValueInvalid for a probability outside
    [0, 1] (NaN is), a `max_order` below 1 or a negative `first`.
    """
    if question.target not in assets:
        raise NotFound(f"No asset {question.target}", place="target", expected="an asset of the topology")
    if question.target in question.events:
        raise TargetAmongEvents(question.target)
    for event, probability in question.events.items():
        if event not in assets:
            raise NotFound(f"No asset {event}", place=f"events[{event}]", expected="an asset of the topology")
        if probability is not None and not 0 <= probability <= 1:
            raise _out_of_range(f"events[{event}]", "a probability from 0 to 1", probability)
    if question.max_order is not None and question.max_order < 1:
        raise _out_of_range("maxOrder", "1 or more, or none", question.max_order)
    if question.first < 0:
        raise _out_of_range("first", "0 or more", question.first)


def _out_of_range(place: str, expected: str, actual: float) -> ValueInvalid:
    return ValueInvalid("Out of range", place=place, expected=expected, actual=str(actual))
