"""Rows of alarms, with exactly what is asked for of them: assets, steps and floods of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from app.graphql.asset_selection import Selections
from app.graphql.rows.pages import place_row
from app.graphql.selection import Asked, merged
from graph.access import Principal
from graph.alarms import Alarm, AlarmPage, AlarmService, Cause, Change, Flood, Transition
from graph.clock import text_of_micros
from graph.ontology.model import Json
from graph.ontology.scalars import show_datetime
from graph.reading import AssetSelection, ReadingService, Row


@dataclass(slots=True)
class _Assets:
    """Assets that alarms speak of: those that are still there are read at once for each selection."""

    selections: Selections
    _wanted: dict[AssetSelection, dict[str, Row | None]] = field(
        default_factory=dict[AssetSelection, dict[str, "Row | None"]]
    )

    def want(self, ids: Sequence[str], fields: Sequence[Asked]) -> AssetSelection:
        selection = self.selections.asset(fields)
        self._wanted.setdefault(selection, {}).update(dict.fromkeys(ids))
        return selection

    async def read(self, reading: ReadingService, principal: Principal) -> None:
        for selection, rows in self._wanted.items():
            for asset, row in zip(rows, await reading.by_ids(principal, list(rows), selection), strict=True):
                rows[asset] = row

    def of(self, asset: str, selection: AssetSelection) -> Row | None:
        return self._wanted[selection][asset]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmRows:
    """Makes rows of alarms for a principal."""

    alarms: AlarmService
    reading: ReadingService
    principal: Principal
    selections: Selections

    async def page(self, fields: Sequence[Asked], page: AlarmPage, *, after: str | None) -> Row:
        """The row of a connection."""
        nodes = merged(each for each in fields if each.name == "nodes")
        below = [each for edges in fields if edges.name == "edges" for each in edges.fields]
        edges = merged(each for each in below if each.name == "node")
        cursors = [page.cursor(number) for number in range(len(page.alarms))]
        of_edges = await self.rows(edges, page.alarms) if below else []
        return {
            "nodes": list[Json](await self.rows(nodes, page.alarms) if nodes else []),
            "edges": [{"cursor": cursor, "node": node} for cursor, node in zip(cursors, of_edges, strict=False)],
            "pageInfo": place_row(cursors, before=after is not None, after=page.more),
            "totalCount": page.total,
        }

    async def rows(self, fields: Sequence[Asked], alarms: Sequence[Alarm]) -> list[Row]:
        """The rows of alarms."""
        named = {each.name for each in fields}
        steps: Mapping[str, tuple[Transition, ...]] = {}
        floods: Mapping[str, Flood] = {}
        if "transitions" in named and alarms:
            steps = await self.alarms.transitions(self.principal, list({each.id for each in alarms}))
        if "flood" in named:
            ids = {each.flood for each in alarms if each.flood is not None}
            floods = await self.alarms.floods(self.principal, list(ids)) if ids else {}
        making = _Making(self.selections, steps, floods)
        making.gather(fields, alarms)
        await making.assets.read(self.reading, self.principal)
        return [making.row(fields, each) for each in alarms]

    async def changes(self, fields: Sequence[Asked], found: Sequence[Change]) -> list[Row]:
        """The rows of what happened."""
        of_alarm = merged(each for each in fields if each.name == "alarm")
        rows = await self.rows(of_alarm, [each.alarm for each in found])
        return [
            {"__typename": "AlarmChange", "alarm": row, "transition": transition_row(each.transition)}
            for row, each in zip(rows, found, strict=True)
        ]


def transition_row(step: Transition) -> Row:
    """The row of a transition."""
    return {
        "number": step.number,
        "action": str(step.action),
        "state": str(step.state),
        "level": str(step.level),
        "time": _moment(step.time),
        "by": step.by,
        "comment": step.comment,
    }


class _Making:
    """Makes the rows of some alarms."""

    def __init__(
        self, selections: Selections, steps: Mapping[str, tuple[Transition, ...]], floods: Mapping[str, Flood]
    ) -> None:
        self.assets = _Assets(selections)
        self._steps = steps
        self._floods = floods
        self._chosen: dict[int, AssetSelection] = {}

    def gather(self, fields: Sequence[Asked], alarms: Sequence[Alarm]) -> None:
        """Say which assets are to be read."""
        for asked in fields:
            if asked.name == "asset":
                self._want([each.asset for each in alarms], asked)
            if asked.name == "flood":
                causes = merged(each for each in asked.fields if each.name == "causes")
                named = [id_ for flood in self._floods.values() for each in flood.causes for id_ in each.assets]
                for each in causes:
                    if each.name == "assets":
                        self._want(named, each)

    def row(self, fields: Sequence[Asked], alarm: Alarm) -> Row:
        """The row of an alarm, under response keys."""
        return {asked.key: self._value(asked, alarm) for asked in fields}

    def _want(self, ids: Sequence[str], asked: Asked) -> None:
        self._chosen[asked.spelled] = self.assets.want(ids, asked.fields)

    def _value(self, asked: Asked, alarm: Alarm) -> Json:
        match asked.name:
            case "asset":
                return self.assets.of(alarm.asset, self._chosen[asked.spelled])
            case "transitions":
                return [transition_row(each) for each in self._steps.get(alarm.id, ())]
            case "flood":
                flood = None if alarm.flood is None else self._floods.get(alarm.flood)
                return None if flood is None else self._flood(flood, asked.fields)
            case name:
                return _PLAIN[name](alarm)

    def _flood(self, flood: Flood, fields: Sequence[Asked]) -> Row:
        causes = merged(each for each in fields if each.name == "causes")
        return {
            "id": flood.id,
            "began": _moment(flood.began),
            "ended": None if flood.ended is None else _moment(flood.ended),
            "alarmCount": flood.alarms,
            "causes": [self._cause(each, causes) for each in flood.causes],
            "notes": [*flood.notes],
        }

    def _cause(self, cause: Cause, fields: Sequence[Asked]) -> Row:
        return {asked.key: self._cause_value(cause, asked) for asked in fields}

    def _cause_value(self, cause: Cause, asked: Asked) -> Json:
        match asked.name:
            case "assets":
                rows = [self.assets.of(each, self._chosen[asked.spelled]) for each in cause.assets]
                return [each for each in rows if each is not None]
            case "assetIds":
                return [*cause.assets]
            case "score":
                return cause.score
            case "explainsCount":
                return cause.explains
            case "unexplainedCount":
                return cause.unexplained
            case _:
                return cause.contradicted_by


def _moment(time: int) -> Json:
    """With milliseconds as everywhere, and finer where it is."""
    return text_of_micros(time) if time % 1_000 else show_datetime(time // 1_000)


_PLAIN: Final[Mapping[str, Callable[[Alarm], Json]]] = {
    "id": lambda alarm: alarm.id,
    "assetId": lambda alarm: alarm.asset,
    "assetType": lambda alarm: alarm.kind,
    "channel": lambda alarm: alarm.channel or None,
    "level": lambda alarm: str(alarm.level),
    "priority": lambda alarm: str(alarm.priority),
    "state": lambda alarm: str(alarm.state),
    "active": lambda alarm: alarm.active,
    "value": lambda alarm: alarm.value,
    "raised": lambda alarm: _moment(alarm.raised),
    "changed": lambda alarm: _moment(alarm.changed),
    "raisedCount": lambda alarm: alarm.raises,
    "shelvedUntil": lambda alarm: None if alarm.shelved_until is None else _moment(alarm.shelved_until),
}
