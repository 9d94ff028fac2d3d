"""What a snapshot holds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from graph.identity import Revision, Tenant
from graph.kernel import Containment, Ids, Supplies
from graph.kernel.arrays import I16, U8


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A tenant at one revision: its supplies, the exact type of each of n assets, and what contains it directly.

    `kinds` (n,) is the place of each asset's type in `kind_names`.
    """

    tenant: Tenant
    revision: Revision
    supplies: Supplies
    kinds: I16
    kind_names: tuple[str, ...]
    containment: Containment

    @property
    def ids(self) -> Ids:
        """The ids of all assets."""
        return self.supplies.ids

    @property
    def size(self) -> int:
        """How many assets there are."""
        return len(self.ids)

    def kind_of(self, asset: str) -> str | None:
        """The exact type of an asset, or None where there is no such asset."""
        at = self.ids.find(asset)
        return None if at is None else self.kind_names[int(self.kinds[at])]

    def of_kinds(self, wanted: Collection[str]) -> U8:
        """1 for each of n assets that is exactly of one of some types."""
        return np.array([name in wanted for name in self.kind_names], np.uint8)[self.kinds]
