"""Compiles everything there is, by asking a small network every kind of question, so that nobody's first one waits."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import numpy as np

from graph.impact import (
    DOWN,
    AddedRelationship,
    Combine,
    Direction,
    Failure,
    Kind,
    Level,
    Question,
    RelationshipId,
    Supply,
    Terms,
    build_topology,
    supplies_of,
)
from graph.kernel.containment import containment_of, count_within
from graph.kernel.criticality import Criticality, count_falls
from graph.kernel.editions import COMPLETE, compiling
from graph.kernel.encoding import encode
from graph.kernel.evaluator import ArrayEvaluator
from graph.kernel.jit import keep_on_disk
from graph.kernel.updating import Write, supplies_in, written
from graph.kernel.upstream import reaching, upstream

_HOUR = timedelta(hours=1)


def warm() -> None:
    """Compile what isn't compiled yet; under a second where all of it is kept on disk already, else up to a minute.

    Of several processes one compiles, the others wait for it.
    """
    with compiling(keep_on_disk()):
        _ask_everything()


def compile_first() -> None:
    """Compile where that was never done before, so that no question's time is spent on it; else nothing."""
    folder = keep_on_disk()
    if folder is None or not (folder / COMPLETE).exists():
        warm()


def _ask_everything() -> None:
    for delay in (timedelta(0), _HOUR):
        evaluator = ArrayEvaluator(encode(build_topology(_ASSETS, _network(delay))))
        for question in _questions():
            evaluator.evaluate(question).at_risk  # noqa: B018  computed when read
        evaluator.single_points("c", Level.DOWN)
        size = evaluator.supplies.size
        count_falls(evaluator.engine, range(size), np.ones(size), Criticality.blank(size))
        _look_upstream(evaluator)
        _write(evaluator)
    one, two = np.zeros(1, np.int32), np.ones(1, np.int32)
    count_within(containment_of(one, two, assets=2), one, np.ones(2, np.uint8))


def _look_upstream(evaluator: ArrayEvaluator) -> None:
    net, nominal, size = evaluator.supplies.net, evaluator.engine.nominal, evaluator.supplies.size
    begin = np.zeros(1, np.int32)
    upstream(net, nominal, begin)
    reaching(net, nominal, begin, np.zeros(size, np.int64), np.zeros(size, np.int64))
    evaluator.engine.breadths  # noqa: B018  computed when read


def _write(evaluator: ArrayEvaluator) -> None:
    """Put in anew what there is."""
    held = supplies_in(evaluator.supplies, np.arange(evaluator.supplies.size, dtype=np.int32))
    made = written(evaluator.supplies, Write(came=(), went=(), sources={}, before=held, after=held))
    evaluator.following(made.supplies, made.changed).evaluate(Question(failures=(Failure(asset="a"),)))


_ASSETS = {name: frozenset({"PIPE"} if name == "tank" else ()) for name in ("tank", "a", "b", "c", "d", "x")}


def _network(delay: timedelta) -> list[Supply]:
    """A ring on a tank, a group, a part lost, a capacity: something of everything."""
    ring = [("tank", "a"), ("a", "b"), ("b", "c"), ("c", "a")]
    group = Terms(group="g")
    return [
        *_supplies("PIPE", Kind.FLOW, Direction.BOTH, [ring[0]], Terms(delay=delay)),
        *_supplies("PIPE", Kind.FLOW, Direction.BOTH, ring[1:], Terms()),
        *_supplies("NEEDS", Kind.REQUIREMENT, Direction.FORWARD, [("c", "d"), ("b", "d")], group),
        *_supplies("NEEDS", Kind.REQUIREMENT, Direction.FORWARD, [("d", "x")], Terms(loss=500_000)),
        *_supplies(
            "LOADS",
            Kind.REQUIREMENT,
            Direction.FORWARD,
            [("a", "x"), ("b", "x")],
            Terms(group="load", combine=Combine.CAPACITY, capacity=500),
        ),
    ]


def _supplies(
    name: str, kind: Kind, direction: Direction, ends: Iterable[tuple[str, str]], terms: Terms
) -> list[Supply]:
    found: list[Supply] = []
    for source, target in ends:
        id_ = RelationshipId(type=name, source=source, target=target)
        found += supplies_of(id_, direction=direction, kind=kind, terms=terms)
    return found


def _questions() -> list[Question]:
    tank = Failure(asset="tank", operability=DOWN, at=_HOUR)
    feed = RelationshipId(type="NEEDS", source="x", target="d")
    supplies = supplies_of(feed, direction=Direction.FORWARD, kind=Kind.REQUIREMENT, terms=Terms())
    return [
        Question(failures=(Failure(asset="a"), tank)),
        Question(failures=(tank,), added=(AddedRelationship(relationship=feed, supplies=supplies),)),
    ]
