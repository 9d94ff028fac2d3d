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
from graph.kernel.arrays import ASLEEP, BY_CAPACITY, FLOW, GROUP_COUNT, GROUPS, I32, I64, MEMBER_COUNT, MEMBERS, U8
from graph.kernel.supplies import time_of
from graph.kernel.upstream import TOGETHER, reaching, upstream
from graph.rootcause.forecast import Margin, Outcome, Promise, Reach

QUORUM_UNIT: Final = 1000
"""Thousandths of what a QUORUM needs that one member is worth."""


class ArrayForecast:
    """A forecast by the evaluator on arrays, with `maintenance` planned down before anything fails.

    Cost of `falls`: what the causes touch. For one question: names that were read are kept, and what is watched. Safe
    to share between threads.
    """

    def __init__(self, evaluator: ArrayEvaluator, *, maintenance: tuple[str, ...] = ()) -> None:
        self._evaluator = evaluator
        self._supplies = evaluator.supplies
        self._maintenance = maintenance
        self._before = _before(evaluator, maintenance)
        self._names: dict[int, str] = {}
        self._places: dict[str, int] = {}
        self._watched: tuple[frozenset[str], U8] = (frozenset(), np.zeros(evaluator.supplies.size, np.uint8))

    @property
    def delayed(self) -> bool:
        """Whether any supply has a delay."""
        return self._supplies.delayed

    @property
    def assets(self) -> Collection[str]:
        """All assets, for membership."""
        return self._supplies.ids

    def question(self, causes: Iterable[str]) -> Question:
        """The question about impact that a set of causes is: all fail at once."""
        return Question(failures=tuple(Failure(asset=each) for each in sorted(causes)), maintenance=self._maintenance)

    def upstream(self, assets: Iterable[str]) -> frozenset[str]:
        """These assets and what could make them fall. Cost: the supplies that lead there, and n bytes."""
        return frozenset(self._named(upstream(self._supplies.net, self._before, self._positions(assets))))

    def reach(self, symptoms: Sequence[str], *, witnesses: Sequence[int], most: int, promise: Promise) -> Reach:
        """What is upstream of `symptoms`, ranked.

        Cost: the supplies that lead there, for each TOGETHER witnesses as often as there are distances at which an
        asset is met, and 16 bytes an asset. For a network's first question O(n + m): how much each asset could take
        down is remembered.
        """
        net, size = self._supplies.net, self._supplies.size
        found = np.sort(upstream(net, self._before, self._positions(symptoms)))
        met, hops = np.zeros(found.size, np.int64), np.zeros(size, np.int64)
        words: list[I64] = []
        for start in range(0, len(witnesses), TOGETHER):
            bits = np.zeros(size, np.int64)
            asked = [symptoms[each] for each in witnesses[start : start + TOGETHER]]
            reaching(net, self._before, self._positions(asked), bits, hops)
            words.append(bits[found])
            met += np.bitwise_count(words[-1])
        by_id = self._supplies.ids.order(found)
        reached = (met + (len(symptoms) - len(witnesses))).astype(np.float64)
        worth = promise(reached, self._evaluator.engine.breadths[found])
        first = by_id[np.lexsort((hops[found[by_id]], -worth[by_id]))][:most]
        unsure = (1 << len(symptoms)) - 1 - sum(1 << each for each in witnesses)
        spread = _spread([word[first].tolist() for word in words], witnesses, unsure)
        named = self._named(found[first])
        return Reach(total=found.size, symptoms=dict(zip(named, spread, strict=True)))

    def falls(self, causes: frozenset[str]) -> Mapping[str, timedelta]:
        """What falls when `causes` fail together, by one evaluation. Raises BudgetSpent."""
        found = self._fallen(causes, None)
        return {} if found is None else self._timed(*found)

    def outcome(self, causes: frozenset[str], *, watched: frozenset[str], most: int | None = None) -> Outcome | None:
        """What falls when `causes` fail together, by one evaluation that ends soon after `most`. Raises BudgetSpent."""
        found = self._fallen(causes, most)
        if found is None:
            return None
        fallen, times = found
        seen = self._mask(watched)[fallen] == 1
        moments, counts = np.unique(times[~seen], return_counts=True)
        others = {time_of(each): count for each, count in zip(moments.tolist(), counts.tolist(), strict=True)}
        return Outcome(times=self._timed(fallen[seen], times[seen]), others=others)

    def redundant(self, assets: Iterable[str]) -> list[Margin]:
        """The margins of some assets, but for those of a requirement of one member."""
        net, found = self._supplies.net, list[Margin]()
        for asset, at in zip(assets, self._positions(assets).tolist(), strict=True):
            start, count = net.assets[at, GROUPS : GROUP_COUNT + 1].tolist()
            rows = net.groups[start : start + count]
            if ((rows[:, FLOW] >= 0) | (rows[:, MEMBER_COUNT] > 1)).any():
                found += [each for each in self.margins(asset) if each.may_matter]
        return found

    def margins(self, asset: str) -> Sequence[Margin]:
        """The groups of an asset that count."""
        at = self._supplies.ids.find(asset)
        groups = [] if at is None else [each for each in self._supplies.groups(at) if self._counts(each)]
        if len(groups) > 1:
            groups.sort(key=lambda each: self._supplies.group_id(each).order)
        found = (self._margin(asset, group) for group in groups)
        return [each for each in found if each is not None]

    def _positions(self, assets: Iterable[str]) -> I32:
        """Positions of those that are there."""
        known, find = self._places, self._supplies.ids.find
        found = (at if (at := known.get(each)) is not None else find(each) for each in assets)
        return np.array([at for at in found if at is not None], np.int32)

    def _fallen(self, causes: frozenset[str], most: int | None) -> tuple[I32, I64] | None:
        return self._evaluator.engine.fallen(resolve(self.question(causes), self._supplies), most=most)

    def _timed(self, fallen: I32, times: I64) -> dict[str, timedelta]:
        moments = {each: time_of(each) for each in np.unique(times).tolist()}
        return dict(zip(self._named(fallen), (moments[each] for each in times.tolist()), strict=True))

    def _mask(self, watched: frozenset[str]) -> U8:
        """1 for what is watched (n,)."""
        known, mask = self._watched
        if known is not watched:
            mask = np.zeros(self._supplies.size, np.uint8)
            mask[self._positions(watched)] = 1
            self._watched = (watched, mask)
        return mask

    def _named(self, positions: I32) -> list[str]:
        names, ids = self._names, self._supplies.ids
        found: list[str] = []
        for at in positions.tolist():
            name = names.get(at)
            if name is None:
                name = names[at] = ids[at]
                self._places[name] = at
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


def _spread(words: Sequence[Sequence[int]], witnesses: Sequence[int], always: int) -> list[int]:
    """By asset the bits of `words` at the positions of the witnesses that they stand for, with those of `always`."""
    place = [1 << each for each in witnesses]
    known: dict[tuple[int, ...], int] = {}  # most assets reach the same symptoms as others
    found: list[int] = []
    for row in zip(*words, strict=True):
        if row not in known:
            whole = sum(word << number * TOGETHER for number, word in enumerate(row))
            known[row] = always | sum(bit for number, bit in enumerate(place) if whole >> number & 1)
        found.append(known[row])
    return found


def _before(evaluator: ArrayEvaluator, maintenance: tuple[str, ...]) -> I32:
    """What assets have (n,) before anything fails, in millionths."""
    nominal = evaluator.engine.nominal
    if not maintenance:
        return nominal
    (case,) = evaluator.evaluate(Question(maintenance=maintenance)).cases
    before = nominal.copy()
    before[case.touched] = case.m
    return before
