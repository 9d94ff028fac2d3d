"""What differs between the answers to two questions about one and the same snapshot, on arrays.

`docs/impact.md` says what the words mean; everything follows from where each asset ends in either answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import cached_property, reduce
from typing import Final, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

from graph.impact import Bounds, Level, Operability
from graph.kernel import ArrayAnswer, Ids
from graph.kernel.arrays import I32, I64, ONE
from graph.kernel.lists import LEVELS
from graph.kernel.supplies import time_of

Mask: TypeAlias = NDArray[np.bool_]

_NEVER: Final = -1
"""The time of an asset that a question doesn't impact."""


class Change(StrEnum):
    """How an asset fares in the second answer against the first; a list of differences for each."""

    NEWLY_IMPACTED = "newlyImpacted"
    NO_LONGER_IMPACTED = "noLongerImpacted"
    WORSE = "worse"
    BETTER = "better"
    SOONER = "sooner"
    LATER = "later"


_FALLING: Final = (Change.NEWLY_IMPACTED, Change.WORSE)
_RISING: Final = (Change.NO_LONGER_IMPACTED, Change.BETTER)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where one asset ends in one answer.

    `time_to_impact` is None where failures and changes don't lower it (in time). `suffers`: lower than in the
    baseline. `named`: the question itself says that it fails or is in maintenance. `beyond`: it falls after the
    horizon.
    """

    bounds: Bounds
    time_to_impact: timedelta | None
    suffers: bool
    named: bool
    beyond: bool

    @property
    def level(self) -> Level:
        """The level."""
        return self.bounds.level


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An asset that doesn't fare the same in both answers."""

    asset: str
    before: Standing
    after: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Where some assets (m) end in one answer: bounds in millionths, times in microseconds (`_NEVER` without)."""

    lower: I32
    upper: I32
    times: I64
    suffers: Mask
    named: Mask
    beyond: Mask

    @classmethod
    def of(cls, answer: ArrayAnswer, positions: I32) -> Side:
        """The side of an answer at `positions`, which are sorted and hold all that it touches."""
        fell = reduce(np.union1d, (case.impacted for case in answer.cases))
        beyond = np.isin(positions, np.setdiff1d(fell, answer.impacted.positions))
        ends = [np.where(beyond, case.read(case.m, positions), case.read(case.s, positions)) for case in answer.cases]
        base = [case.read(case.b, positions) for case in answer.cases]
        lower, upper = np.minimum.reduce(ends), np.maximum.reduce(ends)
        times = np.full(positions.size, _NEVER, np.int64)
        times[np.searchsorted(positions, answer.impacted.positions)] = answer.impacted.times
        first = answer.cases[0]
        return cls(
            lower=lower,
            upper=upper,
            times=times,
            suffers=_below((lower, upper), (np.minimum.reduce(base), np.maximum.reduce(base))),
            named=np.isin(positions, first.failed) | np.isin(positions, first.maintained),
            beyond=beyond,
        )

    def where(self, keep: Mask) -> Side:
        """The side of those for which `keep` (m,) is true."""
        return Side(
            lower=self.lower[keep],
            upper=self.upper[keep],
            times=self.times[keep],
            suffers=self.suffers[keep],
            named=self.named[keep],
            beyond=self.beyond[keep],
        )

    @property
    def levels(self) -> I32:
        """The level of each, as its place in LEVELS."""
        levels = np.where(self.lower < ONE, LEVELS.index(Level.DEGRADED), LEVELS.index(Level.OK)).astype(np.int32)
        levels[self.lower == 0] = LEVELS.index(Level.DOWN)
        levels[self.lower != self.upper] = LEVELS.index(Level.UNKNOWN)
        return levels

    def standing(self, place: int) -> Standing:
        """Where one of them stands."""
        time = int(self.times[place])
        return Standing(
            bounds=Bounds(lower=Operability(int(self.lower[place])), upper=Operability(int(self.upper[place]))),
            time_to_impact=None if time == _NEVER else time_of(time),
            suffers=bool(self.suffers[place]),
            named=bool(self.named[place]),
            beyond=bool(self.beyond[place]),
        )


class DifferenceList(Sequence[Difference]):
    """Assets that differ in the same way, the worst first (`docs/impact.md`), then by id; sorted when first read."""

    def __init__(self, change: Change, ids: Ids, positions: I32, *, before: Side, after: Side) -> None:
        self._change = change
        self._ids = ids
        self.positions = positions
        self.before = before
        self.after = after

    def __len__(self) -> int:
        return self.positions.size

    @overload
    def __getitem__(self, at: int) -> Difference: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Difference]: ...
    def __getitem__(self, at: int | slice) -> Difference | Sequence[Difference]:
        if isinstance(at, slice):
            return [self._item(place) for place in self._order[at].tolist()]
        return self._item(int(self._order[at]))

    def where(self, keep: Mask) -> DifferenceList:
        """Those for which `keep` (m,) is true."""
        return DifferenceList(
            self._change,
            self._ids,
            self.positions[keep],
            before=self.before.where(keep),
            after=self.after.where(keep),
        )

    def at_levels(self, *, before: Sequence[Level] | None, after: Sequence[Level] | None) -> DifferenceList:
        """Those at one of some levels in the first answer, and in the second; None is any."""
        keep = np.ones(len(self), np.bool_)
        for side, levels in ((self.before, before), (self.after, after)):
            if levels is not None:
                keep &= np.isin(side.levels, [LEVELS.index(level) for level in levels])
        return self.where(keep)

    @cached_property
    def _order(self) -> NDArray[np.intp]:
        by_id = self._ids.order(self.positions)
        worst, other = (self.before, self.after) if self._change in _RISING else (self.after, self.before)
        keys: tuple[NDArray[np.generic], ...] = (-other.lower, worst.upper, worst.lower)
        if self._change not in _FALLING + _RISING:
            keys = ((self.after if self._change is Change.SOONER else self.before).times,)
        return by_id[np.lexsort([key[by_id] for key in keys])]

    def _item(self, place: int) -> Difference:
        return Difference(
            asset=self._ids[int(self.positions[place])],
            before=self.before.standing(place),
            after=self.after.standing(place),
        )


def differences(before: ArrayAnswer, after: ArrayAnswer) -> dict[Change, DifferenceList]:
    """The assets that fare differently in two answers about the same supplies. Cost: what both touched."""
    touched = [case.touched for answer in (before, after) for case in answer.cases]
    positions = np.unique(np.concatenate(touched)).astype(np.int32)
    first, second = Side.of(before, positions), Side.of(after, positions)
    falls = _below((second.lower, second.upper), (first.lower, first.upper))
    rises = _below((first.lower, first.upper), (second.lower, second.upper))
    newly, no_longer = second.suffers & ~first.suffers, first.suffers & ~second.suffers
    timed = ~falls & ~rises & (first.times != _NEVER) & (second.times != _NEVER)
    masks = {
        Change.NEWLY_IMPACTED: falls & newly & ~second.named,
        Change.NO_LONGER_IMPACTED: rises & no_longer & ~first.named,
        Change.WORSE: falls & ~newly & ~second.named,
        Change.BETTER: rises & ~no_longer & ~first.named,
        Change.SOONER: timed & (second.times < first.times),
        Change.LATER: timed & (second.times > first.times),
    }
    everything = (before.cases[0].base.ids, positions)
    return {
        change: DifferenceList(change, *everything, before=first, after=second).where(mask)
        for change, mask in masks.items()
    }


def _below(one: tuple[I32, I32], other: tuple[I32, I32]) -> Mask:
    """Whether bounds are worse than others: by the lower one, then by the upper."""
    return (one[0] < other[0]) | ((one[0] == other[0]) & (one[1] < other[1]))
