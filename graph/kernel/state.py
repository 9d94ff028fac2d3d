"""Where an evaluation works: the values of one moment, scratch that cleans itself, and logs that undo all of it."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np

from graph.kernel.arrays import I32, I64, ONE, U8, Net
from graph.kernel.jit import compiled, uncounted

LOGGED: Final = 0
RANKED: Final = 1
OWNED: Final = 2
LOOSE: Final = 3
FRESH: Final = 4
LEFT: Final = 5
STATUS: Final = 6
STOP: Final = 7
MOST: Final = 8
SEEN: Final = 9
"""Positions in `State.counts`: lengths of the three logs and of `loose`, the last rank given, recomputations left, how
it ended, 1 once another thread wants it to end (as if the budget were spent), the length of the log from which on
nobody wants to know more (0: none), and from SEEN on, for each FLOW type, how much of the log it has looked at."""

SETTLED: Final = 0
SPENT: Final = 1
FULL_LOG: Final = 2
BEYOND: Final = 3
"""How an evaluation ended: with the result, over its budget, with a log too short for it (begin again with a longer
one), or beyond MOST: what was lowered so far is right, and can be undone."""

SUSPECT: Final = 1
QUEUED: Final = 2
RISEN: Final = 4
"""Bits of `State.flags`: its value is in doubt; it stands in the queue; it came back, which no reader knows yet."""


class LogFull(Exception):
    """More changed than can be undone."""


class TooMany(Exception):
    """More changed than anybody wants to know."""


class State(NamedTuple):
    """The operabilities of n assets in T FLOW types, and what is needed to change them and change them back.

    `x`, `own` (n,) values and own operabilities, in millionths; `rank` (T, n) the order in which the least fixpoint
    derived each asset's value; `cap` (n,) what a suspect had; `was` (n,) what an asset had at a moment that is asked
    for, -1 where it has that still; `hop` (n,) hops, -1 where unknown; `row` (n,) the newest row of an asset among its
    falls (`times.py`), -1 where there is none;
    `flags` (n,) and `waiting` (groups,) bits; `queue` (n + 1,), `suspects` (n,) and
    `groups` (groups,) lists. `log_at`, `log_old` are the changes of `x` in order, `rank_log` (3, ...) those of `rank`
    as type, asset and old rank, `own_log` (2, ...) those of `own`; `loose` (2, T n) the types and assets that owe their
    value to others of no lower rank, and `listed` (T, n) 1 for these.
    """

    x: I32
    own: I32
    rank: I32
    cap: I32
    was: I32
    hop: I32
    row: I32
    flags: U8
    waiting: U8
    queue: I32
    suspects: I32
    groups: I32
    log_at: I32
    log_old: I32
    rank_log: I32
    own_log: I32
    loose: I32
    listed: U8
    counts: I64


class Baseline(NamedTuple):
    """What a state at rest with everything healthy is made of: as in `State`, and the last rank that was given."""

    x: I32
    rank: I32
    loose: I32
    fresh: int


def baseline_of(state: State) -> Baseline:
    """What is to be kept of a state at rest, whatever becomes of it."""
    loose = state.loose[:, : int(state.counts[LOOSE])]
    return Baseline(x=state.x.copy(), rank=state.rank.copy(), loose=loose.copy(), fresh=int(state.counts[FRESH]))


def state_of(baseline: Baseline, net: Net, *, log: int) -> State:
    """A state of one's own at rest in a baseline, with logs of a length."""
    x = baseline.x.copy()
    groups, types = net.groups.shape[0], baseline.rank.shape[0]
    made = _blank(x, all_healthy(x.size), groups=groups, types=types, length=log)
    made.rank[:] = baseline.rank
    count = baseline.loose.shape[1]
    made.loose[:, :count] = baseline.loose
    made.listed[baseline.loose[0], baseline.loose[1]] = 1
    made.counts[LOOSE], made.counts[FRESH] = count, baseline.fresh
    return made


def moved(state: State, net: Net) -> State:
    """A state at rest as one of a later network; more assets are healthy, and nothing is derived of them yet."""
    n, known, groups = net.assets.shape[0], state.x.size, net.groups.shape[0]
    if n > known:
        rank = np.zeros((state.rank.shape[0], n), np.int32)
        rank[:, :known] = state.rank
        loose = state.loose[:, : int(state.counts[LOOSE])]
        x = np.concatenate([state.x, all_healthy(n - known)])
        kept = Baseline(x=x, rank=rank, loose=loose, fresh=int(state.counts[FRESH]))
        return state_of(kept, net, log=state.log_at.size)
    return state._replace(waiting=np.zeros(groups, np.uint8), groups=np.zeros(groups, np.int32))


def fresh_state(net: Net, flows: int, own: I32, *, log: int | None = None) -> State:
    """A state in which nothing has been derived yet: every asset has its own operability.

    `log` bounds how many changes can be undone; by default twice for each asset.
    """
    length = log or 2 * own.size + 1024
    return _blank(own.copy(), own.copy(), groups=net.groups.shape[0], types=max(flows, 1), length=length)


def _blank(x: I32, own: I32, *, groups: int, types: int, length: int) -> State:
    n = x.size
    return State(
        x=x,
        own=own,
        rank=np.zeros((types, n), np.int32),
        cap=np.zeros(n, np.int32),
        was=np.full(n, -1, np.int32),
        hop=np.full(n, -1, np.int32),
        row=np.full(n, -1, np.int32),
        flags=np.zeros(n, np.uint8),
        waiting=np.zeros(groups, np.uint8),
        queue=np.zeros(n + 1, np.int32),
        suspects=np.zeros(n, np.int32),
        groups=np.zeros(groups, np.int32),
        log_at=np.zeros(length, np.int32),
        log_old=np.zeros(length, np.int32),
        rank_log=np.zeros((3, length), np.int32),
        own_log=np.zeros((2, length), np.int32),
        loose=np.zeros((2, types * n), np.int32),
        listed=np.zeros((types, n), np.uint8),
        counts=np.zeros(SEEN + types, np.int64),
    )


@uncounted
def undo(state: State, values: int, ranks: int, owns: int, loose: int) -> None:
    """Take back everything after these lengths of the logs."""
    x, rank, own = state.x, state.rank, state.own
    log_at, log_old, rank_log, own_log, counts = (
        state.log_at,
        state.log_old,
        state.rank_log,
        state.own_log,
        state.counts,
    )
    for i in range(counts[LOGGED] - 1, values - 1, -1):
        x[log_at[i]] = log_old[i]
    for i in range(counts[RANKED] - 1, ranks - 1, -1):
        rank[rank_log[0, i], rank_log[1, i]] = rank_log[2, i]
    for i in range(counts[OWNED] - 1, owns - 1, -1):
        own[own_log[0, i]] = own_log[1, i]
    listed, loose_ones = state.listed, state.loose
    for i in range(loose, counts[LOOSE]):
        listed[loose_ones[0, i], loose_ones[1, i]] = 0
    counts[FRESH] -= counts[RANKED] - ranks  # each of them was given the next one
    counts[LOGGED] = values
    counts[RANKED] = ranks
    counts[OWNED] = owns
    counts[LOOSE] = loose


@compiled
def look_back(state: State, mark: int) -> I32:
    """Fill `state.was` with what each asset had when the log was `mark` long, where that changed; returns those assets.

    `look_away` with the same mark cleans it again.
    """
    was, flags, log_at, log_old, end = state.was, state.flags, state.log_at, state.log_old, state.counts[LOGGED]
    for i in range(end - 1, mark - 1, -1):
        was[log_at[i]] = log_old[i]
    found = np.empty(end - mark, np.int32)
    count = 0
    for i in range(mark, end):
        at = log_at[i]
        if not flags[at]:
            flags[at] = 1
            found[count] = at
            count += 1
    for i in range(count):
        flags[found[i]] = 0
    return found[:count].copy()


@uncounted
def look_away(state: State, mark: int) -> None:
    """Clean `state.was` of what `look_back` filled in."""
    was, log_at = state.was, state.log_at
    for i in range(mark, state.counts[LOGGED]):
        was[log_at[i]] = -1


@uncounted
def forget(state: State) -> None:
    """Make what was derived the beginning: nothing before can be undone."""
    state.counts[LOGGED] = 0
    state.counts[RANKED] = 0
    state.counts[OWNED] = 0


def all_healthy(n: int) -> I32:
    """Own operabilities of n assets with nothing the matter, in millionths."""
    return np.full(n, ONE, np.int32)
