"""Root cause analysis on incidents of the bundled campus, beside the nearest common provider.

Each incident: one or two assets fail (redundant pairs among them), what falls by it reports with some probability, some
assets raise false alarms, some that work are known to. Everything is drawn from a seed, no database is needed. Printed
are the mean reciprocal rank of exactly the true set of causes, how often it ranks first and among the first five, the
mean score that it gets, and how long a question takes: the median and the longest, each from a forecast on arrays that
has answered nothing yet, beside the forecasts made.

The baseline ranks single assets by how many symptoms they are upstream of, then by the sum of hops; of two true causes
the rank of the later one counts.

Run it by `python -m benchmarks.root_cause [--assets N] [--incidents N] [--seed N]`.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import fmean, median

from benchmarks.campus_topology import campus_topology
from graph.impact import Topology
from graph.kernel import ArrayEvaluator, encode
from graph.rootcause import ArrayForecast, Margin, RootCauseQuestion, Symptom, find_root_causes

BEGAN = datetime(2026, 3, 1, 10, tzinfo=UTC)
LEAST_FALLEN = 4
LONGEST = timedelta(hours=1)
FIRST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """How an incident is seen: rates of reporting and false alarms (a working asset), share known healthy."""

    name: str
    reports: float = 0.3
    false_alarms: float = 0.0
    healthy: float = 0.0
    onsets: bool = False
    by_type: bool = False


CONDITIONS = (
    Conditions(name="all report", reports=1.0),
    Conditions(name="30 % report", reports=0.3),
    Conditions(name="30 % report, noise", reports=0.3, false_alarms=0.001),
    Conditions(name="30 %, noise, onsets", reports=0.3, false_alarms=0.001, onsets=True),
    Conditions(name="30 %, noise, 5 % healthy", reports=0.3, false_alarms=0.001, healthy=0.05),
    Conditions(name="30 %, all of it", reports=0.3, false_alarms=0.001, healthy=0.05, onsets=True),
    Conditions(name="a third of types, noise", reports=0.9, false_alarms=0.001, by_type=True),
    Conditions(name="5 % report", reports=0.05),
)


@dataclass(slots=True)
class Remembered:
    """A forecast that keeps what it was asked, for incidents are drawn from the same assets again and again."""

    inner: ArrayForecast
    known: dict[frozenset[str], Mapping[str, timedelta]] = field(default_factory=dict)

    @property
    def assets(self) -> frozenset[str]:
        """As the inner one."""
        return frozenset(self.inner.assets)

    def upstream(self, assets: Iterable[str]) -> frozenset[str]:
        """As the inner one."""
        return self.inner.upstream(assets)

    def falls(self, causes: frozenset[str]) -> Mapping[str, timedelta]:
        """As the inner one, once."""
        if causes not in self.known:
            self.known[causes] = self.inner.falls(causes)
        return self.known[causes]

    def margins(self, asset: str) -> Sequence[Margin]:
        """As the inner one."""
        return self.inner.margins(asset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What failed, and what is known of it."""

    causes: frozenset[str]
    question: RootCauseQuestion


class Drawing:
    """Draws incidents: which causes first, the same for all conditions, then how each is seen."""

    def __init__(self, forecast: Remembered, types: Mapping[str, str], seed: int) -> None:
        self._forecast = forecast
        self._types = types
        self._seed = seed
        self._assets = sorted(forecast.assets)
        self._strong = [each for each in self._assets if len(forecast.falls(frozenset({each}))) >= LEAST_FALLEN]
        self._pairs = [each for each in self._assets if forecast.margins(each)]

    def causes(self, number: int) -> frozenset[str]:
        """Of five incidents three have one cause, one has two, and one a pair that is more than the sum of both."""
        rng = self._drawn(number)
        if number % 5 < 3:
            return frozenset({rng.choice(self._strong)})
        return frozenset(rng.sample(self._strong, 2)) if number % 5 == 3 else self._redundant(rng)

    def _drawn(self, *what: object) -> Random:
        return Random("/".join(map(str, (self._seed, *what))))

    def _redundant(self, rng: Random) -> frozenset[str]:
        while True:
            margin = rng.choice(self._forecast.margins(rng.choice(self._pairs)))
            if len(margin.members) >= 2 and margin.slack:
                pair = frozenset(rng.sample(sorted(margin.members), 2))
                singly = frozenset().union(*(self._forecast.falls(frozenset({each})) for each in pair))
                if len(self._forecast.falls(pair)) >= len(singly) + LEAST_FALLEN:
                    return pair

    def incident(self, number: int, how: Conditions) -> Incident:
        """One incident as it is seen; at least one symptom is true.

        What one condition shows a stricter one shows too, so that conditions differ by what they say alone.
        """
        causes = self.causes(number)
        falls = {each: at for each, at in self._forecast.falls(causes).items() if at <= LONGEST}
        kinds = sorted(set(self._types.values()))
        watched = set(self._drawn(number, "types").sample(kinds, len(kinds) // 3)) if how.by_type else set(kinds)
        drawn = {each: self._drawn(number, each).random() for each in self._assets}
        able = [each for each in sorted(falls) if self._types[each] in watched]
        seen = [each for each in able if drawn[each] < how.reports] or [
            min(sorted(falls), key=lambda each: drawn[each])
        ]
        working = [each for each in self._assets if each not in falls]
        false = [each for each in working if drawn[each] < how.false_alarms]
        healthy = {each for each in working if drawn[each] > 1 - how.healthy}
        since = {each: falls[each] + _lag(self._drawn(number, each, "lag")) for each in seen}
        since |= {each: self._drawn(number, each, "false").random() * LONGEST for each in false}
        symptoms = [Symptom(asset=each, since=BEGAN + at if how.onsets else None) for each, at in since.items()]
        return Incident(
            causes=causes,
            question=RootCauseQuestion(symptoms=tuple(symptoms), healthy=frozenset(healthy), first=FIRST),
        )


def _lag(rng: Random) -> timedelta:
    return timedelta(seconds=rng.expovariate(1 / 40))


class NearestCommonProvider:
    """The baseline."""

    def __init__(self, topology: Topology) -> None:
        self._providers: dict[str, set[str]] = defaultdict(set)
        for supply in topology.supplies:
            if not supply.terms.open:
                self._providers[supply.dependant].add(supply.provider)

    def ranked(self, symptoms: Iterable[str]) -> list[str]:
        """Assets by symptoms downstream, most first, then by the sum of hops, then by id."""
        count: dict[str, int] = defaultdict(int)
        hops: dict[str, int] = defaultdict(int)
        for symptom in symptoms:
            for asset, distance in self._distances(symptom):
                count[asset] += 1
                hops[asset] += distance
        return sorted(count, key=lambda each: (-count[each], hops[each], each))

    def _distances(self, symptom: str) -> Iterator[tuple[str, int]]:
        found = {symptom}
        ring, distance = [symptom], 0
        while ring:
            yield from ((asset, distance) for asset in ring)
            further = sorted({each for asset in ring for each in self._providers[asset]} - found)
            found.update(further)
            ring, distance = further, distance + 1


@dataclass(frozen=True, slots=True)
class Figures:
    """Ranks, from 1; None is not found."""

    ranks: tuple[int | None, ...]

    def __str__(self) -> str:
        found = [1 / each if each else 0.0 for each in self.ranks]
        first, five = (fmean(bool(each and each <= most) for each in self.ranks) for most in (1, 5))
        return f"MRR {fmean(found):.2f}  top-1 {first:4.0%}  top-5 {five:4.0%}"


def measure(evaluator: ArrayEvaluator, baseline: NearestCommonProvider, incidents: list[Incident]) -> str:
    """The figures of both for these incidents."""
    ours: list[int | None] = []
    given: list[float] = []
    plain: list[int | None] = []
    forecasts: list[int] = []
    taken: list[float] = []
    for each in incidents:
        begun = time.perf_counter()
        answer = find_root_causes(each.question, ArrayForecast(evaluator))
        taken.append(time.perf_counter() - begun)
        sets = [frozenset(candidate.causes) for candidate in answer.candidates]
        place = sets.index(each.causes) if each.causes in sets else None
        ours.append(None if place is None else place + 1)
        given.append(0.0 if place is None else answer.candidates[place].score)
        ranked = baseline.ranked(symptom.asset for symptom in each.question.symptoms)
        places = [ranked.index(cause) + 1 if cause in ranked else None for cause in each.causes]
        plain.append(None if None in places else max(place for place in places if place))
        forecasts.append(answer.forecasts)
    pace = f"{median(forecasts):.0f} forecasts, {median(taken):.2f} s, at most {max(taken):.2f} s"
    rest = f"baseline {Figures(tuple(plain))}   {pace}"
    return f"{Figures(tuple(ours))}  score {fmean(given):.2f}   {rest}"


def main(arguments: list[str] | None = None) -> None:
    """Measure under all conditions."""
    parser = argparse.ArgumentParser(prog="benchmarks.root_cause")
    parser.add_argument("--assets", type=int, default=2_000)
    parser.add_argument("--incidents", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    campus = campus_topology(chosen.assets)
    evaluator = ArrayEvaluator(encode(campus.topology))
    forecast = Remembered(ArrayForecast(evaluator))
    drawing = Drawing(forecast, campus.types, chosen.seed)
    baseline = NearestCommonProvider(campus.topology)
    for how in CONDITIONS:
        incidents = [drawing.incident(number, how) for number in range(chosen.incidents)]
        print(f"{how.name:26}{measure(evaluator, baseline, incidents)}", flush=True)


if __name__ == "__main__":
    main()
