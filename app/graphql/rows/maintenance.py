"""Rows of an answer about planned works, with exactly what is asked for of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from app.graphql.rows.gathering import AssetGatherer
from app.graphql.rows.proofs import ProofRows
from app.graphql.selection import Asked
from graph.analysis import LoweredAsset, MaintenanceAnalysis, WorkImpact, check_first
from graph.impact import Proof, level_of, share
from graph.ontology.model import Json
from graph.ontology.temporal import format_datetime
from graph.reading import Row

FIRST: Final = 50
FIRST_ASSETS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class MaintenanceRows:
    """Makes the rows of one analysis."""

    analysis: MaintenanceAnalysis
    assets: AssetGatherer

    async def row(self, fields: Sequence[Asked]) -> Row:
        """The row of the analysis itself. Raises LimitExceeded or ValueInvalid for the length of a list."""
        return {asked.key: await self._value(asked) for asked in fields}

    async def _value(self, asked: Asked) -> Json:
        match asked.name:
            case "revision":
                return self.analysis.revision
            case "count":
                return len(self.analysis.together)
            case "combinations":
                together = self.analysis.together[: _first(asked, FIRST)]
                return [await self._impact(each, asked.fields) for each in together]
            case "works":
                return [await self._impact(each, asked.fields) for each in self.analysis.alone]
            case _:
                return self._truncation(asked)

    def _truncation(self, asked: Asked) -> Json:
        cut = self.analysis.truncated
        told: Row = {} if cut is None else {"reason": cut.reason, "limit": cut.limit, "after": None}
        return None if cut is None else {each.name: told[each.name] for each in asked.fields}

    async def _impact(self, impact: WorkImpact, fields: Sequence[Asked]) -> Row:
        return {asked.key: await self._impact_value(impact, asked) for asked in fields}

    async def _impact_value(self, impact: WorkImpact, asked: Asked) -> Json:
        match asked.name:
            case "works":
                return list(impact.names)
            case "start":
                return format_datetime(impact.start)
            case "end":
                return format_datetime(impact.end)
            case "assetCount":
                return impact.count
            case "weight":
                return impact.weight
            case "byType":
                return [{"type": kind, "count": count} for kind, count in impact.by_type()]
            case _:
                return await self._lowered(impact, asked)

    async def _lowered(self, impact: WorkImpact, asked: Asked) -> Json:
        first = _first(asked, FIRST_ASSETS)
        rows = (await impact.listed())[:first]
        proven = [each.asset for each in rows] if any(each.name == "because" for each in asked.fields) else []
        proofs = await impact.proven(proven) if proven else {}
        return [self._asset(each, asked.fields, proofs) for each in rows]

    def _asset(self, each: LoweredAsset, fields: Sequence[Asked], proofs: Mapping[str, Proof]) -> Row:
        return {asked.key: self._asset_value(each, asked, proofs) for asked in fields}

    def _asset_value(self, each: LoweredAsset, asked: Asked, proofs: Mapping[str, Proof]) -> Json:
        match asked.name:
            case "asset":
                return self.assets.row(each.asset, asked.fields)
            case "level":
                return level_of(each.after)
            case "levelBefore":
                return level_of(each.before)
            case "operability":
                return share(each.after)
            case "operabilityBefore":
                return share(each.before)
            case _:
                return ProofRows(assets=self.assets).row(proofs[each.asset], asked.fields)


def _first(asked: Asked, default: int) -> int:
    first = asked.arguments.get("first")
    return check_first(default if first is None else cast("int", first))
