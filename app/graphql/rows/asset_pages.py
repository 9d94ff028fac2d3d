"""Rows of connections whose assets are known by id."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.graphql.rows.gathering import AssetGatherer
from app.graphql.rows.pages import page_info
from app.graphql.selection import Asked, merged
from graph.analysis import IdPage, Page
from graph.ontology.model import Json
from graph.reading import Row


def asset_connection(fields: Sequence[Asked], page: IdPage | Page[str], assets: AssetGatherer) -> Row:
    """What `fields` ask for of a page."""
    return {name: _part(name, fields, page, assets) for name in {asked.name for asked in fields}}


def _part(name: str, fields: Sequence[Asked], page: IdPage | Page[str], assets: AssetGatherer) -> Json:
    match name:
        case "nodes":
            of_node = merged(_named(fields, "nodes"))
            return [assets.row(asset, of_node) for asset in page.items]
        case "edges":
            within = [field for edges in _named(fields, "edges") for field in edges.fields]
            of_node = merged(_named(within, "node"))
            return [
                {"cursor": page.cursor(number), "node": assets.row(asset, of_node)}
                for number, asset in enumerate(page.items)
            ]
        case "pageInfo":
            return page_info(page, page.cursor)
        case _:
            return page.total


def _named(fields: Iterable[Asked], name: str) -> list[Asked]:
    return [asked for asked in fields if asked.name == name]
