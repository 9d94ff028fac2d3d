"""Proofs of an array case: the few groups that a proof speaks of are taken out and explained as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from graph.impact import Evidence, Proof
from graph.impact.because import because, fell_together
from graph.impact.hops import Arrival, arrival
from graph.kernel.case import ArrayCase, Extract
from graph.work import checkpoint


def proofs(case: ArrayCase, assets: Sequence[int]) -> list[Proof]:
    """Why each of these impacted assets, by position, fell. Cost: members of the groups along their paths."""
    part = case.extract(_along(case, assets))
    ways = _Ways(case, part)
    return [_because(part, ways, case.base.ids[at]) for at in assets]


def together(case: ArrayCase, at: int) -> tuple[Evidence, ...]:
    """The lost assets that an impacted one leans on where a FLOW group decides: as large as the impact may be."""
    wanted = {at, *_along(case, [at])}
    while True:
        part = case.extract(wanted)
        found = fell_together(part.case, _Ways(case, part), case.base.ids[at])
        more = {
            position
            for evidence in found
            for member in evidence.members
            if (position := case.base.ids.find(member.asset)) is not None
        }
        if more <= wanted:
            return found
        wanted |= more


def _because(part: Extract, ways: _Ways, asset: str) -> Proof:
    checkpoint()
    return because(part.case, ways, asset)


class _Ways(Mapping[int, Arrival]):
    """How shortest paths reach the assets of a part, by position in it."""

    def __init__(self, case: ArrayCase, part: Extract) -> None:
        self._case = case
        self._part = part
        self._found: dict[int, Arrival] = {}

    def __getitem__(self, at: int) -> Arrival:
        if at not in self._found:
            self._found[at] = arrival(self._part.case, at, self._hops)
        return self._found[at]

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[int]:
        return iter(self._found)

    def _hops(self, at: int) -> int | None:
        return self._case.hops_of(int(self._part.positions[at]))


def _along(case: ArrayCase, assets: Sequence[int]) -> set[int]:
    """The assets on the paths to some, by position: those whose groups a proof shows."""
    seen: set[int] = set()
    ahead = set(assets)
    while ahead:
        seen |= ahead
        part = case.extract(ahead)
        ways = _Ways(case, part)
        nearer = {_before(part, ways[part.place(at)]) for at in ahead}
        ahead = {at for at in nearer if at is not None} - seen
    return seen


def _before(part: Extract, way: Arrival) -> int | None:
    """The asset that a path comes from, where it has a path of its own."""
    provider = part.case.s.network.position[way.supply.provider]
    if way.cause or provider in part.case.failed:
        return None
    return int(part.positions[provider])
