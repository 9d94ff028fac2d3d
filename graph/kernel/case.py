"""One question evaluated on arrays: what differs from the nominal baseline, in B, M and S."""

from __future__ import annotations

from dataclasses import dataclass

from graph.impact import RelationshipId
from graph.kernel.arrays import I32, I64
from graph.kernel.hops import Hops
from graph.kernel.positions import looked_up, place_of
from graph.kernel.supplies import Supplies


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrayCase:
    """B the baseline, M with maintenance, S with failures and changed relationships; as `graph.impact.case.Case`.

    `base` are the supplies of B and M, `after` those of S. `nominal` (n,) are the values with everything healthy;
    `touched` the positions, sorted, at which B, M or S may have others, and `b`, `m`, `s` those (millionths).
    `impacted` are the positions lower in S than in M other than the failed ones, sorted, with `hops` and `times`
    (microseconds until it falls) for each. `failed` and `maintained` are sorted positions.
    """

    base: Supplies
    after: Supplies
    nominal: I32
    touched: I32
    b: I32
    m: I32
    s: I32
    failed: I32
    maintained: I32
    changed: frozenset[RelationshipId]
    impacted: I32
    hops: Hops
    times: I64

    def read(self, values: I32, positions: I32) -> I32:
        """What `values` (one of `b`, `m`, `s`) say of assets by position."""
        return looked_up(self.touched, values, positions, self.nominal)

    def fell(self, at: int) -> bool:
        """Whether an asset is impacted in this case."""
        return place_of(self.impacted, at) is not None
