"""What an operation costs at most: how many objects its largest answer has, from the sizes that its lists are asked in.

An object costs 1, a scalar nothing. A field that takes `first` or `limit`, itself or in an input, has that many of what
it lists (its default where the operation gives none); a list that takes neither counts as ten. A cost is read off the
document once, and counted with the variables of each request in microseconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    InlineFragmentNode,
    IntValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    is_leaf_type,
)

from app.graphql.execution.ceilings import OverLimit
from graph.reading.limits import LIMITS

ASSUMED: Final = 10
"""Items of a list whose size nothing says: parents, external ids, members of a cut set."""

_SIZES: Final = {"first": LIMITS.first, "limit": LIMITS.limit}
"""Arguments that say how long a list is, and the most that each may ask for."""

_ITEMS: Final = ("nodes", "edges", "assets", "relationships", "candidates", "cutSets")
"""What of a connection, a subgraph or an analysis is as long as its page."""


@dataclass(frozen=True, slots=True)
class Given:
    """A size that variables give: `path` leads to it, from a variable's name through the fields of its value.

    `absent` counts where nothing is given, `null` where null is, `most` where what is given is no whole number.
    """

    path: tuple[str, ...]
    absent: int
    null: int
    most: int


@dataclass(frozen=True, slots=True)
class Part:
    """A field that holds objects: `size` says how many.

    `pages`: the size is that of the lists below, whose own `listed` says so. `inner`: objects in each of what it lists,
    1 but for a list of lists.
    """

    size: int | Given
    pages: bool
    listed: bool
    inner: int
    parts: tuple[Part, ...]


def parts_of(
    schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]
) -> tuple[Part, ...]:
    """Return what of an operation costs something. The document is valid and within its ceilings."""
    root = schema.get_root_type(operation.operation)
    defaults = {
        each.variable.name.value: each.default_value
        for each in operation.variable_definitions or ()
        if each.default_value is not None
    }
    return _Reader(schema, fragments, defaults).parts(operation.selection_set, root)


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
            hint="Ask for smaller pages (`first`), or for fewer lists inside lists. The limit is TWIN_COST_LIMIT, "
            "or TWIN_COST_BUDGET where that is less",
        )


def _cost(part: Part, variables: Mapping[str, object], page: int) -> int:
    size = _size(part, variables)
    if part.pages:
        return 1 + sum(_cost(below, variables, size) for below in part.parts)
    times = part.inner * (page if part.listed else size)
    return times * (1 + sum(_cost(below, variables, 1) for below in part.parts))


def _size(part: Part, variables: Mapping[str, object]) -> int:
    if isinstance(part.size, int):
        return max(part.size, 0)
    return _counted(part.size, variables, part.size.path)


def _counted(size: Given, found: object, path: tuple[str, ...]) -> int:
    """Return the size at the end of a path through what was found so far."""
    if found is None:
        return size.null
    if path:
        if not isinstance(found, Mapping):
            return size.most
        held = cast("Mapping[str, object]", found)
        return _counted(size, held[path[0]], path[1:]) if path[0] in held else size.absent
    if isinstance(found, float) and found.is_integer():
        return max(int(found), 0)  # as GraphQL reads it
    return max(found, 0) if isinstance(found, int) else size.most


class _Reader:
    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], defaults: Mapping[str, ValueNode]
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
        lists = _lists(field)
        pages = sized is not None and not lists
        return Part(
            sized if sized is not None else ASSUMED if lists else 1,
            pages,
            paged and lists > 0 and node.name.value in _ITEMS,
            ASSUMED ** max(lists - 1, 0),
            self.parts(node.selection_set, below, paged=pages),
        )

    def _sized(self, node: FieldNode, field: GraphQLField) -> int | Given | None:
        """Return what an argument of the field, or a field of an input that it takes, says of its size."""
        given = {each.name.value: each.value for each in node.arguments or ()}
        for name, argument in field.args.items():
            if name in _SIZES:
                return self._asked(name, argument, given.get(name))
        for name, argument in field.args.items():
            kind = get_named_type(cast("GraphQLType", argument.type))
            if isinstance(kind, GraphQLInputObjectType):
                for size, held in kind.fields.items():
                    if size in _SIZES:
                        return self._asked_in(size, held, given.get(name))
        return None

    def _asked(self, name: str, taken: GraphQLArgument | GraphQLInputField, given: ValueNode | None) -> int | Given:
        otherwise = _default(taken)
        if isinstance(given, IntValueNode):
            return int(given.value)
        if isinstance(given, VariableNode):
            variable = given.name.value
            default = self._defaults.get(variable)
            absent = int(default.value) if isinstance(default, IntValueNode) else otherwise
            return Given((variable,), absent, otherwise, _SIZES[name])
        return otherwise

    def _asked_in(self, name: str, held: GraphQLInputField, given: ValueNode | None) -> int | Given:
        if isinstance(given, ObjectValueNode):
            return self._asked(name, held, _field_in(given, name))
        if isinstance(given, VariableNode):
            variable = given.name.value
            return Given((variable, name), self._default_in(variable, name, held), _default(held), _SIZES[name])
        return _default(held)

    def _default_in(self, variable: str, name: str, held: GraphQLInputField) -> int:
        default = self._defaults.get(variable)
        value = _field_in(default, name) if isinstance(default, ObjectValueNode) else None
        return int(value.value) if isinstance(value, IntValueNode) else _default(held)

    def _type(self, name: str) -> object:
        return self._schema.type_map[name]


def _field(kind: object, name: str) -> GraphQLField | None:
    return kind.fields.get(name) if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else None


def _field_in(value: ObjectValueNode, name: str) -> ValueNode | None:
    return next((each.value for each in value.fields if each.name.value == name), None)


def _default(taken: GraphQLArgument | GraphQLInputField) -> int:
    """The default of a size, in whichever of the two places that graphql-core keeps it."""
    value: object = taken.default_value if taken.default is None else taken.default.value
    return value if isinstance(value, int) else ASSUMED


def _lists(field: GraphQLField) -> int:
    """How many lists are around the type: a list of lists has two."""
    shown = str(cast("GraphQLType", field.type))
    return len(shown) - len(shown.lstrip("["))
