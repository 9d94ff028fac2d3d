"""Groups of one case as evidence: what each member gave before and gives after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from graph.impact.case import Case
from graph.impact.network import NetworkGroup
from graph.impact.proof import Evidence, ProofMember
from graph.impact.quantity import DOWN, Operability
from graph.impact.supply import Combine, Supply, Terms


def tripped(case: Case, at: int) -> Iterator[NetworkGroup]:
    """The groups of an asset that in S leave less of it than it had in M."""
    for group in case.s.network.groups[at]:
        if group.term(case.s.values) < case.m.values[at]:
            yield group


def supplies(case: Case, group: NetworkGroup) -> list[Supply]:
    """The members of a group in S, in order; those that the question took out of it stay, open."""
    present = {(each.provider, each.relationship) for each in group.source.supplies}
    earlier = case.m.network.topology.groups.get(group.source.id) if case.changed else None
    gone = [
        replace(each, terms=replace(each.terms, open=True))
        for each in (earlier.supplies if earlier else ())
        if (each.provider, each.relationship) not in present
    ]
    return sorted([*group.source.supplies, *gone], key=lambda each: (each.provider, each.relationship))


def evidence(case: Case, group: NetworkGroup) -> Evidence:
    """A group in S beside M, lost members first (the heaviest loss first), then by provider and relationship."""
    members = sorted(
        (member(case, supply) for supply in supplies(case, group)),
        key=lambda each: (not each.lost, each.gives - each.gave, each.asset, each.relationship_type, each.key),
    )
    return Evidence(
        group=group.source.id,
        relationship_type=group.source.relationship_type,
        needs=group.source.needs,
        combine=group.combine,
        loss=group.loss,
        value=Operability(group.value(case.s.values)),
        term=Operability(group.term(case.s.values)),
        before=Operability(case.m.values[group.dependant]),
        after=Operability(case.s.values[group.dependant]),
        members=tuple(members),
        lost_count=sum(each.lost for each in members),
    )


def member(case: Case, supply: Supply) -> ProofMember:
    """One supply of S beside what the same supply gave in M (0 where it wasn't there or was open)."""
    before, after = case.m.of(supply.provider), case.s.of(supply.provider)
    earlier = _earlier(case, supply)
    gave = DOWN if earlier is None or earlier.terms.open else before
    return ProofMember(
        asset=supply.provider,
        relationship_type=supply.relationship.type,
        key=supply.relationship.key,
        operability=after,
        operability_before=before,
        capacity=supply.terms.capacity,
        open=supply.terms.open,
        weakened=earlier is not None and gave > 0 and _carries_less(supply.terms, earlier.terms),
        gave=gave,
        gives=DOWN if supply.terms.open else after,
    )


def _carries_less(now: Terms, before: Terms) -> bool:
    less = now.combine is Combine.CAPACITY and now.capacity < before.capacity
    return less or (now.open and not before.open)


def _earlier(case: Case, supply: Supply) -> Supply | None:
    if supply.relationship not in case.changed:
        return supply
    for each in case.m.network.topology.relationships.get(supply.relationship, ()):
        if (each.provider, each.dependant) == (supply.provider, supply.dependant):
            return each
    return None
