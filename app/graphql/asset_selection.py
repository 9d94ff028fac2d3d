"""Turns what an operation asks for of assets, relationships and changes into the selections that reading takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, cast

from app.graphql.meanings import NeighboursMeaning, PropertyMeaning
from app.graphql.remembered import Remembered
from app.graphql.selection import Asked, merged
from graph.clock import epoch_micros
from graph.reading.selection import (
    AssetField,
    AssetList,
    AssetReach,
    AssetSelection,
    AssetValue,
    ChangeConnectionSelection,
    ChangeSelection,
    ChangeValue,
    ChangeValueField,
    ConnectionSelection,
    Direction,
    End,
    EndField,
    EntriesField,
    HealthField,
    HealthSelection,
    HealthValue,
    HistoryField,
    ListField,
    LiveField,
    NeighbourConnectionSelection,
    NeighbourSelection,
    NeighboursField,
    Page,
    PropertyField,
    ReachField,
    RelationshipConnectionSelection,
    RelationshipSelection,
    RelationshipsField,
    RelationshipValue,
    RelationshipValueField,
    ValueField,
)
from graph.reading.state_selection import (
    ChannelHistory,
    ChannelSelection,
    ChannelsField,
    ChannelTransitions,
    ChannelValue,
    ChannelValueField,
    StateSelection,
)

PAGE = 50
HISTORY_PAGE = 500
TRANSITIONS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Selections:
    """Makes selections; `types` gives the ontology's name of each object type.

    What an operation that comes again asks for is the same object each time, so its selection is, too: what was
    compiled of it is found without comparing all of it.
    """

    types: Mapping[str, str]
    _of_assets: Remembered[AssetSelection] = field(
        default_factory=Remembered[AssetSelection], compare=False, repr=False
    )
    _of_pages: Remembered[ConnectionSelection] = field(
        default_factory=Remembered[ConnectionSelection], compare=False, repr=False
    )

    def asset(self, fields: Iterable[Asked]) -> AssetSelection:
        """What is wanted of an asset."""
        return AssetSelection(fields=tuple(self._asset_field(asked) for asked in fields))

    def asset_of(self, fields: tuple[Asked, ...]) -> AssetSelection:
        """What is wanted of an asset by what a field of the operation asks for; the same object each time."""
        return self._of_assets.of(fields, lambda: self.asset(fields))

    def assets(self, connection: Asked) -> ConnectionSelection:
        """What is wanted of a page of assets."""
        shape = self._of_pages.of(connection.fields, lambda: self._shape(connection))
        return replace(shape, page=page(connection.arguments))

    def _shape(self, connection: Asked) -> ConnectionSelection:
        nodes, edges = _nodes(connection), _edge_nodes(connection)
        return ConnectionSelection(
            nodes=self.asset(merged(nodes)) if nodes else None,
            edges=self.asset(merged(edges)) if _has(connection, "edges") else None,
            want_total=_has(connection, "totalCount"),
            want_page_info=_has(connection, "pageInfo"),
        )

    def relationship(self, fields: Iterable[Asked]) -> RelationshipSelection:
        """What is wanted of a relationship."""
        return RelationshipSelection(fields=tuple(self._relationship_field(asked) for asked in fields))

    def relationships(self, connection: Asked) -> RelationshipConnectionSelection:
        """What is wanted of a page of relationships."""
        nodes, edges = _nodes(connection), _edge_nodes(connection)
        return RelationshipConnectionSelection(
            nodes=self.relationship(merged(nodes)) if nodes else None,
            edges=self.relationship(merged(edges)) if _has(connection, "edges") else None,
            page=page(connection.arguments),
            want_total=_has(connection, "totalCount"),
            want_page_info=_has(connection, "pageInfo"),
        )

    def neighbours(self, connection: Asked) -> NeighbourConnectionSelection:
        """What is wanted of a page of relationships of one type with the assets at their other ends."""
        nodes = _nodes(connection)
        return NeighbourConnectionSelection(
            nodes=self.asset(merged(nodes)) if nodes else None,
            edges=self._neighbour(connection) if _has(connection, "edges") else None,
            page=page(connection.arguments),
            want_total=_has(connection, "totalCount"),
            want_page_info=_has(connection, "pageInfo"),
        )

    def _neighbour(self, connection: Asked) -> NeighbourSelection:
        edges = [field for edges in connection.fields if edges.name == "edges" for field in edges.fields]
        names = dict.fromkeys(field.name for field in edges if field.name not in ("cursor", "node"))
        values = {value.value: value for value in RelationshipValue}
        nodes = _edge_nodes(connection)
        return NeighbourSelection(
            node=self.asset(merged(nodes)) if nodes else None,
            values=tuple(values[name] for name in names if name in values),
            properties=tuple(name for name in names if name not in values),
        )

    def changes(self, connection: Asked, *, cursor: bool = True) -> ChangeConnectionSelection:
        """What is wanted of a page of changes; `cursor`: whether its `after` is a cursor."""
        nodes, edges = _nodes(connection), _edge_nodes(connection)
        return ChangeConnectionSelection(
            nodes=_change(merged(nodes)) if nodes else None,
            edges=_change(merged(edges)) if _has(connection, "edges") else None,
            page=page(connection.arguments, cursor=cursor),
            want_page_info=_has(connection, "pageInfo"),
        )

    def change(self, fields: Iterable[Asked]) -> ChangeSelection:
        """What is wanted of a change."""
        return _change(fields)

    def health(self, fields: Iterable[Asked]) -> HealthSelection:
        """What is wanted of an asset's health."""
        return HealthSelection(
            fields=tuple(
                HealthField(
                    key=asked.key,
                    value=HealthValue(asked.name),
                    of=self.asset(asked.fields) if asked.name == HealthValue.BECAUSE else None,
                )
                for asked in fields
            )
        )

    def channel(self, fields: Iterable[Asked]) -> ChannelSelection:
        """What is wanted of a channel's state."""
        return _channel(fields)

    def _asset_field(self, asked: Asked) -> AssetField:
        when = None if asked.when is None else frozenset(self.types[name] for name in asked.when)
        match asked.meaning:
            case PropertyMeaning(property=name):
                return PropertyField(key=asked.key, property=name, when=when)
            case NeighboursMeaning() as meaning:
                choice = meaning.read(asked.arguments)
                return NeighboursField(
                    key=asked.key,
                    relationship=meaning.relationship,
                    direction=meaning.direction,
                    connection=self.neighbours(asked),
                    filter=choice.filter,
                    edges=choice.edges,
                    order=choice.order,
                    when=when,
                )
            case None:
                return self._contract_field(asked, when)

    def _contract_field(self, asked: Asked, when: frozenset[str] | None) -> AssetField:
        match asked.name:
            case "parents" | "ancestors":
                return ListField(key=asked.key, list=AssetList(asked.name), of=self.asset(asked.fields), when=when)
            case "children" | "descendants" | "dependencies" | "dependents":
                return ReachField(
                    key=asked.key,
                    reach=AssetReach(asked.name),
                    connection=self.assets(asked),
                    types=names(asked.arguments.get("types")),
                    relationship_types=names(asked.arguments.get("relationshipTypes")),
                    max_depth=cast("int | None", asked.arguments.get("maxDepth")),
                    when=when,
                )
            case "relationships":
                return RelationshipsField(
                    key=asked.key,
                    connection=self.relationships(asked),
                    direction=direction(asked.arguments.get("direction")),
                    types=names(asked.arguments.get("types")),
                    when=when,
                )
            case "state":
                return LiveField(key=asked.key, of=_state(asked.fields), when=when)
            case "health":
                return LiveField(key=asked.key, of=self.health(asked.fields), when=when)
            case "history":
                return HistoryField(key=asked.key, connection=self.changes(asked), when=when)
            case name:
                return ValueField(key=asked.key, value=AssetValue(name), when=when)

    def _relationship_field(self, asked: Asked) -> RelationshipValueField | EndField:
        if asked.name in ("from", "to"):
            return EndField(key=asked.key, end=End(asked.name), of=self.asset(asked.fields))
        return RelationshipValueField(key=asked.key, value=RelationshipValue(asked.name))


def page(arguments: Mapping[str, object], *, cursor: bool = True) -> Page:
    """The page that arguments ask for; null counts as the default."""
    first = arguments.get("first")
    after = arguments.get("after") if cursor else None
    return Page(first=PAGE if first is None else cast("int", first), after=cast("str | None", after))


def names(value: object) -> tuple[str, ...] | None:
    """A list argument as a tuple; null means any."""
    return None if value is None else tuple(cast("list[str]", value))


def direction(value: object) -> Direction:
    """A direction argument; null counts as BOTH."""
    return Direction.BOTH if value is None else Direction(cast("str", value))


def _state(fields: Iterable[Asked]) -> StateSelection:
    return StateSelection(
        fields=tuple(
            ChannelsField(
                key=asked.key,
                of=_channel(asked.fields),
                name=cast("str", asked.arguments["name"]) if asked.name == "channel" else None,
            )
            for asked in fields
        )
    )


def _channel(fields: Iterable[Asked]) -> ChannelSelection:
    asked_for = list(fields)
    return ChannelSelection(
        fields=tuple(
            ChannelValueField(key=asked.key, value=ChannelValue(asked.name))
            for asked in asked_for
            if asked.name not in _OF_HISTORY
        ),
        histories=tuple(_OF_HISTORY[asked.name](asked) for asked in asked_for if asked.name in _OF_HISTORY),
    )


def _transitions(asked: Asked) -> ChannelTransitions:
    first = asked.arguments.get("first")
    return ChannelTransitions(
        key=asked.key,
        first=TRANSITIONS if first is None else cast("int", first),
        since=_micros(asked.arguments.get("from")),
        until=_micros(asked.arguments.get("to")),
    )


def _history(asked: Asked) -> ChannelHistory:
    first, window = asked.arguments.get("first"), asked.arguments.get("window")
    return ChannelHistory(
        key=asked.key,
        first=HISTORY_PAGE if first is None else cast("int", first),
        since=_micros(asked.arguments.get("from")),
        until=_micros(asked.arguments.get("to")),
        window=None if window is None else cast("timedelta", window) // timedelta(microseconds=1),
        after=cast("str | None", asked.arguments.get("after")),
    )


_OF_HISTORY: Final[Mapping[str, Callable[[Asked], ChannelHistory | ChannelTransitions]]] = {
    "history": _history,
    "transitions": _transitions,
}
"""The fields of a channel that are read from its history."""


def _micros(moment: object) -> int | None:
    return None if moment is None else epoch_micros(cast("datetime", moment))


def _change(fields: Iterable[Asked]) -> ChangeSelection:
    return ChangeSelection(fields=tuple(_change_field(asked) for asked in fields))


def _change_field(asked: Asked) -> ChangeValueField | EntriesField:
    if asked.name != "entries":
        return ChangeValueField(key=asked.key, value=ChangeValue(asked.name))
    first, after = asked.arguments.get("first"), asked.arguments.get("after")
    return EntriesField(
        key=asked.key,
        first=PAGE if first is None else cast("int", first),
        after=0 if after is None else cast("int", after),
    )


def _has(connection: Asked, name: str) -> bool:
    return any(asked.name == name for asked in connection.fields)


def _nodes(connection: Asked) -> list[Asked]:
    return [asked for asked in connection.fields if asked.name == "nodes"]


def _edge_nodes(connection: Asked) -> list[Asked]:
    return [
        asked for edges in connection.fields if edges.name == "edges" for asked in edges.fields if asked.name == "node"
    ]
