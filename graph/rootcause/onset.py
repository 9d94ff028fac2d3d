"""Order of onset: when causes began, when what they explain should have begun, and how far off it was.

All moments are offsets from the earliest onset given. A cause that is itself a symptom began when it says so. One that
is silent began at the median of (onset - time to impact) over the symptoms that it makes fall by itself: the value of
least total deviation, and one that a few wrong clocks don't move. Causes that make nothing fall alone, such as one of
a redundant pair, share the median over what falls by all together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from statistics import median_low

from graph.rootcause.forecast import Outcome
from graph.rootcause.question import FAR, RootCauseQuestion

OutcomeOf = Callable[[frozenset[str]], Outcome]


class Clock:
    """Onsets of the symptoms that have one, and the moment of asking."""

    def __init__(self, question: RootCauseQuestion) -> None:
        given = {each.asset: each.since for each in question.symptoms if each.since is not None}
        first = min(given.values(), default=None)
        self.tolerance = question.noise.tolerance
        self.since: Mapping[str, timedelta] = {} if first is None else _offsets(given, first)
        self.at = None if first is None or question.at is None else question.at - first


def _offsets(given: Mapping[str, datetime], first: datetime) -> dict[str, timedelta]:
    return {asset: since - first for asset, since in given.items()}


class Course:
    """How an incident with these causes runs: when each cause began and when each asset falls by it.

    `starts` has None for a cause of which nothing tells when it began.
    """

    def __init__(self, clock: Clock, causes: frozenset[str], outcome_of: OutcomeOf) -> None:
        self._clock = clock
        self._causes = causes
        self._outcome_of = outcome_of
        self._joint = outcome_of(causes)
        self._alone = {cause: outcome_of(frozenset({cause})) for cause in sorted(causes)}
        self.starts = self._starts() if clock.since else dict.fromkeys(sorted(causes))

    def expected(self, asset: str) -> timedelta | None:
        """When `asset`, which falls, does so; None where no onset tells.

        By the first cause that makes it fall alone; where it takes several, by the last of those that it takes.
        """
        if asset in self._causes or not any(start is not None for start in self.starts.values()):
            return self.starts.get(asset)
        alone = [
            _later(start, self._alone[cause].times[asset])
            for cause, start in self.starts.items()
            if start is not None and asset in self._alone[cause]
        ]
        if alone:
            return min(alone)
        begun = [start for cause in self.needed(asset) if (start := self.starts[cause]) is not None]
        return _later(max(begun), self._joint.times[asset]) if begun else None

    def needed(self, asset: str) -> list[str]:
        """The causes without any one of which `asset` would not fall; all, where each can be spared."""
        if len(self._causes) <= 2:
            return sorted(self._causes)
        return [cause for cause in sorted(self._causes) if asset not in self._outcome_of(self._causes - {cause})] or (
            sorted(self._causes)
        )

    def too_early(self, asset: str) -> bool:
        """Whether a symptom began before any of the causes that could have made it fall says that it began itself."""
        since = self._clock.since.get(asset)
        if since is None or asset in self._causes:
            return False
        alone = [cause for cause, outcome in self._alone.items() if asset in outcome]
        if alone:
            return all(self._after(cause, since) for cause in alone)
        return any(self._after(cause, since) for cause in self.needed(asset))

    def deviation(self, asset: str) -> timedelta:
        """How far the onset of a symptom is from its expected time, either way; 0 where either isn't known."""
        since = self._clock.since.get(asset)
        expected = None if since is None else self.expected(asset)
        return timedelta(0) if since is None or expected is None else abs(since - expected)

    def pending(self, asset: str) -> bool:
        """Whether an asset that is to fall had no reason to yet when the question was asked."""
        if self._clock.at is None:
            return False
        expected = self.expected(asset)
        return expected is not None and expected > self._clock.at

    def others(self) -> int:
        """How many assets that nobody watches fell before the question was asked; by the first cause's onset."""
        begun = [start for start in self.starts.values() if start is not None]
        if self._clock.at is None or not begun:
            return sum(self._joint.others.values())
        return sum(count for time, count in self._joint.others.items() if _later(min(begun), time) <= self._clock.at)

    def _after(self, cause: str, moment: timedelta) -> bool:
        said = self._clock.since.get(cause)
        return said is not None and said > moment + self._clock.tolerance

    def _starts(self) -> dict[str, timedelta | None]:
        starts = {cause: self._start(cause) for cause in sorted(self._causes)}
        unknown = [cause for cause, start in starts.items() if start is None]
        if unknown:
            together = _median(self._backdated(self._joint, self._only_together()))
            starts |= dict.fromkeys(unknown, together)
        return starts

    def _start(self, cause: str) -> timedelta | None:
        said = self._clock.since.get(cause)
        if said is not None:
            return said
        outcome = self._alone[cause]
        own = [asset for asset in self._clock.since if asset in outcome]
        others = [each for other, each in self._alone.items() if other != cause]
        exclusive = [asset for asset in own if not any(asset in other for other in others)]
        return _median(self._backdated(outcome, exclusive or own))

    def _only_together(self) -> Iterator[str]:
        for asset in self._clock.since:
            if asset in self._joint and not any(asset in outcome for outcome in self._alone.values()):
                yield asset

    def _backdated(self, outcome: Outcome, assets: Iterable[str]) -> list[timedelta]:
        return [self._clock.since[asset] - min(outcome.times[asset], FAR) for asset in assets]


def _later(start: timedelta, by: timedelta) -> timedelta:
    """`start` + `by`, where what is beyond all counting of time counts as a year."""
    return start + min(by, FAR)


def _median(moments: list[timedelta]) -> timedelta | None:
    return median_low(moments) if moments else None
