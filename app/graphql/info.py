"""What a resolver is told: its context, and what is asked for below its field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, cast

from graphql import GraphQLType, get_named_type
from strawberry.types.info import Info

from app.graphql.asset_selection import Selections
from app.graphql.context import Context
from app.graphql.execution import is_kept
from app.graphql.selection import Asked, Operation, SelectionReader

if TYPE_CHECKING:
    from graphql import GraphQLResolveInfo


class Readers(Protocol):
    """What the schema keeps for reading selections."""

    selections: Selections
    reader: SelectionReader


class TwinInfo(Info[Context, None]):
    """Strawberry's info, with the selection read."""

    @property
    def selections(self) -> Selections:
        """Makes selections for reading."""
        return cast("Readers", self.schema).selections

    @property
    def field(self) -> Asked:
        """This field, with what is asked for below it; its arguments are the resolver's own."""
        return asked_at(cast("GraphQLResolveInfo[Context]", self._raw_info), cast("Readers", self.schema).reader)

    @property
    def fields(self) -> tuple[Asked, ...]:
        """What is asked for below this field."""
        return self.field.fields


def asked_at(info: GraphQLResolveInfo[Context], reader: SelectionReader) -> Asked:
    """The field that is resolved, with what is asked for below it; its arguments are the resolver's own."""
    source = info.operation.loc
    operation = Operation(
        schema=info.schema,
        fragments=info.fragments,
        variables=cast("dict[str, object]", info.variable_values),
        lasting=is_kept(source.source.body if source else None),
    )
    returned = get_named_type(cast("GraphQLType", info.return_type))
    return Asked(
        key=cast("str", info.path.key),
        name=info.field_name,
        arguments={},
        when=None,
        fields=reader.below(operation, info.field_nodes, returned),
        spelled=id(info.field_nodes[0]),
    )
