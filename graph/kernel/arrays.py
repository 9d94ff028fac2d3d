"""The arrays that the kernel works on. Node and edge would be their names elsewhere; here they are assets and supplies.

Few arrays with wide rows: what is read together lies together, and every array that a compiled function is given costs
at each call. Groups, members and outs are pools addressed by (start, count), so that a later version can share what it
didn't change and put the rest at the end.
"""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

I8: TypeAlias = NDArray[np.int8]
I16: TypeAlias = NDArray[np.int16]
I32: TypeAlias = NDArray[np.int32]
I64: TypeAlias = NDArray[np.int64]
U8: TypeAlias = NDArray[np.uint8]

ONE: Final = 1_000_000
"""Full operability, in millionths."""

GROUPS: Final = 0
GROUP_COUNT: Final = 1
OUTS: Final = 2
OUT_COUNT: Final = 3
"""Columns of `Net.assets`."""

OWNER: Final = 0
FLOW: Final = 1
NEEDS: Final = 2
LOSS: Final = 3
MEMBERS: Final = 4
MEMBER_COUNT: Final = 5
NAME: Final = 6
BY_CAPACITY: Final = 7
"""Columns of `Net.groups`."""

REQUIREMENT: Final = -1
ASLEEP: Final = -2
"""What FLOW says of a group that is none, and of one whose dependant is itself a source: it counts for nothing."""

REVERSED: Final = 1
WEAKENED: Final = 2
CHANGED: Final = 4
"""Bits of `Net.marks`: the supply runs from the relationship's target to its source; the question opened it; it took
away or put in the relationship."""

ALL: Final = 2**31 - 1
"""A rank above all others."""

NO_NUMBERS: Final = np.zeros(0, np.int64)
NO_ASSETS: Final = np.zeros(0, np.int32)


class Net(NamedTuple):
    """Supplies and groups of n assets: what values follow from.

    `assets` (n, 4): start and number of an asset's groups; start and number of its outs, which are the supplies that
    read it but for open ones and those of groups asleep.
    `groups` (g, 8): the dependant; the number of the FLOW type, REQUIREMENT or ASLEEP; members needed (QUORUM); loss in
    millionths; start and number of members; position of the name among texts; 1 for CAPACITY.
    `members`: the provider, or ~provider where the supply is open. `outs`: the group, or ~dependant where the group is
    a plain need: one member, needed whole. `capacity` (thousandths, by member), `needed` (thousandths, by group),
    `delay` (microseconds, by member) and `key` (position among texts, by member) are empty where all have the default.
    `type` and `marks` by member: position of the relationship type, and bits.
    `feeds` (n,): `flow_bit` of each FLOW type that may have a supply which reads the asset; one that has gone may stay.
    """

    assets: I32
    feeds: U8
    groups: I32
    members: I32
    outs: I32
    capacity: I64
    needed: I64
    delay: I64
    type: I16
    marks: U8
    key: I32
