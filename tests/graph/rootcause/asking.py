"""Questions about root causes, asked shortly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from graph.impact import Evaluator, Topology
from graph.rootcause import Noise, RootCauseQuestion, RootCauses, Symptom, TopologyForecast, find_root_causes

TEN = datetime(2026, 3, 1, 10, tzinfo=UTC)

SURE = Noise(false_alarm=1e-9, missed_alarm=1e-9, false_health=1e-9)
"""Everything that falls reports, and nothing else."""


def after(minutes: float) -> datetime:
    """A moment so many minutes after ten."""
    return TEN + timedelta(minutes=minutes)


def symptoms(*assets: str, **since: float) -> tuple[Symptom, ...]:
    """Symptoms without onset, and those with one in minutes after ten."""
    return (
        *(Symptom(asset=each) for each in assets),
        *(Symptom(asset=each, since=after(minutes)) for each, minutes in since.items()),
    )


def ask(
    topology: Topology,
    seen: Iterable[Symptom],
    *,
    healthy: str = "",
    reporting: str = "",
    at: float | None = None,
    max_causes: int = 3,
    first: int = 10,
    priors: Mapping[str, float] | None = None,
    noise: Noise | None = None,
    maintenance: tuple[str, ...] = (),
) -> RootCauses:
    """The answer about a topology; `healthy` and `reporting` are names in one string, `at` minutes after ten."""
    question = RootCauseQuestion(
        symptoms=tuple(seen),
        healthy=frozenset(healthy.split()),
        reporting=frozenset(reporting.split()),
        at=None if at is None else after(at),
        max_causes=max_causes,
        first=first,
        priors=priors or {},
        noise=noise or Noise(),
    )
    return find_root_causes(question, TopologyForecast(Evaluator(topology), maintenance=maintenance))


def sets(answer: RootCauses) -> list[str]:
    """The candidates' causes in order."""
    return [" ".join(each.causes) for each in answer.candidates]
