"""One question evaluated on arrays: what differs from the nominal baseline, in B, M and S."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from graph.impact import RelationshipId
from graph.impact.case import Case
from graph.impact.fixpoint import Fixpoint
from graph.impact.hops import edges
from graph.impact.network import network
from graph.kernel.arrays import I32, I64, NO_ASSETS
from graph.kernel.encoding import plain
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

    def hops_of(self, at: int) -> int | None:
        """Hops of an impacted asset, 0 of a failed one, None of another."""
        place = place_of(self.impacted, at)
        if place is not None:
            return self.hops.at(place)
        return None if place_of(self.failed, at) is None else 0

    def causes(self, rewired: I32) -> tuple[I32, I32]:
        """Impacted dependants of supplies that the question weakened, and of those that it put in or changed.

        `rewired` are the dependants whose groups it changed.
        """
        concerned = rewired[[self.fell(at) for at in rewired.tolist()]] if rewired.size else rewired
        if concerned.size == 0:
            return NO_ASSETS, NO_ASSETS
        part = self.extract(concerned.tolist())
        weakened: list[int] = []
        put_in: list[int] = []
        for at in concerned.tolist():
            for edge in edges(part.case, part.place(at)):
                if edge.seen.weakened:
                    weakened.append(at)
                if edge.supply.relationship in self.changed:
                    put_in.append(at)
        return np.array(weakened, np.int32), np.array(put_in, np.int32)

    def extract(self, positions: Iterable[int]) -> Extract:
        """The groups of some assets as plain values, with what all their members have."""
        wanted = sorted(set(positions))
        ends = {*wanted, *self.failed.tolist()}  # a proof names all that failed
        for at in wanted:
            for supplies in {id(each): each for each in (self.base, self.after)}.values():
                ends.update(supplies.provider(m) for group in supplies.groups(at) for m in supplies.members(group))
        return Extract.of(self, wanted, np.array(sorted(ends), np.int32))


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """A part of an array case as a plain one: `positions` are those of the whole, in the order of the part.

    That is the order of ids, as a plain network has it; `places` is the way back.
    """

    case: Case
    positions: I32
    places: dict[int, int]

    @classmethod
    def of(cls, whole: ArrayCase, wanted: list[int], ends: I32) -> Extract:
        """The part with the groups of `wanted` assets; `ends`, sorted, are these and all that supply them."""
        ends = whole.base.ids.in_order(ends)
        places = {at: place for place, at in enumerate(ends.tolist())}
        base = network(plain(whole.base, wanted, ends.tolist()))
        after = base if whole.after is whole.base else network(plain(whole.after, wanted, ends.tolist()))
        b, m, s = (
            Fixpoint(network=of, own=(), values=whole.read(values, ends).tolist())
            for of, values in ((base, whole.b), (base, whole.m), (after, whole.s))
        )
        return cls(
            case=Case(
                b=b,
                m=m,
                s=s,
                stages=(),
                failed=_places(whole.failed, places),
                maintained=_places(whole.maintained, places),
                changed=whole.changed,
            ),
            positions=ends,
            places=places,
        )

    def place(self, at: int) -> int:
        """Where an asset of the whole is in the part."""
        return self.places[at]


def _places(positions: I32, places: dict[int, int]) -> frozenset[int]:
    return frozenset(places[at] for at in positions.tolist() if at in places)
