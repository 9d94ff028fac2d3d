"""The forecast on arrays: what `TopologyForecast` says, for hundreds of sets of causes in a fraction of a second."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import numpy as np

from graph.impact import Failure, Kind, Question
from graph.impact.question import resolve
from graph.kernel import ArrayEvaluator
from graph.kernel.arrays import ASLEEP, BY_CAPACITY, FLOW, I32, MEMBERS
from graph.kernel.supplies import time_of
from graph.kernel.upstream import upstream
from graph.rootcause.forecast import Margin

QUORUM_UNIT: Final = 1000
"""Thousandths of what a QUORUM needs that one member is worth."""


class ArrayForecast:
    """A forecast by the evaluator on arrays, with `maintenance` planned down before anything fails.

    Cost of `falls`: what the causes touch, and n where any supply has a delay. For one question: names that were read
    are kept. Safe to share between threads.
    """

    def __init__(self, evaluator: ArrayEvaluator, *, maintenance: tuple[str, ...] = ()) -> None:
        self._evaluator = evaluator
        self._supplies = evaluator.supplies
        self._maintenance = maintenance
        self._before = _before(evaluator, maintenance)
        self._names: dict[int, str] = {}

    @property
    def assets(self) -> Collection[str]:
        """All assets, for membership."""
        return self._supplies.ids

    def question(self, causes: Iterable[str]) -> Question:
        """The question about impact that a set of causes is: all fail at once."""
        return Question(failures=tuple(Failure(asset=each) for each in sorted(causes)), maintenance=self._maintenance)

    def upstream(self, assets: Iterable[str]) -> frozenset[str]:
        """These assets and what could make them fall. Cost: the supplies that lead there, and n bytes."""
        known = (self._supplies.ids.find(each) for each in assets)
        begin = np.array([at for at in known if at is not None], np.int32)
        return frozenset(self._named(upstream(self._supplies.net, self._before, begin)))

    def falls(self, causes: frozenset[str]) -> Mapping[str, timedelta]:
        """What falls when `causes` fail together, by one evaluation. Raises BudgetSpent."""
        fallen, times = self._evaluator.engine.fallen(resolve(self.question(causes), self._supplies))
        moments = {each: time_of(each) for each in np.unique(times).tolist()}
        return dict(zip(self._named(fallen), (moments[each] for each in times.tolist()), strict=True))

    def margins(self, asset: str) -> Sequence[Margin]:
        """The groups of an asset that count."""
        at = self._supplies.ids.find(asset)
        groups = [] if at is None else [each for each in self._supplies.groups(at) if self._counts(each)]
        if len(groups) > 1:
            groups.sort(key=lambda each: self._supplies.group_id(each).order)
        found = (self._margin(asset, group) for group in groups)
        return [each for each in found if each is not None]

    def _named(self, positions: I32) -> list[str]:
        names, ids = self._names, self._supplies.ids
        found: list[str] = []
        for at in positions.tolist():
            name = names.get(at)
            if name is None:
                name = names[at] = ids[at]
            found.append(name)
        return found

    def _counts(self, group: int) -> bool:
        return int(self._supplies.net.groups[group, FLOW]) != ASLEEP and self._supplies.needs(group) > 0

    def _giving(self, group: int) -> dict[str, int]:
        """Members that give something before anything fails, with what they are worth."""
        net = self._supplies.net
        by_capacity = bool(net.groups[group, BY_CAPACITY])
        worth: dict[str, int] = defaultdict(int)
        for member in self._supplies.members(group):
            provider = int(net.members[member])
            if provider >= 0 and self._before[provider] > 0:
                capacity = int(net.capacity[member]) if net.capacity.size else 1000
                worth[self._supplies.ids[provider]] += capacity if by_capacity else 1
        return worth

    def _margin(self, asset: str, group: int) -> Margin | None:
        members = self._giving(group)
        if not members:
            return None
        net = self._supplies.net
        needs = self._supplies.needs(group)
        slack = sum(members.values()) - (needs if net.groups[group, BY_CAPACITY] else needs // QUORUM_UNIT)
        type_ = self._supplies.types[int(net.type[int(net.groups[group, MEMBERS])])]
        flow = type_.name if type_.kind is Kind.FLOW else None
        return Margin(dependant=asset, members=members, slack=max(0, slack), flow=flow)


def _before(evaluator: ArrayEvaluator, maintenance: tuple[str, ...]) -> I32:
    """What assets have (n,) before anything fails, in millionths."""
    nominal = evaluator.engine.nominal
    if not maintenance:
        return nominal
    (case,) = evaluator.evaluate(Question(maintenance=maintenance)).cases
    before = nominal.copy()
    before[case.touched] = case.m
    return before
