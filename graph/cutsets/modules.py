"""Modules: parts of a network that meet the rest in one asset only, so that each can be looked at by itself.

Whether the target is DOWN depends on the events of a module only by whether that one asset is below the threshold that
is asked of it. So the minimal cut sets that hold events of the module are those of "it is below", each together with
each of what the rest then needs: a product. Events are in order of a search in depth, so those of a module are next to
each other.

Source: Dutuit and Rauzy 1996, A linear-time algorithm to find modules of fault trees; there of trees of gates, here of
loops as well, each of which counts as one gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from graph.cutsets.components import Groups, loop_of
from graph.cutsets.demand import EVERY, Demand, members_read


@dataclass(frozen=True, slots=True)
class Module:
    """The variables from `first` to before `end`, with the modules inside, in order; these are smaller."""

    first: int
    end: int
    inner: list[Module] = field(default_factory=list["Module"])


def modules(groups: Groups, demand: Demand, target: int, variables: Mapping[int, int]) -> list[Module]:
    """The largest modules of at least two events, in order, with those inside; the whole is none. O(n + m)."""
    tree = _Loops(groups, target, variables)
    found: set[tuple[int, int]] = set()
    for loop in tree.whole():
        root = tree.entered[loop]
        if len(root) == 1 and len(asked := demand[min(root)]) == 1 and EVERY not in asked:
            found.add((tree.lowest[loop], tree.highest[loop] + 1))
    return _nested((first, end) for first, end in found if 1 < end - first < len(variables))


def by_variable(modules: Iterable[Module]) -> dict[int, Module]:
    """Of modules that share nothing that of each variable which is in one."""
    return {variable: module for module in modules for variable in range(module.first, module.end)}


def _nested(ranges: Iterable[tuple[int, int]]) -> list[Module]:
    """Ranges, of which two either share nothing or one is in the other, as a forest."""
    outermost: list[Module] = []
    around: list[Module] = []
    for first, end in sorted(ranges, key=lambda each: (each[0], -each[1])):
        while around and around[-1].end <= first:
            around.pop()
        made = Module(first, end)
        (around[-1].inner if around else outermost).append(made)
        around.append(made)
    return outermost


class _Loops:
    """The network loop by loop, searched in depth from the target: when each was met first, last, and left.

    `entered` are the assets of a loop that others read, `lowest` and `highest` the variables behind it.
    """

    def __init__(self, groups: Groups, target: int, variables: Mapping[int, int]) -> None:
        self._loop = loop_of(groups)
        self._ahead: dict[int, dict[int, None]] = {each: {} for each in self._loop.values()}
        self.entered: dict[int, set[int]] = {each: set() for each in self._ahead}
        self.lowest: dict[int, int] = dict.fromkeys(self._ahead, len(variables))
        self.highest: dict[int, int] = dict.fromkeys(self._ahead, -1)
        for asset, at in self._loop.items():
            if asset in variables:
                self.lowest[at] = min(self.lowest[at], variables[asset])
                self.highest[at] = max(self.highest[at], variables[asset])
            for provider in (each for group in groups[asset] for each in members_read(group)):
                if self._loop[provider] != at:
                    self._ahead[at][self._loop[provider]] = None
                    self.entered[self._loop[provider]].add(provider)
        self._met: dict[int, int] = {}
        self._again: dict[int, int] = {}
        self._left: dict[int, int] = {}
        self._search(self._loop[target])

    def _search(self, start: int) -> None:
        moment = 0
        stack = [(start, iter(self._ahead[start]))]
        self._met[start] = self._again[start] = moment
        while stack:
            at, ahead = stack[-1]
            moment += 1
            following = next(ahead, None)
            if following is None:
                stack.pop()
                self._left[at] = moment
            elif following in self._met:
                self._again[following] = moment
            else:
                self._met[following] = self._again[following] = moment
                stack.append((following, iter(self._ahead[following])))

    def whole(self) -> Iterable[int]:
        """The loops behind which nothing is met but through them; gathers the variables behind each."""
        first, last = dict[int, int](), dict[int, int]()
        for at in self._left:  # in the order of leaving: what is behind a loop comes before it
            behind = self._ahead[at]
            self.lowest[at] = min([self.lowest[at], *(self.lowest[each] for each in behind)])
            self.highest[at] = max([self.highest[at], *(self.highest[each] for each in behind)])
            first[at] = min((min(self._met[each], first[each]) for each in behind), default=self._met[at])
            last[at] = max((max(self._again[each], last[each]) for each in behind), default=self._met[at])
            if first[at] >= self._met[at] and last[at] < self._left[at]:
                yield at
