"""What an answer rests on, in sentences."""

from __future__ import annotations

from collections.abc import Iterable

from graph.impact.question import Baseline, Question
from graph.impact.topology import Topology


def assumptions(question: Question, standing: Iterable[str], *, beyond_horizon: int) -> tuple[str, ...]:
    """Baseline, unknown states, what stands for the topology, what the horizon left out; the caller's notes last."""
    said = [_baseline(question)]
    unknown = sum(bounds.lower != bounds.upper for bounds in question.own.values())
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


def standing(topology: Topology) -> tuple[str, ...]:
    """What every answer about a topology rests on: presumed sources by FLOW type, and delays where there are none."""
    said: list[str] = []
    for flow, assets in topology.presumed_sources().items():
        if assets:
            some = ", ".join(sorted(assets)[:5]) + (", ..." if len(assets) > 5 else "")
            said.append(
                f"{len(assets)} assets feed {flow} though nothing feeds them and nothing calls them a source: {some}"
            )
    if not any(supply.terms.delay for supply in topology.supplies):
        said.append("No supply has a delay: impact travels at once")
    return tuple(said)


def _baseline(question: Question) -> str:
    if question.baseline is Baseline.NOMINAL:
        return "Baseline NOMINAL: the own operability of every asset is taken as 1"
    return (
        f"Baseline LIVE: the own operability of {len(question.own)} assets is from their state, that of all others is "
        "taken as 1"
    )
