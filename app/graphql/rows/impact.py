"""Rows of an answer about impact, with exactly what is asked for of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from app.graphql.asset_selection import names
from app.graphql.context import Impacts
from app.graphql.rows.gathering import AssetGatherer
from app.graphql.rows.pages import page_info
from app.graphql.rows.proofs import ProofRows
from app.graphql.selection import Asked, merged
from graph.analysis import Analysis, ListOf, Page, page_of, pinned_analysis
from graph.errors import CursorInvalid
from graph.impact import ImpactedAsset, Level, Proof, share
from graph.ontology.model import Json
from graph.reading import Row

FIRST = 100


def pinned(fields: Sequence[Asked]) -> str | None:
    """The analysis that the cursors among the arguments pin. Raises CursorInvalid where they disagree."""
    cursors = {cast("str", after) for asked in fields if (after := asked.arguments.get("after")) is not None}
    analyses = {pinned_analysis(cursor) for cursor in cursors}
    if len(analyses) > 1:
        raise CursorInvalid(
            "The cursors are of different answers",
            place="after",
            expected="cursors that one answer gave",
            hint="Go on with each answer in an operation of its own",
        )
    return analyses.pop() if analyses else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpactRows:
    """Makes the rows of one analysis."""

    analysis: Analysis
    impact: Impacts
    assets: AssetGatherer

    async def row(self, fields: Sequence[Asked]) -> Row:
        """The row of the analysis itself."""
        return {asked.key: await self._value(asked) for asked in fields}

    async def _value(self, asked: Asked) -> Json:
        answer = self.analysis.answer
        match asked.name:
            case "failed":
                return [self.assets.row(asset, asked.fields) for asset in answer.failed]
            case "atRiskCount":
                return len(await self.analysis.at_risk())
            case "byContainer":
                return await self._by_container(asked)
            case "impacted":
                return await self._impacted(asked)
            case "atRisk":
                types = names(asked.arguments.get("types"))
                return self._ids(asked, await self.analysis.at_risk(types=types), types)
            case "loweredByMaintenance":
                return self._ids(asked, answer.lowered_by_maintenance)
            case "improved":
                return self._ids(asked, answer.improved)
            case "unsupplied":
                return self._ids(asked, answer.unsupplied)
            case name:
                return self._plain(name)

    def _plain(self, name: str) -> Json:
        answer = self.analysis.answer
        match name:
            case "revision":
                return self.analysis.revision
            case "ontologyRevision":
                return self.analysis.ontology_revision
            case "impactedCount":
                return len(answer.impacted)
            case "loweredByMaintenanceCount":
                return len(answer.lowered_by_maintenance)
            case "improvedCount":
                return len(answer.improved)
            case "unsuppliedCount":
                return len(answer.unsupplied)
            case "alreadyDownCount":
                return len(answer.already_down)
            case "byLevel":
                return [{"level": level, "count": count} for level, count in answer.by_level]
            case "byType":
                return [{"type": kind, "count": count} for kind, count in self.analysis.by_type()]
            case "assumptions":
                return list(answer.assumptions)
            case "truncated":
                return None
            case _:
                raise AssertionError(f"ImpactAnalysis has no field {name}")

    async def _by_container(self, asked: Asked) -> Json:
        kind = cast("str", asked.arguments["type"])
        counted = await self.analysis.by_container(kind)
        page = page_of(counted, self._list("byContainer"), first=_first(asked), after=None)
        return [
            {
                each.key: self.assets.row(container, each.fields) if each.name == "asset" else count
                for each in asked.fields
            }
            for container, count in page.items
        ]

    async def _impacted(self, asked: Asked) -> Json:
        types, levels = names(asked.arguments.get("types")), names(asked.arguments.get("levels"))
        wanted_levels = None if levels is None else [Level(each) for each in levels]
        # A page after a cursor may lie anywhere.
        upto = _first(asked) if _after(asked) is None else None
        found = await self.analysis.in_order(types=types, levels=wanted_levels, upto=upto)
        page = page_of(found, self._list(asked.name, types, levels), first=_first(asked), after=_after(asked))
        wanted = [each.asset for each in page.items] if _named(items_asked(asked), "because") else []
        proofs = await self.analysis.proofs(wanted)
        return {each.key: self._impacted_part(each, page, proofs) for each in asked.fields}

    def _impacted_part(self, asked: Asked, page: Page[ImpactedAsset], proofs: dict[str, Proof]) -> Json:
        match asked.name:
            case "nodes":
                return [self._impacted_row(each, asked.fields, proofs) for each in page.items]
            case "edges":
                return [
                    {
                        field.key: self._cursor(page, number)
                        if field.name == "cursor"
                        else self._impacted_row(each, field.fields, proofs)
                        for field in asked.fields
                    }
                    for number, each in enumerate(page.items)
                ]
            case "pageInfo":
                return self._page_info(page)
            case _:
                return page.total

    def _impacted_row(self, each: ImpactedAsset, fields: Sequence[Asked], proofs: dict[str, Proof]) -> Row:
        return {asked.key: self._impacted_value(each, asked, proofs) for asked in fields}

    def _impacted_value(self, each: ImpactedAsset, asked: Asked, proofs: dict[str, Proof]) -> Json:
        match asked.name:
            case "asset":
                return self.assets.row(each.asset, asked.fields)
            case "level":
                return each.level
            case "levelBefore":
                return each.level_before
            case "operability":
                return share(each.after.lower)
            case "operabilityBefore":
                return share(each.before.lower)
            case "operabilityBounds":
                return [share(each.after.lower), share(each.after.upper)]
            case "operabilityBoundsBefore":
                return [share(each.before.lower), share(each.before.upper)]
            case "hops":
                return each.hops
            case "timeToImpact":
                return micros(each.time_to_impact)
            case _:
                return ProofRows(assets=self.assets).row(proofs[each.asset], asked.fields)

    def _ids(self, asked: Asked, ids: Sequence[str], types: tuple[str, ...] | None = None) -> Row:
        page = page_of(ids, self._list(asked.name, types), first=_first(asked), after=_after(asked))
        row: Row = {}
        for name in {each.name for each in asked.fields}:
            row[name] = self._ids_part(name, asked, page)
        return row

    def _ids_part(self, name: str, asked: Asked, page: Page[str]) -> Json:
        match name:
            case "nodes":
                fields = merged(_named(asked.fields, "nodes"))
                return [self.assets.row(asset, fields) for asset in page.items]
            case "edges":
                within = [field for edges in _named(asked.fields, "edges") for field in edges.fields]
                fields = merged(_named(within, "node"))
                return [
                    {"cursor": self._cursor(page, number), "node": self.assets.row(asset, fields)}
                    for number, asset in enumerate(page.items)
                ]
            case "pageInfo":
                return self._page_info(page)
            case _:
                return page.total

    def _list(self, name: str, *filters: tuple[str, ...] | None) -> ListOf:
        return ListOf(analysis=self.analysis.id, name=name, filters=filters)

    def _cursor(self, page: Page[ImpactedAsset] | Page[str], number: int) -> str:
        if page.has_next or page.has_previous:  # nothing comes after a whole list
            self.impact.pin(self.analysis)
        return page.cursor(number)

    def _page_info(self, page: Page[ImpactedAsset] | Page[str]) -> Row:
        return page_info(page, lambda number: self._cursor(page, number))


def micros(time: timedelta) -> int:
    """A time in microseconds."""
    return (time.days * 86_400 + time.seconds) * 1_000_000 + time.microseconds


def items_asked(connection: Asked) -> Iterator[Asked]:
    """What is asked for of the items of a connection, in nodes and edges."""
    for asked in connection.fields:
        if asked.name == "nodes":
            yield from asked.fields
        if asked.name == "edges":
            for node in _named(asked.fields, "node"):
                yield from node.fields


def _named(fields: Iterable[Asked], name: str) -> list[Asked]:
    return [asked for asked in fields if asked.name == name]


def _first(asked: Asked) -> int:
    first = asked.arguments.get("first")
    return FIRST if first is None else cast("int", first)


def _after(asked: Asked) -> str | None:
    return cast("str | None", asked.arguments.get("after"))
