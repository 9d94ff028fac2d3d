"""Rows of a comparison of two answers about impact, with exactly what is asked for of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar, cast

from app.graphql.asset_selection import names
from app.graphql.context import Comparisons
from app.graphql.rows.asset_pages import asset_connection
from app.graphql.rows.gathering import AssetGatherer
from app.graphql.rows.impact import items_asked, micros
from app.graphql.rows.pages import page_info
from app.graphql.rows.proofs import ProofRows
from app.graphql.selection import Asked
from graph.analysis import Analysis, Change, Comparison, Difference, ListOf, Page, SideName, Standing, page_of
from graph.impact import Level, Proof, share
from graph.ontology.model import Json
from graph.reading import Row

FIRST: Final = 100
_CHANGES: Final = {change.value: change for change in Change}
_PROVEN: Final[Mapping[str, SideName]] = {"because": "after", "becauseBefore": "before"}

Proofs: TypeAlias = Mapping[SideName, Mapping[str, Proof]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRows:
    """Makes the rows of one comparison."""

    comparison: Comparison
    comparisons: Comparisons
    assets: AssetGatherer

    async def row(self, fields: Sequence[Asked]) -> Row:
        """The row of the comparison itself."""
        return {asked.key: await self._value(asked) for asked in fields}

    async def _value(self, asked: Asked) -> Json:
        if asked.name in _CHANGES:
            return await self._differences(_CHANGES[asked.name], asked)
        if (change := _CHANGES.get(asked.name.removesuffix("Count"))) is not None:
            return len(self.comparison.changed(change))
        match asked.name:
            case "revision":
                return self.comparison.revision
            case "ontologyRevision":
                return self.comparison.after.ontology_revision
            case "before":
                return await self._side(self.comparison.before, asked.fields)
            case "after":
                return await self._side(self.comparison.after, asked.fields)
            case "byLevel":
                rows = self.comparison.by_level()
                return [{"level": level, "before": before, "after": after} for level, before, after in rows]
            case "byType":
                rows = self.comparison.by_type()
                return [{"type": kind, "before": before, "after": after} for kind, before, after in rows]
            case name if name.endswith("Count"):
                return len(await self._ids(name.removesuffix("Count"), None))
            case _:
                return await self._assets(asked)

    async def _side(self, analysis: Analysis, fields: Sequence[Asked]) -> Row:
        return {asked.key: await self._side_value(analysis, asked) for asked in fields}

    async def _side_value(self, analysis: Analysis, asked: Asked) -> Json:
        answer = analysis.answer
        match asked.name:
            case "failed":
                return [self.assets.row(asset, asked.fields) for asset in answer.failed]
            case "impactedCount":
                return len(answer.impacted)
            case "atRiskCount":
                return len(await analysis.at_risk())
            case "loweredByMaintenanceCount":
                return len(answer.lowered_by_maintenance)
            case "improvedCount":
                return len(answer.improved)
            case _:
                return list(answer.assumptions)

    async def _ids(self, name: str, types: tuple[str, ...] | None) -> Sequence[str]:
        match name:
            case "newlyAtRisk":
                return await self.comparison.newly_at_risk(types=types)
            case "noLongerAtRisk":
                return await self.comparison.no_longer_at_risk(types=types)
            case "newlyLoweredByMaintenance":
                return self.comparison.newly("lowered_by_maintenance")
            case "noLongerLoweredByMaintenance":
                return self.comparison.no_longer("lowered_by_maintenance")
            case "newlyImproved":
                return self.comparison.newly("improved")
            case "noLongerImproved":
                return self.comparison.no_longer("improved")
            case _:
                raise AssertionError(f"ImpactComparison has no field {name}")

    async def _assets(self, asked: Asked) -> Row:
        types = names(asked.arguments.get("types"))
        page = self._page(asked, await self._ids(asked.name, types), types)
        return asset_connection(asked.fields, page, self.assets)

    async def _differences(self, change: Change, asked: Asked) -> Row:
        types, after, before = (names(asked.arguments.get(each)) for each in ("types", "levels", "levelsBefore"))
        found = self.comparison.changed(change, types=types, levels=_levels(after), levels_before=_levels(before))
        page = self._page(asked, found, types, after, before)
        wanted = {each.name for each in items_asked(asked)}
        proofs: dict[SideName, Mapping[str, Proof]] = {
            side: await self.comparisons.proofs(self.comparison, side, page.items) if name in wanted else {}
            for name, side in _PROVEN.items()
        }
        return {each.key: self._part(each, page, proofs) for each in asked.fields}

    def _part(self, asked: Asked, page: Page[Difference], proofs: Proofs) -> Json:
        match asked.name:
            case "nodes":
                return [self._difference(each, asked.fields, proofs) for each in page.items]
            case "edges":
                return [
                    {
                        field.key: page.cursor(number)
                        if field.name == "cursor"
                        else self._difference(each, field.fields, proofs)
                        for field in asked.fields
                    }
                    for number, each in enumerate(page.items)
                ]
            case "pageInfo":
                return page_info(page, page.cursor)
            case _:
                return page.total

    def _difference(self, each: Difference, fields: Sequence[Asked], proofs: Proofs) -> Row:
        return {asked.key: self._difference_value(each, asked, proofs) for asked in fields}

    def _difference_value(self, each: Difference, asked: Asked, proofs: Proofs) -> Json:
        if asked.name == "asset":
            return self.assets.row(each.asset, asked.fields)
        if asked.name in _PROVEN:
            proof = proofs[_PROVEN[asked.name]].get(each.asset)
            return None if proof is None else ProofRows(assets=self.assets).row(proof, asked.fields)
        name = asked.name.removesuffix("Before")
        return _standing(each.after if name == asked.name else each.before, name)

    def _page(self, asked: Asked, items: Sequence[T], *filters: tuple[str, ...] | None) -> Page[T]:
        of = ListOf(analysis=self.comparison.id, name=asked.name, filters=filters)
        first = asked.arguments.get("first")
        page = page_of(
            items,
            of,
            first=FIRST if first is None else cast("int", first),
            after=cast("str | None", asked.arguments.get("after")),
        )
        gives_cursors = any(each.name in ("edges", "pageInfo") for each in asked.fields)
        if gives_cursors and (page.has_next or page.has_previous):  # nothing comes after a whole list
            self.comparisons.pin(self.comparison)
        return page


def _standing(standing: Standing, name: str) -> Json:
    bounds = standing.bounds
    match name:
        case "level":
            return standing.level
        case "operability":
            return share(bounds.lower)
        case "operabilityBounds":
            return [share(bounds.lower), share(bounds.upper)]
        case _:
            return None if standing.time_to_impact is None else micros(standing.time_to_impact)


def _levels(given: Sequence[str] | None) -> list[Level] | None:
    return None if given is None else [Level(each) for each in given]
