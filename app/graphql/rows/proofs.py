"""Rows of a proof, with exactly what is asked for of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from app.graphql.rows.gathering import AssetGatherer
from app.graphql.selection import Asked
from graph.analysis import check_first
from graph.impact import Proof, ProofMember, ProofStep, share
from graph.ontology.model import Json
from graph.reading import Row

FIRST_MEMBERS = 20
FIRST_STEPS = 50

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofRows:
    """Makes the rows of proofs."""

    assets: AssetGatherer

    def row(self, proof: Proof, fields: Sequence[Asked]) -> Row:
        """The row of a proof."""
        return {asked.key: self._value(proof, asked) for asked in fields}

    def _value(self, proof: Proof, asked: Asked) -> Json:
        match asked.name:
            case "members":
                members = _most(proof.decides.members, asked, FIRST_MEMBERS)
                return [self._member(member, asked.fields) for member in members]
            case "path":
                return [self._step(step, asked.fields) for step in _most(proof.path, asked, FIRST_STEPS)]
            case name:
                return _plain(proof, name)

    def _member(self, member: ProofMember, fields: Sequence[Asked]) -> Row:
        values: Row = {
            "operability": share(member.operability),
            "operabilityBefore": share(member.operability_before),
            "capacity": member.capacity / 1000,
            "open": member.open,
        }
        return {
            asked.key: self.assets.row(member.asset, asked.fields) if asked.name == "asset" else values[asked.name]
            for asked in fields
        }

    def _step(self, step: ProofStep, fields: Sequence[Asked]) -> Row:
        values: Row = {
            "relationshipType": step.relationship_type,
            "group": step.group,
            "removed": step.removed,
        }
        ends = {"from": step.source, "to": step.target}
        return {
            asked.key: self.assets.row(ends[asked.name], asked.fields) if asked.name in ends else values[asked.name]
            for asked in fields
        }


def _plain(proof: Proof, name: str) -> Json:
    decides = proof.decides
    values: Row = {
        "group": decides.group.label,
        "relationshipType": decides.relationship_type,
        "needs": decides.needs / 1000,
        "combine": decides.combine,
        "loss": share(decides.loss),
        "value": share(decides.value),
        "memberCount": decides.member_count,
        "lostCount": decides.lost_count,
        "pathLength": len(proof.path),
    }
    return values[name]


def _most(items: Sequence[T], asked: Asked, default: int) -> Sequence[T]:
    first = asked.arguments.get("first")
    return items[: check_first(default if first is None else cast("int", first))]
