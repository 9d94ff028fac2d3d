"""Reads what an operation asks for below a field: a plain tree, with fragments, variables and conditions worked in."""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLIncludeDirective,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLSkipDirective,
    GraphQLType,
    InlineFragmentNode,
    Node,
    SelectionSetNode,
    VariableNode,
    Visitor,
    get_argument_values,
    get_directive_values,
    get_named_type,
    is_abstract_type,
    visit,
)
from graphql.execution.values import VariableValues

from app.graphql.meanings import Meaning, meaning_of

CACHED: Final = 1024

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A field that is asked for: its response key, its name, its arguments, and what is asked for below it.

    `when` names the object types on which it is asked for (None: all that are possible there). `spelled` is the
    identity of the first syntax node that asks for it; `meaning` is what the ontology says that the field means.
    """

    key: str
    name: str
    arguments: Mapping[str, object]
    when: frozenset[str] | None
    fields: tuple[Asked, ...]
    spelled: int = field(compare=False)
    meaning: Meaning | None = None

    def paged(self, first: int | None, after: str | None) -> Asked:
        """This field with the page that its resolver was given."""
        return replace(self, arguments={**self.arguments, "first": first, "after": after})

    @property
    def own_key(self) -> str:
        """A key that no other field of the operation has."""
        return own_key(self.key, self.spelled)


def own_key(key: str, spelled: int) -> str:
    """The key of a field whose response key is not enough, because another field beside it has the same."""
    return f"{key}#{spelled}"


def merged(several: Iterable[Asked]) -> tuple[Asked, ...]:
    """What is asked for below any of `several`, which are answered by one and the same row.

    Fields that share a key without meaning the same get their `own_key`.
    """
    fields: dict[str, list[Asked]] = {}
    for each in several:
        for below in each.fields:
            beside = fields.setdefault(below.key, [])
            if below not in beside:
                beside.append(below)
    return tuple(
        replace(each, key=each.own_key) if clash else each
        for beside in fields.values()
        for clash in [any(_meet(one, other) for one, other in itertools.combinations(beside, 2))]
        for each in beside
    )


def _meet(one: Asked, other: Asked) -> bool:
    return one.when is None or other.when is None or bool(one.when & other.when)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """What of an operation bears on its selections. `lasting`: its parsed document is kept and comes again."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, object]
    lasting: bool = True


class SelectionReader:
    """Reads selections, and remembers those of operations that come again: parsed documents are kept, so nodes last."""

    def __init__(self, *, cached: int = CACHED) -> None:
        self._cached = cached
        self._known: OrderedDict[object, tuple[Node, tuple[Asked, ...]]] = OrderedDict()
        self._variables: OrderedDict[int, tuple[Node, tuple[str, ...]]] = OrderedDict()

    def below(self, operation: Operation, nodes: Sequence[FieldNode], returned: GraphQLNamedType) -> tuple[Asked, ...]:
        """What is asked for below a field that `nodes` spell and that returns `returned`."""
        key = self._key(operation, nodes, returned) if operation.lasting else None
        known = self._known.get(key) if key is not None else None
        if known is not None:
            return known[1]
        asked = _below(operation, nodes, returned)
        if key is not None:
            _keep(self._known, key, (nodes[0], asked), self._cached)
        return asked

    def _key(self, operation: Operation, nodes: Sequence[FieldNode], returned: GraphQLNamedType) -> object | None:
        values = tuple((name, operation.variables.get(name)) for name in self._used(operation, nodes))
        key = (*(id(node) for node in nodes), returned.name, values)
        try:
            hash(key)
        except TypeError:
            return None  # a variable holds a list or an object: read anew
        return key

    def _used(self, operation: Operation, nodes: Sequence[FieldNode]) -> tuple[str, ...]:
        known = self._variables.get(id(nodes[0]))
        if known is not None:
            return known[1]
        finder = _VariableFinder()
        for node in nodes:
            if node.selection_set:
                visit(node.selection_set, finder)
        for fragment in operation.fragments.values():
            visit(fragment, finder)
        used = tuple(sorted(finder.found))
        _keep(self._variables, id(nodes[0]), (nodes[0], used), self._cached)
        return used


class _VariableFinder(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def enter_variable(self, node: VariableNode, *_: object) -> None:
        self.found.add(node.name.value)


def _keep(kept: OrderedDict[K, V], key: K, value: V, most: int) -> None:
    kept[key] = value
    if len(kept) > most:
        kept.popitem(last=False)


def _below(operation: Operation, nodes: Sequence[FieldNode], returned: GraphQLNamedType) -> tuple[Asked, ...]:
    possible = _possible(operation.schema, returned)
    found: dict[str, list[tuple[FieldNode, frozenset[str]]]] = {}
    for node in nodes:
        if node.selection_set:
            for spelled, types in _fields(operation, node.selection_set, possible):
                key = spelled.alias.value if spelled.alias else spelled.name.value
                found.setdefault(key, []).append((spelled, types))
    return tuple(
        asked
        for key, spelling in found.items()
        if spelling[0][0].name.value != "__typename"
        for asked in _asked(operation, key, spelling, possible)
    )


def _asked(
    operation: Operation, key: str, spelling: list[tuple[FieldNode, frozenset[str]]], possible: frozenset[str]
) -> Iterator[Asked]:
    # One key may mean different things on different types: types that share the same nodes share a field.
    shared: dict[tuple[int, ...], set[str]] = {}
    for name in sorted(possible):
        meant = tuple(number for number, (_, types) in enumerate(spelling) if name in types)
        if meant:
            shared.setdefault(meant, set()).add(name)
    for meant, types in shared.items():
        nodes = [spelling[number][0] for number in meant]
        owner = operation.schema.type_map[min(types)]
        assert isinstance(owner, GraphQLObjectType | GraphQLInterfaceType)
        definition = owner.fields[nodes[0].name.value]
        yield Asked(
            key=key,
            name=nodes[0].name.value,
            arguments=get_argument_values(definition, nodes[0], _values(operation)),
            when=None if len(types) == len(possible) else frozenset(types),
            fields=_below(operation, nodes, get_named_type(cast("GraphQLType", definition.type))),
            spelled=id(nodes[0]),
            meaning=meaning_of(definition),
        )


def _fields(
    operation: Operation, selections: SelectionSetNode, types: frozenset[str]
) -> Iterator[tuple[FieldNode, frozenset[str]]]:
    for node in selections.selections:
        if not _included(operation, node):
            continue
        match node:
            case FieldNode():
                yield node, types
            case InlineFragmentNode():
                condition = node.type_condition.name.value if node.type_condition else None
                yield from _narrowed(operation, node.selection_set, types, condition)
            case FragmentSpreadNode():
                fragment = operation.fragments[node.name.value]
                yield from _narrowed(operation, fragment.selection_set, types, fragment.type_condition.name.value)
            case _:
                raise AssertionError(f"{node.kind} is no selection")


def _narrowed(
    operation: Operation, selections: SelectionSetNode, types: frozenset[str], condition: str | None
) -> Iterator[tuple[FieldNode, frozenset[str]]]:
    if condition is not None:
        types &= _possible(operation.schema, operation.schema.type_map[condition])
    if types:
        yield from _fields(operation, selections, types)


def _possible(schema: GraphQLSchema, named: GraphQLNamedType) -> frozenset[str]:
    if is_abstract_type(named):
        return frozenset(each.name for each in schema.get_possible_types(named))
    return frozenset((named.name,))


def _included(operation: Operation, node: Node) -> bool:
    if not getattr(node, "directives", None):
        return True
    values = _values(operation)
    skip = get_directive_values(GraphQLSkipDirective, node, values)  # pyright: ignore[reportArgumentType]
    include = get_directive_values(GraphQLIncludeDirective, node, values)  # pyright: ignore[reportArgumentType]
    return not (skip and skip["if"]) and not (include and not include["if"])


def _values(operation: Operation) -> VariableValues:
    return VariableValues({}, dict(operation.variables))
