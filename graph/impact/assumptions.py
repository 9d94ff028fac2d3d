"""What an answer rests on, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from graph.impact.question import Baseline, KnownOwn, Question


def assumptions(question: Question, standing: Iterable[str], *, beyond_horizon: int) -> tuple[str, ...]:
    """Baseline, unknown states, what stands for the topology, what the horizon left out; the caller's notes last."""
    said = [_baseline(question)]
    own = question.own
    unknown = own.unknown if isinstance(own, KnownOwn) else sum(each.lower != each.upper for each in own.values())
    if unknown:
        said.append(
            f"The own operability of {unknown} assets is unknown: evaluated at its lower and at its upper bound"
        )
    said += standing
    if question.horizon is not None:
        said.append(
            f"{beyond_horizon} assets that fall later than {question.horizon} are left out; "
            "the values given are final ones"
        )
    return (*said, *question.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presumed:
    """Assets that feed others by a FLOW type though nothing feeds them and nothing calls them a source.

    `some` are the first few of them by id.
    """

    flow: str
    count: int
    some: tuple[str, ...]


def standing(presumed: Iterable[Presumed], *, delayed: bool) -> tuple[str, ...]:
    """What every answer about a topology rests on: presumed sources by FLOW type, and delays where there are none."""
    said: list[str] = []
    for each in presumed:
        if each.count:
            some = ", ".join(each.some) + (", ..." if each.count > len(each.some) else "")
            said.append(
                f"{each.count} assets feed {each.flow} though nothing feeds them and nothing calls them a source: "
                f"{some}"
            )
    if not delayed:
        said.append("No supply has a delay: impact travels at once")
    return tuple(said)


def _baseline(question: Question) -> str:
    if question.baseline is Baseline.NOMINAL:
        return "Baseline NOMINAL: the own operability of every asset is taken as 1"
    return (
        f"Baseline LIVE: the own operability of {len(question.own)} assets is from their state, that of all others is "
        "taken as 1"
    )
