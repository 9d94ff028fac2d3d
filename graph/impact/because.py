"""Makes the proof of why an impacted asset fell."""

from __future__ import annotations

from collections.abc import Mapping

from graph.impact.case import Case
from graph.impact.evidence import evidence
from graph.impact.hops import Arrival
from graph.impact.network import NetworkGroup
from graph.impact.proof import Evidence, Proof, ProofStep


def because(case: Case, ways: Mapping[int, Arrival], asset: str) -> Proof:
    """The proof for an asset that is impacted in this case; `ways` are the case's `arrivals`."""
    at = case.s.network.position[asset]
    return Proof(
        asset=asset,
        decides=evidence(case, _deciding(case, at, ways)),
        path=_path(case, at, ways),
        failed=frozenset(case.s.network.ids[each] for each in case.failed),
    )


def _deciding(case: Case, at: int, ways: Mapping[int, Arrival]) -> NetworkGroup:
    """The group with the least term; of several the one that the path ends in, else the first in order."""
    arrival = ways[at].group
    return min(
        case.s.network.groups[at],
        key=lambda group: (group.term(case.s.values), group.source.id != arrival.source.id, group.source.id.order),
    )


def _path(case: Case, at: int, ways: Mapping[int, Arrival]) -> tuple[ProofStep, ...]:
    """From a cause to the asset, one step per supply."""
    steps: list[ProofStep] = []
    while True:
        arrival = ways[at]
        steps.append(
            ProofStep(
                source=arrival.supply.provider,
                target=arrival.supply.dependant,
                relationship_type=arrival.supply.relationship.type,
                removed=arrival.cause,
                evidence=evidence(case, arrival.group),
            )
        )
        at = case.s.network.position[arrival.supply.provider]
        if arrival.cause or at in case.failed:
            return tuple(reversed(steps))


def fell_together(case: Case, ways: Mapping[int, Arrival], asset: str) -> tuple[Evidence, ...]:
    """Where a FLOW group decides an asset's value: the deciding groups of all lost assets of that type it leans on.

    The asset's own is among them; empty where a REQUIREMENT decides.
    """
    group = _deciding(case, case.s.network.position[asset], ways)
    if group.flow is None:
        return ()
    found: dict[int, NetworkGroup] = {group.dependant: group}
    ahead = [group]
    while ahead:
        for provider, _ in ahead.pop().feeds:
            leaning = _leaning(case, provider, group.flow)
            if leaning is not None and provider not in found:
                found[provider] = leaning
                ahead.append(leaning)
    return tuple(evidence(case, found[at]) for at in sorted(found))


def _leaning(case: Case, at: int, flow: int) -> NetworkGroup | None:
    """The group of that FLOW type that decides the value of a lost asset, if one does."""
    value = case.s.values[at]
    if value >= case.m.values[at] or at in case.failed:
        return None
    deciding = (
        group for group in case.s.network.groups[at] if group.flow == flow and group.term(case.s.values) == value
    )
    return next(deciding, None)
