"""Failures as binary decision diagrams (Bryant 1986), by the library OxiDD: the one module that knows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from oxidd.bdd import BDDFunction, BDDManager
from oxidd.util import DDMemoryError

from graph.cutsets.budget import MOST_EVENTS, Meter, Reason, Spent
from graph.cutsets.decision import ALWAYS, NEVER, Decision
from graph.cutsets.recursion import solve

_THREADS = 1
_CACHED = 2
"""Remembered operations: one for so many nodes."""
_LARGE = 3_000
"""Nodes of a diagram from which on an operation on two of them is done in parts."""

_Operation = Callable[[BDDFunction, BDDFunction], BDDFunction]
_Pair = tuple[BDDFunction, BDDFunction]


class Diagrams:
    """Diagrams over variables 0..n-1, tested in that order; variable v says that event v has failed."""

    def __init__(self, variables: int, meter: Meter) -> None:
        if variables > MOST_EVENTS:
            raise Spent(Reason.EVENTS, MOST_EVENTS)
        self._meter = meter
        self._manager = BDDManager(max(meter.nodes, 2), max(meter.nodes // _CACHED, 1024), _THREADS)
        self._manager.add_vars(variables)
        self.never = self._manager.false()
        self.always = self._manager.true()

    def failed(self, variable: int) -> BDDFunction:
        """The failure of one event."""
        return self._made(lambda: self._manager.var(variable))

    def any_of(self, failures: Sequence[BDDFunction]) -> BDDFunction:
        """At least one of them.

        From the deepest up: then one operand begins where the other is nearly at its end, and each step costs what it
        adds instead of walking through all that was made before.
        """
        result = self.never
        for each in self._deepest_first(failures):
            result = self._combined(_either, each, result)
        return result

    def at_least(self, count: int, failures: Sequence[BDDFunction]) -> BDDFunction:
        """At least `count` of them. Cost: O(count * (n - count + 1)) operations."""
        if count <= 0:
            return self.always
        if count == 1:
            return self.any_of(failures)
        ordered = self._deepest_first(failures)
        reached = [self.always, *[self.never] * count]
        for number, each in enumerate(ordered, 1):
            # What `count` can't be reached from any more is not needed.
            lowest = max(1, count - (len(ordered) - number))
            for have in range(min(count, number), lowest - 1, -1):
                reached[have] = self._choice(each, reached[have - 1], reached[have])
        return reached[count]

    def decision(self, failure: BDDFunction) -> Decision:
        """The diagram in arrays, children before parents."""
        numbers = {self.never: NEVER, self.always: ALWAYS}
        variables, high, low = [self._manager.num_vars()] * 2, [NEVER, ALWAYS], [NEVER, ALWAYS]
        stack = [failure]
        while stack:
            at = stack[-1]
            children = None if at in numbers else at.cofactors()
            ahead = [each for each in children or () if each not in numbers]
            stack += ahead
            if ahead:
                continue
            stack.pop()
            if children is not None:
                self._meter.spend()
                numbers[at] = len(variables)
                variables.append(at.node_var() or 0)
                high.append(numbers[children[0]])
                low.append(numbers[children[1]])
        return Decision(variables=variables, high=high, low=low, root=numbers[failure])

    def _combined(self, operation: _Operation, one: BDDFunction, other: BDDFunction) -> BDDFunction:
        """One operation, with looks at the clock in between.

        On two large diagrams it may take a minute without making many nodes (54 s were seen, for 20,000 nodes), and the
        library can't be interrupted. So there the upper levels are walked here, down to where one of them is small.
        """
        known: dict[_Pair, BDDFunction] = {}
        return solve(
            (one, other),
            known,
            self._meter.next_phase(),
            plain=lambda pair: self._whole(operation, pair),
            parts=_parts,
            join=self._joined,
        )

    def _choice(self, one: BDDFunction, high: BDDFunction, low: BDDFunction) -> BDDFunction:
        """High where `one` is true, else low, which implies high."""
        if one.node_count() < _LARGE:
            return self._made(lambda: one.ite(high, low))
        return self._combined(_either, self._combined(_both, one, high), low)

    def _whole(self, operation: _Operation, pair: _Pair) -> BDDFunction | None:
        one, other = pair
        large = self._manager.approx_num_inner_nodes() >= _LARGE
        if large and one.node_count() >= _LARGE and other.node_count() >= _LARGE:
            return None
        return self._made(lambda: operation(one, other))

    def _joined(self, pair: _Pair, high: BDDFunction, low: BDDFunction) -> BDDFunction:
        level = min(_level(pair[0]), _level(pair[1]))
        return self._made(lambda: self._manager.var(level).ite(high, low))

    def _deepest_first(self, failures: Sequence[BDDFunction]) -> list[BDDFunction]:
        return sorted(failures, key=_level, reverse=True)

    def _made(self, make: Callable[[], BDDFunction]) -> BDDFunction:
        """One operation; where nodes run out, once more after those nobody holds are gone. Raises Spent."""
        self._meter.look()
        try:
            return make()
        except DDMemoryError:
            self._manager.gc()
        try:
            return make()
        except DDMemoryError:
            raise Spent(Reason.NODES, self._meter.nodes) from None


def _either(one: BDDFunction, other: BDDFunction) -> BDDFunction:
    return one | other


def _both(one: BDDFunction, other: BDDFunction) -> BDDFunction:
    return one & other


def _parts(pair: _Pair) -> tuple[_Pair, _Pair]:
    level = min(_level(pair[0]), _level(pair[1]))
    (one_high, one_low), (other_high, other_low) = (_cofactors(each, level) for each in pair)
    return (one_high, other_high), (one_low, other_low)


def _cofactors(failure: BDDFunction, level: int) -> tuple[BDDFunction, BDDFunction]:
    found = failure.cofactors() if _level(failure) == level else None
    return found or (failure, failure)


def _level(failure: BDDFunction) -> int:
    level = failure.node_level()
    return -1 if level is None else level
