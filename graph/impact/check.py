"""Checks a proof from what it says alone: no topology, no evaluator, arithmetic of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import floor

from graph.impact.proof import Evidence, Proof, ProofMember
from graph.impact.quantity import FULL
from graph.impact.supply import Combine, Kind


def replay(proof: Proof, together: Sequence[Evidence]) -> tuple[str, ...]:
    """What is wrong with a proof and the assets that fell together with it, in sentences; empty where both hold.

    Checked: each group's value follows from its members' values and its term from that; the deciding group alone gives
    the asset's value, which is lower than before; the path runs unbroken from a failed asset or a changed supply to the
    asset through groups that are tripped, each step coming from a lost member; and for FLOW, the assets that fell
    together, raised from nothing by what comes from outside their set, reach no more than is stated.
    """
    return (*_decision(proof), *_path(proof), *_set(proof, together))


def _decision(proof: Proof) -> Iterator[str]:
    decides = proof.decides
    yield from _group(decides)
    if decides.group.dependant != proof.asset:
        yield f"the deciding group belongs to {decides.group.dependant}, not to {proof.asset}"
    if decides.term != decides.after:
        yield f"the deciding group leaves {decides.term}, not {decides.after}"
    if not decides.tripped:
        yield "the deciding group is not tripped"


def _group(evidence: Evidence) -> Iterator[str]:
    name = f"group {evidence.group.label} of {evidence.group.dependant}"
    value = _value(evidence, [(member, member.gives) for member in evidence.members])
    if value != evidence.value:
        yield f"{name}: the members give {value}, not {evidence.value}"
    if _term(evidence, evidence.value) != evidence.term:
        yield f"{name}: {evidence.value} leaves {_term(evidence, evidence.value)}, not {evidence.term}"
    if evidence.after > evidence.term:
        yield f"{name}: it leaves {evidence.term}, but {evidence.after} is stated"
    for member in evidence.members:
        if member.gives != (0 if member.open else member.operability):
            yield f"{name}: {member.asset} gives {member.gives}, which is not what it has"
    lost = sum(member.lost for member in evidence.members)
    if lost != evidence.lost_count:
        yield f"{name}: {lost} members are lost, not {evidence.lost_count}"
    if list(evidence.members) != sorted(evidence.members, key=lambda member: not member.lost):
        yield f"{name}: lost members don't come first"


def _path(proof: Proof) -> Iterator[str]:
    if not proof.path:
        yield "there is no path"
        return
    first, last = proof.path[0], proof.path[-1]
    if first.source not in proof.failed and not first.removed:
        yield f"the path starts at {first.source}, which didn't fail, by a supply that nobody changed"
    if last.target != proof.asset:
        yield f"the path ends at {last.target}, not at {proof.asset}"
    for step, following in zip(proof.path, proof.path[1:], strict=False):
        if step.target != following.source:
            yield f"the path breaks between {step.target} and {following.source}"
        if following.removed:
            yield f"the path goes on from {following.source} by a supply that is itself a cause"
    for step in proof.path:
        yield from _group(step.evidence)
        sources = {member.asset for member in step.evidence.members if member.lost or step.removed}
        if step.evidence.group.dependant != step.target or step.source not in sources:
            yield f"{step.source} is no lost member of a group of {step.target}"
        if not step.evidence.tripped:
            yield f"group {step.group} of {step.target} is not tripped"


def _set(proof: Proof, together: Sequence[Evidence]) -> Iterator[str]:
    """Raise the set from nothing with everything outside at what is stated: it must not pass what is stated."""
    if proof.decides.group.kind is not Kind.FLOW:
        if together:
            yield "a REQUIREMENT is not decided by assets that fell together"
        return
    if proof.decides not in together:
        yield "the deciding group is not among those that fell together"
    flow = proof.decides.group.flow_type
    stated = {evidence.group.dependant: evidence for evidence in together}
    raised = dict.fromkeys(stated, 0)
    moved = True
    while moved:
        moved = False
        for asset, evidence in stated.items():
            value = _value(evidence, [(each, _inside(each, raised)) for each in evidence.members])
            if _term(evidence, value) > raised[asset]:
                raised[asset] = _term(evidence, value)
                moved = True
    for asset, evidence in stated.items():
        yield from _group(evidence)
        if evidence.group.flow_type != flow:
            yield f"group {evidence.group.label} of {asset} is not of type {flow}"
        if raised[asset] != evidence.after:
            yield f"{asset} gets {raised[asset]} from outside the set, not {evidence.after}"


def _inside(member: ProofMember, raised: dict[str, int]) -> int:
    return 0 if member.open else raised.get(member.asset, member.gives)


def _value(evidence: Evidence, given: list[tuple[ProofMember, int]]) -> int:
    needs = Fraction(evidence.needs, 1000)
    if needs == 0:
        return FULL
    match evidence.combine:
        case Combine.QUORUM:
            best = sorted((value for _, value in given), reverse=True)
            return best[int(needs) - 1] if needs <= len(best) else 0
        case Combine.CAPACITY:
            carried = sum((Fraction(member.capacity, 1000) * value for member, value in given), Fraction(0))
            return min(FULL, floor(carried / needs))


def _term(evidence: Evidence, value: int) -> int:
    return floor(FULL * (1 - Fraction(evidence.loss, FULL) * (1 - Fraction(value, FULL))))
