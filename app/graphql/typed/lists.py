"""The root lists of an ontology's types, and what resolves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from graphql import GraphQLArgument, GraphQLField, GraphQLResolveInfo

from app.graphql.asset_selection import Selections
from app.graphql.info import asked_at
from app.graphql.selection import Asked, SelectionReader
from app.graphql.typed import descriptions
from app.graphql.typed.filters import FilterReader, measures_of, order_of
from app.graphql.typed.inputs import Inputs
from app.graphql.typed.objects import Objects
from app.graphql.typed.wrapping import after_argument, first_argument, needed, several
from graph.ontology.model import AssetType, Ontology
from graph.reading import Grouping, Row

if TYPE_CHECKING:
    from app.graphql.context import Context
    from app.graphql.types.words import SortDirection


@dataclass(frozen=True, slots=True, kw_only=True)
class Reads:
    """What reads the selections of a schema's operations."""

    selections: Selections
    reader: SelectionReader


def root_lists(
    ontology: Ontology, inputs: Inputs, objects: Objects, filters: FilterReader, reads: Reads
) -> dict[str, GraphQLField]:
    """Return the list of each asset type, by its name."""
    return {
        kind.plural: _list(kind, inputs, objects, ListResolver(kind.name, filters, reads))
        for kind in ontology.asset_types.values()
    }


def _list(kind: AssetType, inputs: Inputs, objects: Objects, resolver: ListResolver) -> GraphQLField:
    return GraphQLField(
        needed(objects.connection(kind)),
        {
            "after": after_argument(),
            "filter": GraphQLArgument(inputs.filter_of(kind.name)),
            "first": first_argument(),
            "orderBy": GraphQLArgument(several(inputs.order_of(kind))),
        },
        resolve=resolver,
        description=f"Assets of the type {kind.name}{' and those below it' if kind.subtypes else ''}.",
        deprecation_reason=descriptions.deprecation(kind.deprecation),
    )


class ListResolver:
    """Resolves the list of an asset type: one statement, groups included."""

    def __init__(self, owner: str, filters: FilterReader, reads: Reads) -> None:
        self._owner = owner
        self._filters = filters
        self._reads = reads

    async def __call__(self, _root: object, info: GraphQLResolveInfo[Context], /, **given: object) -> Row:
        """A page."""
        context = info.context
        asked = asked_at(info, self._reads.reader)
        first, after = cast("int | None", given.get("first")), cast("str | None", given.get("after"))
        return await context.reading.assets(
            context.principal,
            self._reads.selections.assets(asked.paged(first, after)),
            filter=self._filters.of_list(self._owner, cast("Mapping[str, object] | None", given.get("filter"))),
            order=order_of(cast("Sequence[Mapping[str, SortDirection]] | None", given.get("orderBy"))),
            groupings=tuple(_grouping(each) for each in asked.fields if each.name == "aggregate"),
        )


def _grouping(asked: Asked) -> Grouping:
    given = cast("Mapping[str, Any]", asked.arguments)
    return Grouping(
        key=asked.own_key,
        group_by=tuple(given.get("groupBy") or ()),
        measures=measures_of(given.get("measures")),
    )
