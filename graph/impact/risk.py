"""Assets that aren't lower, but have lost their margin: one more loss in some group would lower them.

B is held against S, group by group: at risk is an asset that S leaves where B had it, with a group of which the loss of
one more member would now lower it, while in B the loss of one member of that group would not. Only members are
counted that keep their value when the asset itself is put to 0, the others give 0: on a ring, the neighbour that one
feeds oneself is no support.

Cost: what leans on an asset is evaluated for every asset that has a member to spare and is on a loop with a member.
"""

from __future__ import annotations

from graph.impact.case import Case
from graph.impact.fixpoint import Fixpoint
from graph.impact.leaning import Leaning
from graph.impact.loops import loops
from graph.impact.network import NetworkGroup


def at_risk(case: Case, *, budget: int) -> list[int]:
    """The assets at risk, by position."""
    now, before = _Margins(case.s, budget), _Margins(case.b, budget)
    earlier = case.b.network.group
    found: list[int] = []
    for at, groups in enumerate(case.s.network.groups):
        if at in case.failed or case.s.values[at] < case.b.values[at]:
            continue
        for group in groups:
            same = earlier.get(group.source.id)
            if now.spent(group) and (same is None or not before.spent(same)):
                found.append(at)
                break
    return found


class _Margins:
    """Whether groups of one fixpoint have a member to spare."""

    def __init__(self, state: Fixpoint, budget: int) -> None:
        self._state = state
        self._loops = loops(state.network.dependants)
        self._leaning = Leaning(state, self._loops, budget=budget)
        self._alone: tuple[int, list[int]] = (-1, [])

    def spent(self, group: NetworkGroup) -> bool:
        """Whether the loss of one more member would lower the dependant."""
        if self._state.values[group.dependant] == 0 or not group.feeds:
            return False
        given = [(self._state.values[provider], capacity) for provider, capacity in group.feeds]
        if self._lowers(group, given):
            return True
        home = self._loops[group.dependant]
        if not any(self._loops[provider] == home for provider, _ in group.feeds):
            return False
        alone = self._without(group.dependant)
        counted = [
            (value if self._loops[provider] != home or alone[provider] == value else 0, capacity)
            for (value, capacity), (provider, _) in zip(given, group.feeds, strict=True)
        ]
        return self._lowers(group, counted)

    def _lowers(self, group: NetworkGroup, given: list[tuple[int, int]]) -> bool:
        """Whether the group without the member that gives it most leaves less than the dependant has."""
        most = max(range(len(given)), key=lambda member: group.contribution(given[member]))
        rest = [
            (0, capacity) if member == most else (value, capacity) for member, (value, capacity) in enumerate(given)
        ]
        return group.term_of(rest) < self._state.values[group.dependant]

    def _without(self, at: int) -> list[int]:
        """The state with one asset put to 0, right for what is on a loop with it; kept for its other groups."""
        if self._alone[0] != at:
            self._alone = (at, self._leaning.without(at))
        return self._alone[1]
