"""How a tenant's assets stand by themselves: the readings of each, and the levels that follow from them at a moment.

Only what changes is judged again: the assets of new readings, those whose level changes as time passes, and those
whose type is another. For one event loop, or one thread at a time.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from graph.health.levels import RANK, ChannelRule, Held, Judged, LevelRules, combined
from graph.impact import EXACTLY_FULL, Bounds, Level
from graph.kernel.arrays import I32, U8
from graph.snapshot import Snapshot
from graph.snapshot.model import GONE
from graph.state import Difference, Reading

LEVELS: Final = tuple(sorted(RANK, key=lambda level: RANK[level]))
"""Levels by their code, the best first."""


@dataclass(slots=True)
class _Arrays:
    """What assets are by themselves, by position (n,): code of the level, and bounds of the operability."""

    codes: U8
    lower: I32
    upper: I32


@dataclass(frozen=True, slots=True, kw_only=True)
class Owned:
    """What was so at one moment, for whoever works on it elsewhere; arrays as in a snapshot of n positions."""

    snapshot: Snapshot
    version: int
    codes: U8
    lower: I32
    upper: I32

    @property
    def unwell(self) -> I32:
        """Positions, sorted, of the assets that aren't surely at 1 by themselves."""
        return np.flatnonzero(self.lower < EXACTLY_FULL.lower).astype(np.int32)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSeen:
    """A source that current readings are from: its newest event's time, and when it was last heard of.

    Times are microseconds since 1970.
    """

    source: str
    event: int
    received: int


@dataclass(slots=True)
class Standing:
    """The readings of a tenant's assets and what they say. `version` counts up whenever what they say changes.

    `journal` holds the assets and channels of new readings in their order, for as long as somebody follows them;
    `suspects` the assets that were judged and are not OK by themselves, or weren't, likewise: once as long as `told`,
    what was so at each when it was named, stays as it is; `sources` those that readings were from.
    """

    rules: LevelRules
    life: str
    readings: dict[str, dict[str, Reading]] = field(default_factory=dict[str, dict[str, Reading]])
    revision: int = 0
    version: int = 0
    journal: dict[tuple[str, str], None] | None = None
    suspects: set[str] | None = None
    told: dict[str, tuple[str | None, ...]] = field(default_factory=dict[str, tuple[str | None, ...]])
    sources: dict[str, SourceSeen] = field(default_factory=dict[str, SourceSeen])
    _snapshot: Snapshot | None = None
    _arrays: _Arrays | None = None
    _places: dict[str, int] = field(default_factory=dict[str, int])
    _held: dict[tuple[str, str], Held] = field(default_factory=dict[tuple[str, str], Held])
    _due: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    _scheduled: dict[str, int] = field(default_factory=dict[str, int])

    @property
    def snapshot(self) -> Snapshot | None:
        """The topology that assets are placed in."""
        return self._snapshot

    @property
    def name(self) -> str:
        """What tells this version from all others of this process's life, and those of lives before."""
        assert self._snapshot is not None
        return f"{self.life}.{self._snapshot.revision}.{self.revision}.{self.version}"

    def follows(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot follows from the one that assets are placed in: then little is to be judged."""
        before = self._snapshot
        return before is not None and before.family is snapshot.family and before.kinds.size <= snapshot.kinds.size

    @property
    def next_due(self) -> int | None:
        """When time alone may change something, in microseconds since 1970."""
        return self._due[0][0] if self._due else None

    def owned(self) -> Owned:
        """Return a copy of what is so now. `place` it in a snapshot before."""
        assert self._snapshot is not None
        assert self._arrays is not None
        held = self._arrays
        return Owned(
            snapshot=self._snapshot,
            version=self.version,
            codes=held.codes.copy(),
            lower=held.lower.copy(),
            upper=held.upper.copy(),
        )

    def judged(self, asset: str, kind: str, channel: str, now: int) -> Judged:
        """Return what one channel of an asset, by the name that it is kept under, says at a moment."""
        rule = self.rules.of_type[kind][channel]
        return rule.judge(self.readings.get(asset, {}).get(channel), now, self._held.get((asset, channel)))

    # ---- readings ----------------------------------------------------------------------------------------------------

    def take(self, readings: Iterable[Reading], revision: int, now: int) -> set[str]:
        """Take readings that became current. Returns their assets. One that is known to be older changes nothing."""
        touched: set[str] = set()
        for each in readings:
            of_asset = self.readings.get(each.asset)
            if of_asset is None:
                of_asset = self.readings[each.asset] = {}
            known = of_asset.get(each.channel)
            if known is None or each.record > known.record:
                of_asset[each.channel] = each
                touched.add(each.asset)
                self._hear(each)
                self._note(each.asset, each.channel)
        self.revision = revision
        for asset in touched:
            self._judge(asset, now)
        return touched

    def catch_up(self, difference: Difference, now: int) -> set[str]:
        """Take what differs in the database. Returns the assets that it touches."""
        gone = self.readings.keys() - difference.states.keys() if difference.whole else difference.gone
        for asset in gone:
            self.readings.pop(asset, None)
            self._forget(asset)
        for asset, readings in difference.states.items():
            known = self.readings.get(asset, {})
            for channel, reading in readings.items():
                if channel not in known or known[channel].record != reading.record:
                    self._hear(reading)
                    self._note(asset, channel)
        self.readings |= difference.states
        self.revision = difference.revision
        touched = {*gone, *difference.states}
        for asset in touched:
            self._judge(asset, now)
        return touched

    def pass_time(self, now: int) -> set[str]:
        """Judge again what time alone may have changed until a moment. Returns those assets."""
        passed: set[str] = set()
        while self._due and self._due[0][0] < now:
            until, asset = heapq.heappop(self._due)
            if self._scheduled.get(asset) == until:
                del self._scheduled[asset]
                passed.add(asset)
        for asset in passed:
            self._judge(asset, now)
        return passed

    # ---- topology ----------------------------------------------------------------------------------------------------

    def place(self, snapshot: Snapshot, now: int) -> None:
        """Go over to a snapshot: judge what is new in it or of another type.

        Cost: the size of one that doesn't follow from the one before.
        """
        before, known = self._snapshot, self._arrays
        if before is snapshot:
            return
        if before is not None and known is not None and self.follows(snapshot):
            changed = np.flatnonzero(before.kinds != snapshot.kinds[: before.kinds.size]).tolist()
            changed += range(before.kinds.size, snapshot.kinds.size)
            self._snapshot = snapshot
            if not changed:
                return
            self._arrays = _longer(known, snapshot.kinds.size)
            for at in changed:
                self._judge_at(int(at), now)
        else:
            self._snapshot = snapshot
            self._places = {}
            self._arrays = self._unseen(snapshot)
            for asset in self.readings:
                self._judge(asset, now)
        self.version += 1

    def _unseen(self, snapshot: Snapshot) -> _Arrays:
        """What all assets of a snapshot are before anything was seen of them."""
        told = [self.rules.unseen.get(name, _WELL) for name in snapshot.kind_names]
        codes = np.array([*(RANK[level] for level, _ in told), 0], np.uint8)  # GONE is the last
        lower = np.array([*(own.lower for _, own in told), EXACTLY_FULL.lower], np.int32)
        upper = np.array([*(own.upper for _, own in told), EXACTLY_FULL.upper], np.int32)
        return _Arrays(codes[snapshot.kinds], lower[snapshot.kinds], upper[snapshot.kinds])

    # ---- judging -----------------------------------------------------------------------------------------------------

    def _judge_at(self, at: int, now: int) -> None:
        assert self._snapshot is not None
        if self._snapshot.kinds[at] == GONE:
            self._set(at, *_WELL)
        else:
            self._judge_of(self._snapshot.ids[at], at, now)

    def _judge(self, asset: str, now: int) -> None:
        if self._snapshot is None:
            return
        at = self._place_of(asset, self._snapshot)
        if at is not None:
            self._judge_of(asset, at, now)

    def _place_of(self, asset: str, snapshot: Snapshot) -> int | None:
        """The position of an asset, remembered: to look one up takes a third of what judging its readings does."""
        at = self._places.get(asset)
        if at is None or snapshot.kinds[at] == GONE:
            at = snapshot.ids.find(asset)
            if at is not None:
                self._places[asset] = at
        return at

    def _judge_of(self, asset: str, at: int, now: int) -> None:
        assert self._snapshot is not None
        kind = self._snapshot.kind_names[int(self._snapshot.kinds[at])]
        readings = self.readings.get(asset)
        if readings is None:
            self._suspect(asset, at, Level.UNKNOWN, (kind,))
            self._set(at, *self.rules.unseen.get(kind, _WELL))
            return
        until: int | None = None
        judged: list[tuple[ChannelRule, Judged]] = []
        said: list[str | None] = [kind]
        for rule in self.rules.levelled.get(kind, ()):
            name = rule.key
            reading = readings.get(name)
            each = rule.judge(reading, now, self._held.get((asset, name)) if rule.remembers else None)
            if each.held is not None:
                self._held[asset, name] = each.held
            if each.until is not None and (until is None or each.until < until):
                until = each.until
            judged.append((rule, each))
            said.append(None if reading is None or reading.value is None else each.level)
        level, own = combined(judged)
        self._suspect(asset, at, level, tuple(said))
        self._set(at, level, own)
        if until is not None:
            self._schedule(asset, until)

    def _suspect(self, asset: str, at: int, level: Level, said: tuple[str | None, ...]) -> None:
        assert self._arrays is not None
        if self.suspects is None:
            return
        if level is Level.OK:
            self.told.pop(asset, None)
            if self._arrays.codes[at]:
                self.suspects.add(asset)
        elif self.told.get(asset) != said:
            self.told[asset] = said
            self.suspects.add(asset)

    def _set(self, at: int, level: Level, own: Bounds) -> None:
        assert self._arrays is not None
        held, code = self._arrays, RANK[level]
        if held.codes[at] != code or held.lower[at] != own.lower or held.upper[at] != own.upper:
            held.codes[at], held.lower[at], held.upper[at] = code, own.lower, own.upper
            self.version += 1

    def _schedule(self, asset: str, until: int) -> None:
        known = self._scheduled.get(asset)
        if known is None or until < known:  # one that is too early is only judged once more
            self._scheduled[asset] = until
            heapq.heappush(self._due, (until, asset))

    def _note(self, asset: str, channel: str) -> None:
        if self.journal is not None:
            self.journal[asset, channel] = None

    def _hear(self, reading: Reading) -> None:
        known = self.sources.get(reading.source)
        if known is None or reading.received > known.received or reading.time > known.event:
            self.sources[reading.source] = SourceSeen(
                source=reading.source,
                event=reading.time if known is None else max(reading.time, known.event),
                received=reading.received if known is None else max(reading.received, known.received),
            )

    def _forget(self, asset: str) -> None:
        self._scheduled.pop(asset, None)
        self.told.pop(asset, None)
        for key in [key for key in self._held if key[0] == asset]:
            del self._held[key]


_WELL: Final = (Level.OK, EXACTLY_FULL)


def _longer(known: _Arrays, size: int) -> _Arrays:
    added = size - known.codes.size
    if not added:
        return known
    return _Arrays(
        np.concatenate([known.codes, np.zeros(added, np.uint8)]),
        np.concatenate([known.lower, np.full(added, EXACTLY_FULL.lower, np.int32)]),
        np.concatenate([known.upper, np.full(added, EXACTLY_FULL.upper, np.int32)]),
    )
