"""When assets fall, stage by stage: has `times.py` play what delays reach into; the rest falls at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import numpy as np

from graph.impact import Failure
from graph.impact.question import Resolved
from graph.kernel.arrays import I32, I64
from graph.kernel.positions import many
from graph.kernel.state import State, look_away, look_back
from graph.kernel.supplies import Supplies
from graph.kernel.times import NEVER, Steps, any_delay, play

NO_DELAY: Final = timedelta(0)

_MICROSECOND = timedelta(microseconds=1)


def stages(resolved: Resolved) -> list[tuple[timedelta, list[Failure]]]:
    """Failures by rising offset; changed relationships come first, at offset 0."""
    by_offset: dict[timedelta, list[Failure]] = {NO_DELAY: []} if resolved.changes_topology else {}
    for failure in resolved.question.failures:
        by_offset.setdefault(failure.at, []).append(failure)
    return sorted(by_offset.items(), key=lambda each: each[0])


class Falls:
    """Collects the stages of one case, on a state whose `row` it takes until `clear`.

    `delayed` says whether any supply has a delay, now or by the question: if none has, everything that falls in a
    stage does so at its offset, and nothing is kept but that; nor that where there is `one` stage alone. `rounds`
    gives the rounds of the least fixpoints (T, n).
    """

    def __init__(self, state: State, *, delayed: bool, one: bool, rounds: Callable[[], I32]) -> None:
        self._size = state.x.size
        self._rounds = rounds
        self._fallen: list[I32] = []
        self._times: list[I64] = []
        self._steps = _no_steps(state.row) if delayed else None
        self._one = one and not delayed

    def begin(self, at: timedelta) -> None:
        """Before the failures of a stage."""
        offset = np.array([min(at // _MICROSECOND, NEVER - 1)], np.int64)
        if self._steps is None:
            self._times.append(offset)
            return
        steps = self._steps
        rounds = self._rounds()[np.newaxis]
        self._steps = steps._replace(
            offsets=np.concatenate([steps.offsets, offset]),
            round=rounds if steps.offsets.size == 0 else np.concatenate([steps.round, rounds]),
        )

    def end(self, supplies: Supplies, state: State, mark: int, struck: I32) -> None:
        """After a stage that began when the log was `mark` long; `struck` are the assets that fail in it."""
        if self._one:
            return
        found = look_back(state, mark)
        fallen = found[state.x[found] < state.was[found]]
        if self._steps is not None:
            self._play(self._steps, supplies, state, fallen, struck)
        else:
            self._times[-1] = np.repeat(self._times[-1], fallen.size)
        self._fallen.append(fallen)
        look_away(state, mark)

    def first(self, assets: I32) -> I64:
        """The first moment (microseconds) at which each of `assets`, sorted, falls in any stage; all do."""
        if self._one:
            return np.repeat(self._times[0], assets.size)
        if any(many(fallen, self._size) for fallen in self._fallen):
            return self._first_of_all()[assets]
        first = np.full(assets.size, NEVER, np.int64)
        for fallen, times in zip(self._fallen, self._times, strict=True):
            places = np.searchsorted(assets, fallen)
            known = places < assets.size
            known[known] = assets[places[known]] == fallen[known]
            np.minimum.at(first, places[known], times[known])
        return first

    def clear(self) -> None:
        """Leave the state as it was found."""
        if self._steps is not None:
            for fallen in self._fallen:
                self._steps.last[fallen] = -1

    def _first_of_all(self) -> I64:
        first = np.full(self._size, NEVER, np.int64)
        for fallen, times in zip(self._fallen, self._times, strict=True):
            first[fallen] = np.minimum(first[fallen], times)
        return first

    def _play(self, steps: Steps, supplies: Supplies, state: State, fallen: I32, struck: I32) -> None:
        stage = steps.offsets.size - 1
        rows = np.arange(steps.stage.size, steps.stage.size + fallen.size, dtype=np.int32)
        steps = steps._replace(
            before=np.concatenate([steps.before, steps.last[fallen]]),
            stage=np.concatenate([steps.stage, np.full(fallen.size, stage, np.int32)]),
            had=np.concatenate([steps.had, state.was[fallen]]),
            after=np.concatenate([steps.after, state.x[fallen]]),
            struck=np.concatenate([steps.struck, np.isin(fallen, struck).astype(np.int8)]),
            time=np.concatenate([steps.time, np.full(fallen.size, NEVER, np.int64)]),
        )
        steps.last[fallen] = rows
        if supplies.delayed and any_delay(supplies.net, fallen):
            play(supplies.net, steps, stage, fallen, state.x, state.own)
        else:
            steps.time[rows] = steps.offsets[stage]
        self._times.append(steps.time[rows].copy())
        self._steps = steps


def _no_steps(last: I32) -> Steps:
    nothing = np.zeros(0, np.int32)
    return Steps(
        last=last,
        before=nothing,
        stage=nothing,
        had=nothing,
        after=nothing,
        struck=np.zeros(0, np.int8),
        time=np.zeros(0, np.int64),
        offsets=np.zeros(0, np.int64),
        round=np.zeros((0, 0, 0), np.int32),
    )
