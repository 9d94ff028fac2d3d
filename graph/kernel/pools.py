"""Spare room behind the arrays of a network, so that a later one shares all that is the same and adds the rest.

Groups, members and outs are pools: rows that are found by where they start. A network that follows from another takes
the next rows of the same pools and leaves the rows before as they are, so the older one goes on answering. What a
question changes takes rows as well. Nothing is ever given back: who finds no room left copies everything, and the
pools count as outgrown from then on.
"""

from __future__ import annotations

import math
from threading import Lock
from typing import Final, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.kernel.arrays import I32, OUT_COUNT, Net

SPARE: Final = 0.25
"""Room for this share of what there is at first."""

LEAST: Final = 4096
"""Rows of room that there are at least."""

HUBS: Final = 16
"""So many changes at the provider with the most outs there is room for: each writes all its outs anew."""

Pool: TypeAlias = Literal["groups", "members", "outs"]
Array: TypeAlias = NDArray[np.generic]

POOL_OF: Final[dict[str, Pool]] = {
    "groups": "groups",
    "needed": "groups",
    "members": "members",
    "type": "members",
    "marks": "members",
    "capacity": "members",
    "delay": "members",
    "key": "members",
    "outs": "outs",
}
"""The arrays of a network other than the rows of assets, and the pool whose rows each has."""

OPTIONAL: Final = {"capacity": 1000, "needed": 0, "delay": 0, "key": 0}
"""Those that are left out where all have this."""


def room_for(pool: Pool, rows: int, assets: I32) -> int:
    """How many rows of room belong behind a pool of so many rows; `assets` are the rows of a network's assets."""
    room = int(rows * SPARE) + LEAST
    if pool != "outs" or not assets.shape[0]:
        return room
    return max(room, HUBS * int(assets[:, OUT_COUNT].max()))


def with_room(column: Array, rows: int) -> Array:
    """A copy with more rows behind, which take no memory until they are written."""
    made = np.empty((rows, *column.shape[1:]), column.dtype)
    made[: column.shape[0]] = column
    return made


class Pools:
    """The arrays behind networks that follow from each other, and how many rows of each are taken.

    `buffers` have as many rows as there is room for; `used` and `begun` are rows taken by now and at first, which was
    in other pools where all was copied since. `exhausted` says that somebody found no room who would have at first.
    """

    def __init__(
        self, buffers: dict[str, Array], used: dict[Pool, int], *, begun: dict[Pool, int] | None = None
    ) -> None:
        self.buffers = buffers
        self.used = used
        self.begun = dict(begun or used)
        self.exhausted = False
        self._room: dict[Pool, int] = {pool: buffers[pool].shape[0] - rows for pool, rows in used.items()}
        self._lock = Lock()

    @classmethod
    def of(
        cls, net: Net, *, also: dict[Pool, int] | None = None, begun: dict[Pool, int] | None = None
    ) -> tuple[Pools, Net]:
        """New pools with the rows of a network, and the network as views of them; `also` is room beyond the spare."""
        used: dict[Pool, int] = {"groups": net.groups.shape[0], "members": net.members.size, "outs": net.outs.size}
        rooms = {pool: room_for(pool, rows, net.assets) + (also or {}).get(pool, 0) for pool, rows in used.items()}
        buffers: dict[str, Array] = {}
        for name, pool in POOL_OF.items():
            column: Array = getattr(net, name)
            if column.size or name not in OPTIONAL:
                buffers[name] = with_room(column, used[pool] + rooms[pool])
        made = cls(buffers, used, begun=begun)
        return made, net._replace(**{name: made.buffers[name][: used[POOL_OF[name]]] for name in buffers})

    @property
    def grown(self) -> float:
        """The largest share that was added to a pool since the beginning, infinite for one that has no room left.

        Where there is much room for hubs, a share of twice that.
        """
        if self.exhausted:
            return math.inf
        return max(
            (self.used[pool] - begun) / max(begun, LEAST, 2 * self._room[pool]) for pool, begun in self.begun.items()
        )

    def take(self, pool: Pool, rows: int) -> int | None:
        """Where the next rows of a pool begin, which belong to the caller alone; None where there is no room."""
        with self._lock:
            start = self.used[pool]
            if start + rows > self.buffers[pool].shape[0]:
                self.exhausted |= rows <= self._room[pool]  # else new pools wouldn't have the room either
                return None
            self.used[pool] = start + rows
            return start

    def put(self, name: str, before: Array, added: Array, place: slice) -> Array:
        """An array of an older network with some rows added at a place that was taken for them.

        Both may be left out for the default.
        """
        if name in OPTIONAL and before.size == added.size == 0:
            return before
        column = self._column(name)
        column[place] = OPTIONAL[name] if added.size == 0 and name in OPTIONAL else added
        return column[: place.stop]

    def _column(self, name: str) -> Array:
        """The buffer of an array. One that all networks left out so far has the default everywhere."""
        with self._lock:
            column = self.buffers.get(name)
            if column is None:
                rows = self.buffers[POOL_OF[name]].shape[0]
                kind = np.int32 if name == "key" else np.int64
                default = OPTIONAL[name]
                column = np.full(rows, default, kind) if default else np.zeros(rows, kind)
                self.buffers[name] = column
            return column
