"""Rows of an answer about root causes, with exactly what is asked for of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from app.graphql.rows.gathering import AssetGatherer
from app.graphql.rows.proofs import ProofRows
from app.graphql.selection import Asked
from graph.analysis import RootCauseAnalysis, check_first
from graph.impact import Proof
from graph.ontology.model import Json
from graph.reading import Row
from graph.rootcause import Candidate

FIRST = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RootCauseRows:
    """Makes the rows of one analysis."""

    analysis: RootCauseAnalysis
    assets: AssetGatherer

    async def row(self, fields: Sequence[Asked]) -> Row:
        """The row of the analysis itself."""
        return {asked.key: await self._value(asked) for asked in fields}

    async def _value(self, asked: Asked) -> Json:
        match asked.name:
            case "candidates":
                return [await self._candidate(each, asked.fields) for each in self.analysis.candidates]
            case "notes":
                return list(self.analysis.notes)
            case _:
                return self.analysis.revision

    async def _candidate(self, candidate: Candidate, fields: Sequence[Asked]) -> Row:
        return {asked.key: await self._candidate_value(candidate, asked) for asked in fields}

    async def _candidate_value(self, candidate: Candidate, asked: Asked) -> Json:
        match asked.name:
            case "causes":
                return self._assets(candidate.causes, asked)
            case "score":
                return candidate.score
            case "explainsCount":
                return len(candidate.explains)
            case "unexplainedCount":
                return len(candidate.unexplained)
            case "contradictedByCount":
                return len(candidate.contradicted_by)
            case "explains":
                return await self._explains(candidate, asked)
            case "unexplained":
                return self._assets(_most(candidate.unexplained, asked), asked)
            case _:
                return self._assets(_most(candidate.contradicted_by, asked), asked)

    async def _explains(self, candidate: Candidate, asked: Asked) -> Json:
        symptoms = _most(candidate.explains, asked)
        proven = any(each.name == "evidence" for each in asked.fields) and symptoms
        proofs = await self.analysis.evidence(candidate, symptoms) if proven else {}
        return [self._explained(symptom, asked.fields, proofs) for symptom in symptoms]

    def _explained(self, symptom: str, fields: Sequence[Asked], proofs: Mapping[str, Proof]) -> Row:
        return {
            asked.key: self.assets.row(symptom, asked.fields)
            if asked.name == "symptom"
            else ProofRows(assets=self.assets).row(proofs[symptom], asked.fields)
            for asked in fields
        }

    def _assets(self, assets: Sequence[str], asked: Asked) -> Json:
        return [self.assets.row(asset, asked.fields) for asset in assets]


def _most(items: Sequence[str], asked: Asked) -> Sequence[str]:
    first = asked.arguments.get("first")
    return items[: check_first(FIRST if first is None else cast("int", first))]
