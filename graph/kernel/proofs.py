"""Proofs of an array case, read off its arrays: only what is shown gets a name."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from graph.impact import Evidence, Proof, ProofStep
from graph.kernel.arrays import FLOW, I32, I64, OWNER
from graph.kernel.case import ArrayCase
from graph.kernel.evidence import evidence, shown
from graph.kernel.gifts import Gifts, gifts, gifts_of
from graph.kernel.hops import UNKNOWN
from graph.kernel.members import Booleans, first_group, first_member, groups_of, members_of
from graph.kernel.positions import place_of, places_of
from graph.work import checkpoint


def proofs(case: ArrayCase, assets: Sequence[int]) -> list[Proof]:
    """Why each of these impacted assets, by position, fell. Cost: supplies of the assets along their paths."""
    wanted = set(assets)
    found: dict[int, _Way] = {}
    ahead = wanted
    while ahead:
        found |= _ways(case, ahead, wanted)
        nearer = {way.provider for at in ahead if not (way := found[at]).ends}
        ahead = nearer - found.keys()
    failed = frozenset(case.base.ids[each] for each in case.failed.tolist())
    return [_proof(case, found, at, failed) for at in assets]


def together(case: ArrayCase, at: int) -> tuple[Evidence, ...]:
    """The lost assets that an impacted one leans on where a FLOW group decides: as large as the impact may be."""
    (way,) = _ways(case, {at}, {at}).values()
    net = case.after.net
    flow = int(net.groups[way.deciding, FLOW])
    if flow < 0:
        return ()
    groups, ahead = {at: way.deciding}, [way.deciding]
    while ahead:
        checkpoint()
        leaning = _leaning(case, flow, np.array(ahead, np.int32), groups)
        groups |= leaning
        ahead = list(leaning.values())
    owners = case.base.ids.in_order(np.array(sorted(groups), np.int32)).tolist()
    seen = gifts(case, np.array([groups[owner] for owner in owners], np.int32))
    return tuple(evidence(seen, place) for place in range(len(owners)))


class _Way(NamedTuple):
    """How a shortest path reaches an asset, and the group that decides its value where that was asked for.

    `provider` is who the last supply comes from, `cause` whether the question changed that supply itself, `ends`
    whether the path begins with it. `step` is the evidence of the group that it is in; `deciding` is the other group.
    """

    provider: int
    type: str
    cause: bool
    ends: bool
    step: Evidence
    decides: Evidence
    deciding: int


def _proof(case: ArrayCase, ways: dict[int, _Way], asset: int, failed: frozenset[str]) -> Proof:
    checkpoint()
    ids, steps = case.base.ids, list[ProofStep]()
    at, ends = asset, False
    while not ends:
        way = ways[at]
        step = ProofStep(
            source=ids[way.provider],
            target=ids[at],
            relationship_type=way.type,
            removed=way.cause,
            evidence=way.step,
        )
        steps.append(step)
        at, ends = way.provider, way.ends
    return Proof(asset=ids[asset], decides=ways[asset].decides, path=tuple(reversed(steps)), failed=failed)


def _ways(case: ArrayCase, assets: Iterable[int], wanted: set[int]) -> dict[int, _Way]:
    """The ways to some impacted assets; the groups that decide are looked for where they are wanted."""
    checkpoint()
    seen = gifts_of(case, np.array(sorted(assets), np.int32))
    leads = _leads(seen)
    groups = [0, *(np.flatnonzero(np.diff(seen.owners)) + 1).tolist(), seen.owners.size]
    members = np.searchsorted(seen.members.of, np.array(groups, np.int32)).tolist()
    found: dict[int, _Way] = {}
    for (first, last), (begin, end) in zip(pairwise(groups), pairwise(members), strict=True):
        at = int(seen.owners[first])
        places = begin + np.flatnonzero(leads[begin:end])
        member = _first(seen, places if places.size else begin + np.flatnonzero(_put_in(seen)[begin:end]))
        arrived = int(seen.members.of[member])
        decides = _deciding(seen, arrived, first, last) if at in wanted else arrived
        deciding = shown(seen, decides) if at in wanted else evidence(seen, decides)
        cause = bool(seen.weakened[member]) or places.size == 0
        provider = int(seen.members.provider[member])
        found[at] = _Way(
            provider=provider,
            type=case.after.types[int(seen.members.type[member])].name,
            cause=cause,
            ends=cause or place_of(case.failed, provider) is not None,
            step=evidence(seen, arrived) if decides != arrived else deciding,
            decides=deciding,
            deciding=int(seen.groups[decides]),
        )
    return found


def _leads(seen: Gifts) -> Booleans:
    """Which members (k,) the shortest paths may come by: one hop nearer, or a cause where the asset is next to one."""
    case, members = seen.case, seen.members
    owners = places_of(case.impacted, seen.owners)
    hops = case.hops.known[owners]
    if (hops == UNKNOWN).any():
        hops = case.hops.whole[owners]
    left = seen.tripped[members.of]
    leads = seen.weakened & left & (hops[members.of] == 1)
    lost = np.flatnonzero(left & seen.lost & ~seen.weakened)
    providers = members.provider[lost]
    fell = places_of(case.impacted, providers)
    nearer = np.where(fell >= 0, case.hops.known[fell], np.where(np.isin(providers, case.failed), 0, UNKNOWN))
    leads[lost] = nearer + 1 == hops[members.of[lost]]
    return leads


def _put_in(seen: Gifts) -> Booleans:
    """Which members (k,) of tripped groups the question put in: the cause of what nothing else explains."""
    return seen.members.changed & seen.tripped[seen.members.of]


def _first(seen: Gifts, places: I64) -> int:
    """The first of some members of groups of one asset: by group, then by provider and relationship."""
    supplies, of = seen.case.after, seen.members.of[places]
    if places.size > 1:
        distinct = np.unique(of)
        group = first_group(supplies, seen.groups[distinct])
        places = places[seen.groups[of] == group]
        owner = int(supplies.net.groups[group, OWNER])
        places = places[[first_member(supplies, owner, seen.members.where(places))]]
    return int(places[0])


def _deciding(seen: Gifts, arrived: int, first: int, last: int) -> int:
    """The place of the group with the least term among some of one asset; of several that which the path ends in."""
    least = first + np.flatnonzero(seen.terms[first:last] == seen.terms[first:last].min())
    if arrived in least:
        return arrived
    return int(least[seen.groups[least] == first_group(seen.case.after, seen.groups[least])][0])


def _leaning(case: ArrayCase, flow: int, groups: I32, known: Collection[int]) -> dict[int, int]:
    """The lost assets, not yet known, that feed some groups of a FLOW type and are themselves decided by it."""
    members = members_of(case.after, groups)
    providers = np.unique(members.provider[~members.open])
    lost = case.read(case.s, providers) < case.read(case.m, providers)
    fed = [at for at in providers[lost & ~np.isin(providers, case.failed)].tolist() if at not in known]
    near = groups_of(case.after, np.array(fed, np.int32))
    seen = gifts(case, near[case.after.net.groups[near, FLOW] == flow])
    deciding = np.flatnonzero(seen.terms == seen.has)
    found: dict[int, int] = {}
    for owner in np.unique(seen.owners[deciding]).tolist():
        found[owner] = first_group(case.after, seen.groups[deciding[seen.owners[deciding] == owner]])
    return found
