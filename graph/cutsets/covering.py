"""How probable it is that a cut set occurs: any of a family, or any of those that hold a given event."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from graph.cutsets.answer import Between
from graph.cutsets.families import EMPTY, UNIT, Families
from graph.cutsets.modules import Module, by_variable
from graph.cutsets.recursion import solve
from graph.cutsets.small import SmallCutSets

Modules: TypeAlias = Mapping[int, Module]
"""By variable the module that it is in, where it is in one; of modules in each other only those of one level."""

NO_MODULES: Final[Modules] = {}

_Waiting: TypeAlias = "dict[int, dict[int, float]]"
"""Families by their first variable, each with the probability that what was decided before leaves it."""


class Covering:
    """Probabilities of the sets of `families`, where `probabilities[v]` is that of variable v.

    `known` are families whose probability is known already. The probability that some set of a family occurs is taken
    by Shannon's decomposition on the family itself: with the top variable failed, what is left are the sets with it and
    those without it, else the latter alone. Made minimal, what is left stands for one monotone failure, so there are as
    many of them as nodes in its decision diagram.
    """

    def __init__(self, families: Families, probabilities: Sequence[float], known: Mapping[int, float]) -> None:
        self._families = families
        self._probabilities = probabilities
        self._minimal = SmallCutSets(families, len(probabilities))
        self._known = {EMPTY: 0.0, UNIT: 1.0, **known}
        self._modules: dict[tuple[int, int], tuple[int, float]] = {}

    def any(self, family: int, of: Modules = NO_MODULES) -> float:
        """The probability that some set of a minimal family occurs; `of` has the module of each variable in one.

        Raises Spent.
        """
        return solve(
            family,
            self._known,
            self._families.meter,
            plain=lambda _: None,
            parts=lambda at: self._left(at, of),
            join=lambda at, failed, working: self._shannon(at, failed, working, of),
        )

    def bounds(self, family: int) -> Between:
        """Bounds of `any` in one pass: that of the likeliest set, and the sum over all sets (Boole). Raises Spent."""
        families = self._families
        likeliest: dict[int, float] = {EMPTY: 0.0, UNIT: 1.0}
        total = dict(likeliest)
        for known, join in ((likeliest, self._likelier), (total, self._together)):
            solve(family, known, families.meter, plain=lambda _: None, parts=families.children, join=join)
        return Between(lower=likeliest[family], upper=min(1.0, total[family]))

    def holding_each(self, family: int, modules: Sequence[Module] = ()) -> dict[int, float]:
        """For each variable the probability that a set of the family that holds it occurs; 0 is left out. Raises Spent.

        One pass from the root for all variables: at a node the earlier events are decided, and its sets are what the
        cut sets that can still occur have left. None of them may be dropped for being larger than another, as a later
        variable may be in the larger one alone. The events of a module are decided at one go, by whether one of its own
        cut sets occurs, and have a pass of their own. Cost: families met, which may be more than the diagram has nodes.
        """
        waiting: _Waiting = defaultdict(lambda: defaultdict(float))
        waiting[self._families.variables[family]][family] = 1.0
        of = by_variable(modules)
        found: dict[int, float] = {}
        while waiting and (variable := min(waiting)) < len(self._probabilities):
            here, module = waiting.pop(variable), of.get(variable)
            if module is not None:
                found |= self._of_module(here, module, of, waiting)
            else:
                found[variable] = self._of_event(here, variable, of, waiting)
        return found

    def _of_event(self, here: Mapping[int, float], variable: int, of: Modules, waiting: _Waiting) -> float:
        """The probability that a set with a variable occurs, by the families that it is the first one of."""
        failed, found = self._probabilities[variable], 0.0
        for at, reach in here.items():
            high, low = self._families.high[at], self._families.low[at]
            found += reach * failed * self._any_of(high, of)
            self._go_on(waiting, self._families.union(high, low), reach * failed)
            self._go_on(waiting, low, reach * (1.0 - failed))
        return found

    def _of_module(self, here: Mapping[int, float], module: Module, of: Modules, waiting: _Waiting) -> dict[int, float]:
        """The same for each variable of a module: every family here is its cut sets, each with `high`, and `low`."""
        own, failed = self._own(next(iter(here)), module)
        needed = 0.0
        for at, reach in here.items():
            high, low = self._behind(at, module)
            needed += reach * self._any_of(high, of)
            self._go_on(waiting, self._families.union(high, low), reach * failed)
            self._go_on(waiting, low, reach * (1.0 - failed))
        return {each: needed * share for each, share in self.holding_each(own, module.inner).items()}

    def _go_on(self, waiting: _Waiting, left: int, mass: float) -> None:
        if mass:
            waiting[self._families.variables[left]][left] += mass

    def _behind(self, family: int, module: Module) -> tuple[int, int]:
        """What is left of a family with a cut set of a module, and without any of its events."""
        families, with_it, without = self._families, family, family
        while families.variables[with_it] < module.end:
            with_it = families.high[with_it]
        while families.variables[without] < module.end:
            without = families.low[without]
        return with_it, without

    def _own(self, family: int, module: Module) -> tuple[int, float]:
        """The cut sets of a module by themselves, and the probability that one of them occurs.

        They are what the sets of any family that begins with the module have of it, but for those that have nothing: on
        the way by low edges alone.
        """
        key = (module.first, module.end)
        if key not in self._modules:
            families, end = self._families, module.end

            def plain(at: tuple[int, bool]) -> int | None:
                if families.variables[at[0]] < end:
                    return None
                return EMPTY if at[0] == EMPTY or at[1] else UNIT

            known: dict[tuple[int, bool], int] = {}
            own = solve(
                (family, True),
                known,
                families.meter,
                plain=plain,
                parts=lambda at: ((families.high[at[0]], False), (families.low[at[0]], at[1])),
                join=lambda at, high, low: families.node(families.variables[at[0]], high, low),
            )
            self._modules[key] = own, self.any(own, by_variable(module.inner))
        return self._modules[key]

    def _any_of(self, family: int, of: Modules) -> float:
        return 1.0 if self._families.has_empty_set[family] else self.any(self._minimal.least(family), of)

    def _likelier(self, family: int, high: float, low: float) -> float:
        return max(self._probabilities[self._families.variables[family]] * high, low)

    def _together(self, family: int, high: float, low: float) -> float:
        return self._probabilities[self._families.variables[family]] * high + low

    def _left(self, family: int, of: Modules) -> tuple[int, int]:
        module = of.get(self._families.variables[family])
        high, low = self._families.children(family) if module is None else self._behind(family, module)
        return self._minimal.either(high, low), low

    def _shannon(self, family: int, failed: float, working: float, of: Modules) -> float:
        variable = self._families.variables[family]
        module = of.get(variable)
        probability = self._probabilities[variable] if module is None else self._own(family, module)[1]
        return probability * failed + (1.0 - probability) * working
