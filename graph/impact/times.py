"""When an asset falls: stage by stage, the least solution by Dijkstra.

In a stage, L is the set of assets that fall. A supply shows its provider's new value from (the provider's time + the
supply's delay) on; an asset falls as soon as what its supplies show leaves it below what it had before the stage.
A FLOW provider in L that was derived no earlier than the dependant (by rank, the round of the least fixpoint before the
stage) shows its new value from the start: it only gave back what it got. What fell in an earlier stage, and shows only
later, still shows the old value until then. A relationship taken away is a change of the supply itself: it shows after
its delay too. Whatever rises does so at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from heapq import heappop, heappush

from graph.impact.case import Case, Stage
from graph.impact.evidence import member
from graph.impact.fixpoint import ranks
from graph.impact.network import NetworkGroup
from graph.impact.supply import Supply


def times(case: Case) -> Mapping[int, timedelta]:
    """For each asset that falls in some stage (by position), the first moment it does.

    Where no supply has a delay everything that falls in a stage does so at its offset, and nothing need be played.
    """
    delayed = any(supply.terms.delay for supply in case.s.network.topology.supplies)
    shown = Shown(case) if delayed else None
    first: dict[int, timedelta] = {}
    for stage in case.stages:
        fallen = dict.fromkeys(stage.fallen, stage.at) if shown is None else _Play(stage, shown).run()
        for at, time in fallen.items():
            first[at] = min(first.get(at, time), time)
    return first


class Shown:
    """What each supply shows of its provider at any moment: a value to begin with, and steps down from it."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._position = case.s.network.position
        self._steps: dict[Supply, list[tuple[timedelta, int]]] = {}
        self._opened: set[Supply] = set()
        self.outgoing: dict[int, list[Supply]] = {}
        for supply in case.s.network.topology.supplies:
            self.outgoing.setdefault(self._position[supply.provider], []).append(supply)
            if supply.terms.open and member(case, supply).weakened:
                self._opened.add(supply)
                self.step(supply, supply.terms.delay, 0)

    def step(self, supply: Supply, at: timedelta, value: int) -> None:
        """From `at` on the supply shows at most `value` (millionths)."""
        self._steps.setdefault(supply, []).append((at, value))

    def steps_after(self, supply: Supply, at: timedelta) -> list[timedelta]:
        """The moments after `at` at which the supply shows less."""
        return [time for time, _ in self._steps.get(supply, ()) if time > at]

    def term(self, group: NetworkGroup, at: timedelta) -> int:
        """What a group leaves of its dependant by what its members show at a moment."""
        given = [(self._value(supply, at), supply.terms.capacity) for supply in group.source.supplies]
        return group.term_of(given)

    def _value(self, supply: Supply, at: timedelta) -> int:
        if supply.terms.open and supply not in self._opened:
            return 0
        steps = self._steps.get(supply, ())
        provider = self._position[supply.provider]
        first = self._case.stages[0]
        begins = max(first.before.values[provider], first.after.values[provider])
        return min([begins, *(value for time, value in steps if time <= at)])


class _Play:
    """One stage, played in the order of time."""

    def __init__(self, stage: Stage, shown: Shown) -> None:
        self._stage = stage
        self._shown = shown
        self._network = stage.after.network
        self._fallen = stage.fallen
        self._times: dict[int, timedelta] = {}
        self._ahead: list[tuple[timedelta, int]] = []
        self._ranks = {flow: ranks(stage.before, number) for number, flow in enumerate(stage.before.network.flows)}

    def run(self) -> Mapping[int, timedelta]:
        """When each asset of L falls."""
        for at in self._fallen:
            self._give_back(at)
        for at in self._fallen:
            self._look_ahead(at)
        while self._ahead:
            time, at = heappop(self._ahead)
            if at not in self._times and self._falls(at, time):
                self._times[at] = time
                self._pass_on(at, time)
        return self._times

    def _give_back(self, at: int) -> None:
        """What an asset only gave back to those it was derived from, or beside, is gone from the start."""
        for supply in self._shown.outgoing.get(at, ()):
            if self._only_gives_back(supply, at):
                self._shown.step(supply, self._stage.at, self._stage.after.values[at])

    def _only_gives_back(self, supply: Supply, at: int) -> bool:
        if supply.flow_type is None:
            return False
        rank = self._ranks.get(supply.flow_type)
        return rank is None or rank[at] >= rank[self._network.position[supply.dependant]]

    def _look_ahead(self, at: int) -> None:
        """The moments at which an asset of L can fall for reasons that are already known."""
        heappush(self._ahead, (self._stage.at, at))
        for group in self._network.groups[at]:
            for supply in group.source.supplies:
                for time in self._shown.steps_after(supply, self._stage.at):
                    heappush(self._ahead, (time, at))

    def _falls(self, at: int, time: timedelta) -> bool:
        before = self._stage.before.values[at]
        if at in self._stage.struck and self._stage.after.own[at] < before:
            return True
        return any(self._shown.term(group, time) < before for group in self._network.groups[at])

    def _pass_on(self, at: int, time: timedelta) -> None:
        for supply in self._shown.outgoing.get(at, ()):
            if not self._only_gives_back(supply, at):
                shows = _after(time, supply.terms.delay)
                self._shown.step(supply, shows, self._stage.after.values[at])
                dependant = self._network.position[supply.dependant]
                if dependant in self._fallen:
                    heappush(self._ahead, (shows, dependant))


def _after(time: timedelta, delay: timedelta) -> timedelta:
    """The moment `delay` after `time`; what is beyond all counting of time stands at its end."""
    return time + delay if delay <= timedelta.max - time else timedelta.max
