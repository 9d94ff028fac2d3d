"""Rows of a page of critical assets, with exactly what is asked for of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.graphql.rows.gathering import AssetGatherer
from app.graphql.rows.pages import page_info
from app.graphql.selection import Asked
from graph.analysis import CountProgress, Critical, CriticalPage
from graph.ontology.model import Json
from graph.reading import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class CriticalityRows:
    """Makes the rows of one page."""

    page: CriticalPage
    assets: AssetGatherer

    def row(self, fields: Sequence[Asked]) -> Row:
        """The row of the connection."""
        return {asked.key: self._value(asked) for asked in fields}

    def _value(self, asked: Asked) -> Json:
        match asked.name:
            case "nodes":
                return [self._node(each, asked.fields) for each in self.page.items]
            case "edges":
                return [
                    {
                        field.key: self.page.cursor(number)
                        if field.name == "cursor"
                        else self._node(each, field.fields)
                        for field in asked.fields
                    }
                    for number, each in enumerate(self.page.items)
                ]
            case "pageInfo":
                return page_info(self.page, self.page.cursor)
            case _:
                return self.page.total

    def _node(self, each: Critical, fields: Sequence[Asked]) -> Row:
        values: Row = {"impactedCount": each.impacted, "downCount": each.down, "weight": each.weight}
        return {
            asked.key: self.assets.row(each.asset, asked.fields) if asked.name == "asset" else values[asked.name]
            for asked in fields
        }


def progress_row(found: CountProgress, fields: Sequence[Asked]) -> Row:
    """The row of the progress of a count."""
    progress = found.progress
    values: Row = {
        "revision": found.revision,
        "done": progress.done,
        "total": progress.total,
        "perSecond": progress.per_second,
        "secondsLeft": progress.seconds_left,
        "complete": progress.complete,
    }
    return {asked.key: values[asked.name] for asked in fields}
