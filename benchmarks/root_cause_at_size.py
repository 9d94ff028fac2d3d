"""Root causes of 50 symptoms among a million assets, on arrays; no server is needed.

Two networks: campuses side by side behind one grid connection, with delays, flows and redundant pairs; and random needs
(each asset needs five earlier ones, three in ten three of the five), where half of everything is upstream of anything
and most of that would take down nearly everything. One asset fails, or two; 50 of what falls report, without onsets and
with. Printed are the rank of exactly the true set, the forecasts made and processor time beside time on the clock; the
forecasts begin with nothing remembered.

Run it by `python -m benchmarks.root_cause_at_size [--assets N] [--incidents N] [--seed N]`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np

from benchmarks.campus_topology import campus_topology
from graph.impact import Direction, Failure, Kind, Question
from graph.impact.question import resolve
from graph.kernel import ArrayEvaluator, Columns, Ids, Supplies, SupplyType, Texts, assemble, encode, supplies_in
from graph.kernel.arrays import I32, NO_ASSETS, NO_NUMBERS, ONE
from graph.kernel.supplies import time_of
from graph.kernel.updating import without_defaults
from graph.rootcause import ArrayForecast, Budget, RootCauseQuestion, Symptom, find_root_causes

SYMPTOMS = 50
GOAL = 2.0
CAMPUS = 2_000
NEEDED = 5
BEGAN = datetime(2026, 3, 1, 10, tzinfo=UTC)
SOON = timedelta(hours=1)
LEAST = 1_000
"""Assets below which nothing may take down enough, and no incident would be found."""

FALLS = (100, 20_000)
"""What a cause takes down at least and at most."""

BUDGET = Budget(seconds=60.0, clock=time.monotonic)


def needs(assets: int) -> Supplies:
    """Random needs."""
    rng = np.random.default_rng(3)
    dependant = np.repeat(np.arange(1, assets, dtype=np.int32), NEEDED)
    count = dependant.size
    grouped = (rng.random(assets) < 0.3)[dependant]
    columns = Columns(
        provider=(rng.random(count) * dependant).astype(np.int32),
        dependant=dependant,
        type=np.zeros(count, np.int16),
        name=grouped.astype(np.int32),
        needs=np.where(grouped, 3, 1).astype(np.int64),
        by_capacity=np.zeros(count, np.uint8),
        loss=np.full(count, ONE, np.int32),
        capacity=NO_NUMBERS,
        delay=NO_NUMBERS,
        open=np.zeros(count, np.uint8),
        marks=np.zeros(count, np.uint8),
        key=np.tile(np.arange(2, 2 + NEEDED, dtype=np.int32), assets - 1),  # the same provider may come twice
    )
    types = [SupplyType(name="NEEDS", direction=Direction.FORWARD, kind=Kind.REQUIREMENT)]
    ids = Ids.of(f"asset-{number:08d}" for number in range(assets))
    return assemble(
        ids,
        types,
        Texts(["", "g", *(str(number) for number in range(NEEDED))]),
        np.zeros((0, assets), np.uint8),
        columns,
    )


def campuses(assets: int) -> Supplies:
    """Campuses side by side, each source of power in them behind one and the same connection."""
    one = encode(campus_topology(CAMPUS).topology)
    size, times = one.size, max(1, assets // one.size)
    held = supplies_in(one, np.arange(size, dtype=np.int32))
    shift = np.repeat(np.arange(times, dtype=np.int32) * size, held.provider.size)
    tiled = Columns.joined([held] * times)
    tiled = tiled._replace(provider=tiled.provider + shift, dependant=tiled.dependant + shift)
    feeds = np.flatnonzero(np.tile(one.sources.any(axis=0), times)).astype(np.int32)
    grid = np.full(feeds.size, size * times, np.int32)
    kinds = [*one.types, SupplyType(name="zz_CONNECTED", direction=Direction.FORWARD, kind=Kind.REQUIREMENT)]
    plain = Columns(
        provider=grid,
        dependant=feeds,
        type=np.full(feeds.size, len(kinds) - 1, np.int16),
        name=np.zeros(feeds.size, np.int32),
        needs=np.ones(feeds.size, np.int64),
        by_capacity=np.zeros(feeds.size, np.uint8),
        loss=np.full(feeds.size, ONE, np.int32),
        capacity=np.full(feeds.size, 1000, np.int64),
        delay=np.zeros(feeds.size, np.int64),
        open=np.zeros(feeds.size, np.uint8),
        marks=np.zeros(feeds.size, np.uint8),
        key=np.zeros(feeds.size, np.int32),
    )
    sources = np.concatenate([np.tile(one.sources, times), np.zeros((one.sources.shape[0], 1), np.uint8)], axis=1)
    ids = Ids.of([*(f"{number:04}/{each}" for number in range(times) for each in one.ids), "grid"])
    return assemble(ids, kinds, one.texts, sources, without_defaults(Columns.joined([tiled, plain])))


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """What failed, and the question that is asked."""

    causes: frozenset[str]
    question: RootCauseQuestion


class Drawing:
    """Draws incidents of a network."""

    def __init__(self, evaluator: ArrayEvaluator, seed: int) -> None:
        self._evaluator = evaluator
        self._rng = Random(seed)

    def incident(self, causes: int) -> Incident:
        """So many causes that together take down enough."""
        ids = self._evaluator.supplies.ids
        while True:
            chosen = frozenset(self._cause() for _ in range(causes))
            fallen, times = self._fallen(chosen)
            if fallen.size >= SYMPTOMS:
                places = self._rng.sample(range(fallen.size), SYMPTOMS)
                seen = tuple(
                    Symptom(asset=ids[int(fallen[at])], since=BEGAN + min(time_of(int(times[at])), SOON))
                    for at in places
                )
                asked = RootCauseQuestion(symptoms=seen, at=BEGAN + 2 * SOON)
                return Incident(causes=chosen, question=asked)

    def _cause(self) -> str:
        ids = self._evaluator.supplies.ids
        while True:
            cause = ids[self._rng.randrange(len(ids))]
            if FALLS[0] <= self._fallen(frozenset({cause}))[0].size <= FALLS[1]:
                return cause

    def _fallen(self, causes: frozenset[str]) -> tuple[I32, np.ndarray[tuple[int], np.dtype[np.int64]]]:
        question = Question(failures=tuple(Failure(asset=each) for each in sorted(causes)))
        found = self._evaluator.engine.fallen(resolve(question, self._evaluator.supplies), most=FALLS[1] * 2)
        return (NO_ASSETS, NO_NUMBERS) if found is None else found


def without_onsets(question: RootCauseQuestion) -> RootCauseQuestion:
    """The same symptoms, nothing known of when they began."""
    return replace(question, symptoms=tuple(Symptom(asset=each.asset) for each in question.symptoms))


def measure(name: str, supplies: Supplies, incidents: int, seed: int) -> None:
    """Ask about incidents, and print each answer's cost."""
    evaluator = ArrayEvaluator(supplies)
    print(f"{name}: {len(supplies.ids):,} assets, {supplies.net.members.size:,} supplies", flush=True)
    drawing = Drawing(evaluator, seed)
    for number in range(incidents):
        incident = drawing.incident(1 + number % 2)
        for how, question in (("", without_onsets(incident.question)), (", onsets", incident.question)):
            processor, clock = time.thread_time(), time.perf_counter()
            answer = find_root_causes(question, ArrayForecast(evaluator), budget=BUDGET)
            taken = time.thread_time() - processor, time.perf_counter() - clock
            sets = [frozenset(each.causes) for each in answer.candidates]
            rank = sets.index(incident.causes) + 1 if incident.causes in sets else None
            print(
                f"  {len(incident.causes)} causes{how:9} {taken[0]:6.2f} s processor {taken[1]:6.2f} s clock "
                f"(goal {GOAL:g} s)   {answer.forecasts:,} forecasts, rank {rank}",
                flush=True,
            )


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, once small so that everything is compiled, then at size."""
    parser = argparse.ArgumentParser(prog="benchmarks.root_cause_at_size")
    parser.add_argument("--assets", type=int, default=1_000_000)
    parser.add_argument("--incidents", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    if chosen.assets < LEAST:
        parser.error(f"--assets is at least {LEAST:,}: fewer hold no failure that takes down enough")
    find_root_causes(
        RootCauseQuestion(symptoms=(Symptom(asset="asset-00000009"),)), ArrayForecast(ArrayEvaluator(needs(10)))
    )
    measure("campuses", campuses(chosen.assets), chosen.incidents, chosen.seed)
    measure("random needs", needs(chosen.assets), chosen.incidents, chosen.seed)


if __name__ == "__main__":
    main()
