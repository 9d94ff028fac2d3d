"""Random fault trees by another library of decision diagrams (`dd`) and by another method."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from dd.autoref import BDD, Function

from graph.impact import Supply
from tests.graph.cutsets.asking import ask, vote
from tests.graph.cutsets.judge import by_size
from tests.graph.impact.drawing import drawn


class Tree:
    """A random tree of voting gates over shared events, as supplies and as one function of `dd`."""

    def __init__(self, seed: int) -> None:
        rng = random.Random(seed)
        self.events = {f"e{number:02}": rng.choice([0.01, 0.2, 0.5]) for number in range(14)}
        self.bdd = BDD()
        self.bdd.declare(*self.events)
        functions = {event: self.bdd.var(event) for event in self.events}
        self.supplies: list[Supply] = []
        names = [f"g{number}" for number in range(9)] + ["top"]
        for name in names:
            below = rng.sample(list(functions), rng.randint(2, 5))
            fail_at = rng.randint(1, len(below))
            self.supplies += vote(name, fail_at, *below)
            functions[name] = self._vote(fail_at, [functions[each] for each in below])
        self.top = functions["top"]

    def _vote(self, count: int, members: list[Function]) -> Function:
        if count == 0:
            return self.bdd.true
        if len(members) < count:
            return self.bdd.false
        first, *rest = members
        return self.bdd.ite(first, self._vote(count - 1, rest), self._vote(count, rest))

    def minimal(self) -> Function:
        """Failing, but not with any one of the failed events mended."""
        found = self.top
        for event in self.events:
            found &= ~self.bdd.var(event) | ~self.bdd.let({event: False}, self.top)
        return found

    def cut_sets(self) -> Iterator[tuple[str, ...]]:
        for chosen in self.bdd.pick_iter(self.minimal(), care_vars=set(self.events)):
            yield tuple(sorted(event for event, failed in chosen.items() if failed))

    def probability(self, of: Function) -> float:
        """By expansion by events in their order, which is not that of the diagram."""
        support = sorted(of.support)
        if not support:
            return 1.0 if of == self.bdd.true else 0.0
        p = self.events[support[0]]
        failed, working = (self.probability(self.bdd.let({support[0]: value}, of)) for value in (True, False))
        return p * failed + (1 - p) * working


@pytest.mark.parametrize("seed", range(20))
def test_another_library_finds_the_same(seed: int) -> None:
    tree = Tree(seed)
    answer = ask(drawn(tree.supplies, also=" ".join(tree.events)), dict(tree.events), first=10_000)
    assert list(answer.cut_sets) == sorted(tree.cut_sets(), key=by_size)
    assert answer.count == len(answer.cut_sets) == tree.bdd.count(tree.minimal(), nvars=len(tree.events))
    top = tree.probability(tree.top)
    assert answer.probability == pytest.approx(top, rel=1e-12)
    for each in answer.importance:
        failed, working = (tree.probability(tree.bdd.let({each.event: value}, tree.top)) for value in (True, False))
        assert each.birnbaum == pytest.approx(failed - working, abs=1e-12)
        assert each.risk_achievement_worth == pytest.approx(failed / top)
        assert each.fussell_vesely == pytest.approx(_holding(tree, each.event, answer.cut_sets) / top)


def _holding(tree: Tree, event: str, cut_sets: tuple[tuple[str, ...], ...]) -> float:
    some = tree.bdd.false
    for each in cut_sets:
        if event in each:
            some |= tree.bdd.cube(dict.fromkeys(each, True))
    return tree.probability(some)
