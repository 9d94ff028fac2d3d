"""What an operation costs at most: how many objects its largest answer has, from the sizes that its lists are asked in.

An object costs 1, a scalar nothing. A field that takes `first` or `limit` has that many of what it lists (its default
where the operation gives none); a list that takes neither counts as ten. A cost is read off the document once, and
counted with the variables of each request in microseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    InlineFragmentNode,
    IntValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
)
from graphql.pyutils import Undefined

from app.graphql.ceilings import OverLimit

ASSUMED: Final = 10
"""Items of a list whose size nothing says: parents, external ids, members of a cut set."""

_SIZES: Final = ("first", "limit")
_ITEMS: Final = ("nodes", "edges", "assets", "relationships")
"""What of a connection or a subgraph is as long as its page."""


@dataclass(frozen=True, slots=True)
class Part:
    """A field that holds objects. `size`: how many, a number or the name of a variable (with `default` beside it).

    `pages`: the size is that of the lists below, whose own `listed` says so.
    """

    size: int | str
    default: int
    pages: bool
    listed: bool
    parts: tuple[Part, ...]


def parts_of(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> tuple[Part, ...]:
    """Return what of an operation costs something. The document is valid and within its ceilings."""
    root = schema.get_root_type(operation.operation)
    variables = {
        each.variable.name.value: int(each.default_value.value)
        for each in operation.variable_definitions or ()
        if isinstance(each.default_value, IntValueNode)
    }
    return _Reader(schema, fragments, variables).parts(operation.selection_set, root)


def cost_of(parts: Iterable[Part], variables: Mapping[str, object]) -> int:
    """Return the cost of an operation with these variables."""
    return sum(_cost(part, variables, 1) for part in parts)


def check_cost(cost: int, most: int, *, place: str) -> None:
    """Raise OverLimit for an operation that costs more than `most`."""
    if cost > most:
        raise OverLimit(
            "cost",
            "The operation's largest answer would have too many objects",
            place=place,
            expected=f"a cost of at most {most:,}",
            actual=f"{cost:,}",
            hint="Ask for smaller pages (`first`), or for fewer lists inside lists. The limit is TWIN_COST_LIMIT",
        )


def _cost(part: Part, variables: Mapping[str, object], page: int) -> int:
    size = _size(part, variables)
    if part.pages:
        return 1 + sum(_cost(below, variables, size) for below in part.parts)
    times = page if part.listed else size
    return times * (1 + sum(_cost(below, variables, 1) for below in part.parts))


def _size(part: Part, variables: Mapping[str, object]) -> int:
    if isinstance(part.size, int):
        return max(part.size, 0)
    given = variables.get(part.size)
    return max(given, 0) if isinstance(given, int) else part.default


class _Reader:
    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], defaults: Mapping[str, int]
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        self._defaults = defaults

    def parts(self, selections: SelectionSetNode, kind: object, *, paged: bool = False) -> tuple[Part, ...]:
        """Return the parts of a selection on a type; `paged`: its lists are as long as the page above says."""
        found: list[Part] = []
        for node in selections.selections:
            if isinstance(node, FieldNode):
                part = self._part(node, kind, paged=paged)
                found += [] if part is None else [part]
            elif isinstance(node, InlineFragmentNode):
                on = kind if node.type_condition is None else self._type(node.type_condition.name.value)
                found += self.parts(node.selection_set, on, paged=paged)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                on = self._type(fragment.type_condition.name.value)
                found += self.parts(fragment.selection_set, on, paged=paged)
        return tuple(found)

    def _part(self, node: FieldNode, kind: object, *, paged: bool) -> Part | None:
        field = _field(kind, node.name.value)
        below = None if field is None else get_named_type(cast("GraphQLType", field.type))
        if field is None or node.selection_set is None or is_leaf_type(below):
            return None  # scalars, and what introspects: it asks no database
        sized = self._sized(node, field)
        listed = _is_list(field)
        pages = sized is not None and not listed
        size, default = (ASSUMED, ASSUMED) if sized is None and listed else sized or (1, 1)
        return Part(
            size,
            default,
            pages,
            paged and listed and node.name.value in _ITEMS,
            self.parts(node.selection_set, below, paged=pages),
        )

    def _sized(self, node: FieldNode, field: GraphQLField) -> tuple[int | str, int] | None:
        name = next((name for name in _SIZES if name in field.args), None)
        if name is None:
            return None
        default = field.args[name].default_value
        otherwise = default if default is not Undefined and isinstance(default, int) else ASSUMED
        given = next((each.value for each in node.arguments or () if each.name.value == name), None)
        if isinstance(given, IntValueNode):
            return int(given.value), otherwise
        if isinstance(given, VariableNode):
            return given.name.value, self._defaults.get(given.name.value, otherwise)
        return otherwise, otherwise

    def _type(self, name: str) -> object:
        return self._schema.type_map[name]


def _field(kind: object, name: str) -> GraphQLField | None:
    return kind.fields.get(name) if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else None


def _is_list(field: GraphQLField) -> bool:
    return str(cast("GraphQLType", field.type)).startswith("[")
