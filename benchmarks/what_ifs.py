"""What-ifs at an asset with very many supplies; no server is needed.

One asset needs one of ten in each of its groups, 100,000 supplies in all, and a hundred others need it. Relationships
are taken away from it and one is put in; printed is processor time, that of a failure of ten beside it, and what a
proof takes. Run it by `python -m benchmarks.what_ifs [--supplies N]`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Final, TypeVar

import numpy as np

from graph.impact import (
    AddedRelationship,
    Direction,
    Failure,
    Kind,
    Question,
    RelationshipId,
    SupplyRef,
    Terms,
    supplies_of,
)
from graph.kernel import ArrayEvaluator, Columns, Ids, Supplies, SupplyType, Texts, assemble
from graph.kernel.arrays import NO_ASSETS, NO_NUMBERS, ONE

GROUP: Final = 10
OTHERS: Final = 100
T = TypeVar("T")


def hub(supplies: int) -> Supplies:
    """The asset `hub` with its providers and dependants."""
    providers = np.arange(supplies, dtype=np.int32)
    others = np.arange(supplies + 1, supplies + 1 + OTHERS, dtype=np.int32)
    total = supplies + OTHERS
    columns = Columns(
        provider=np.concatenate([providers, np.full(OTHERS, supplies, np.int32)]),
        dependant=np.concatenate([np.full(supplies, supplies, np.int32), others]),
        type=np.zeros(total, np.int16),
        name=np.concatenate([providers // GROUP + 1, np.zeros(OTHERS, np.int32)]).astype(np.int32),
        needs=np.ones(total, np.int64),
        by_capacity=np.zeros(total, np.uint8),
        loss=np.full(total, ONE, np.int32),
        capacity=NO_NUMBERS,
        delay=NO_NUMBERS,
        open=np.zeros(total, np.uint8),
        marks=np.zeros(total, np.uint8),
        key=NO_ASSETS,
    )
    ids = Ids.of([*(name(number) for number in range(supplies)), "hub", *(f"x{each:03}" for each in range(OTHERS))])
    types = [SupplyType(name="NEEDS", direction=Direction.FORWARD, kind=Kind.REQUIREMENT)]
    texts = Texts(["", *(f"g{number}" for number in range(supplies // GROUP + 1))])
    return assemble(ids, types, texts, np.zeros((0, len(ids)), np.uint8), columns)


def name(number: int) -> str:
    """The id of a provider."""
    return f"a{number:07d}"


def timed(what: str, work: Callable[[], T]) -> T:
    """Run `work`, and print what it took."""
    begun = time.thread_time()
    made = work()
    print(f"  {what:44}{(time.thread_time() - begun) * 1e3:10.1f} ms processor", flush=True)
    return made


def measure(supplies: int) -> None:
    """Ask everything twice, for the first time something may be compiled."""
    evaluator = ArrayEvaluator(hub(supplies))
    removed = tuple(SupplyRef(type="NEEDS", source=name(number), target="hub") for number in range(GROUP))
    relationship = RelationshipId(type="NEEDS", source="x000", target="hub")
    fresh = supplies_of(relationship, direction=Direction.FORWARD, kind=Kind.REQUIREMENT, terms=Terms())
    added = AddedRelationship(relationship=relationship, supplies=fresh)
    failures = tuple(Failure(asset=each.source) for each in removed)
    for turn in ("first", "second"):
        print(f"{supplies:,} supplies at one asset, {turn} time")
        timed("one taken away, nothing falls", lambda: evaluator.evaluate(Question(removed=removed[:1])))
        answer = timed("ten taken away, all fall", lambda: evaluator.evaluate(Question(removed=removed)))
        timed("one put in", lambda: evaluator.evaluate(Question(added=(added,))))
        timed("ten fail instead", lambda: evaluator.evaluate(Question(failures=failures)))
        timed("the proof of its fall, 20 members shown", lambda found=answer: found.because("hub").decides.members[:20])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure."""
    parser = argparse.ArgumentParser(prog="benchmarks.what_ifs")
    parser.add_argument("--supplies", type=int, default=100_000)
    measure(parser.parse_args(arguments).supplies)


if __name__ == "__main__":
    main()
