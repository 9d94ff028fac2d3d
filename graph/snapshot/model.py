"""What a snapshot holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from graph.identity import Revision, Tenant
from graph.kernel import Baseline, Containment, Ids, Supplies
from graph.kernel.arrays import I16, I32, U8

GONE: Final = -1
"""What `Snapshot.kinds` has for an asset that is no more, or is still to come."""

OUTGROWN: Final = 0.25
"""The share of a snapshot that later versions may add to it before it is put in order."""

_LEAST: Final = 4096
"""So many assets may come and go in a small snapshot before it counts as outgrown."""


@dataclass(slots=True, eq=False)
class Family:
    """Snapshots that follow from each other and share what is the same.

    `changes[n]` are the positions whose groups changed from number n to n + 1. It only ever grows.
    """

    changes: list[I32] = field(default_factory=list[I32])

    def between(self, earlier: int, later: int) -> I32:
        """The positions, sorted, whose groups changed from one number to a later one."""
        parts = self.changes[earlier:later]
        return parts[0] if len(parts) == 1 else np.unique(np.concatenate([np.zeros(0, np.int32), *parts]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A tenant at one revision: its supplies, the exact type of each of n assets, and what contains it directly.

    `kinds` (n,) is the place of each asset's type in `kind_names`, GONE for one that is no more. `number` counts the
    versions of a family whose supplies differ. `baseline` is what was saved of the nominal baseline of these supplies.
    """

    tenant: Tenant
    revision: Revision
    supplies: Supplies
    kinds: I16
    kind_names: tuple[str, ...]
    containment: Containment
    family: Family = field(default_factory=Family)
    number: int = 0
    baseline: Baseline | None = None

    @property
    def ids(self) -> Ids:
        """The ids of all assets, by position."""
        return self.supplies.ids

    @property
    def size(self) -> int:
        """How many positions there are, those of assets that are no more and those in reserve among them."""
        return self.supplies.size

    @property
    def there(self) -> U8:
        """1 for each of n positions that an asset has."""
        return (self.kinds != GONE).astype(np.uint8)

    @property
    def outgrown(self) -> bool:
        """Whether so much came and went that the snapshot had better be put in order."""
        came, gone = len(self.ids) - self.ids.base, self.ids.gone
        added = self.containment.parents.size - self.containment.rows[:, 1].sum()
        return (
            max(came, gone) > _LEAST + OUTGROWN * self.ids.base
            or added > _LEAST + OUTGROWN * self.containment.parents.size
            or self.is_crowded
        )

    @property
    def is_crowded(self) -> bool:
        """Whether writes and questions took so much room that the snapshot had better be put in order. Cost: none."""
        return self.supplies.pools.grown > OUTGROWN

    def is_same(self, other: Snapshot) -> bool:
        """Whether answers about another snapshot hold for this one, position by position.

        The revision alone doesn't tell: a database that was put back reaches the same one with other contents.
        """
        return self.revision == other.revision and self.family is other.family and self.supplies is other.supplies

    def kind_of(self, asset: str) -> str | None:
        """The exact type of an asset, or None where there is no such asset."""
        at = self.ids.find(asset)
        return None if at is None else self.kind_names[int(self.kinds[at])]

    def is_within(self, asset: str, container: str) -> bool:
        """Whether an asset is another, or contained in it at any depth. Cost: what contains it."""
        at, wanted = self.ids.find(asset), self.ids.find(container)
        if at is None or wanted is None:
            return False
        seen, ahead = {at}, [at]
        while ahead:
            here = ahead.pop()
            if here == wanted:
                return True
            above = [each for each in self.containment.of(here) if each not in seen]
            seen.update(above)
            ahead += above
        return False

    def of_kinds(self, wanted: Collection[str], positions: I32 | None = None) -> U8:
        """1 for each of some assets (all n) that is exactly of one of some types."""
        named = np.array([*(name in wanted for name in self.kind_names), False], np.uint8)
        return named[self.kinds if positions is None else self.kinds[positions]]
