"""Completion of rows, compiled: one function for a root field's selection, made once for each document and schema.

graphql-core completes value by value: it looks up the field, builds an info, a path and a coroutine check for each. All
that is the same for every row, so it is worked in once, and what remains is a dict display per object. Compiled text
holds names of the schema and response keys alone, each as a literal; values never.

What is no plain row (a null where none may be, a value of a wrong kind, a missing key) raises, and graphql-core's own
completion takes over: it tells errors and paths.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from typing import Any, Final, TypeAlias, cast

from graphql import (
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLUnionType,
    is_enum_type,
    is_leaf_type,
)
from graphql.execution.collect_fields import FieldDetails

from app.graphql.rows import pick_by_key, pick_by_name, pick_by_own_key, pick_if_there
from app.graphql.scalars import GREATEST
from app.graphql.selection import own_key

Complete: TypeAlias = "Callable[[Any], Any]"
Nodes: TypeAlias = "list[FieldDetails]"
Collect: TypeAlias = "Callable[[GraphQLObjectType, Nodes], Mapping[str, Nodes]]"
"""Gives what is selected below some nodes of an object, by response key."""

_AS_IT_IS: Final = {
    "Boolean": "type(v := {}) is bool",
    "Date": "type(v := {}) is str",
    "DateTime": "type(v := {}) is str",
    "Duration": "type(v := {}) is str",
    "Float": "type(v := {}) is float and isfinite(v)",
    "ID": "type(v := {}) is str",
    "Int": "type(v := {}) is int and -2147483648 <= v <= 2147483647",
    "Long": f"type(v := {{}}) is int and -{GREATEST} <= v <= {GREATEST}",
    "String": "type(v := {}) is str",
}
"""By scalar: when a value goes out as it is. Any other is left to the scalar itself."""


class NotCompiled(Exception):
    """Something is selected that only graphql-core can complete."""


class NotPlain(Exception):
    """A value is not what its field promises."""


class Compiler:
    """Compiles selections of one operation; `types` gives the ontology's name of each object type."""

    def __init__(self, schema: GraphQLSchema, types: Mapping[str, str], collect: Collect) -> None:
        self._schema = schema
        self._types = types
        self._collect = collect
        self._objects: dict[object, Complete] = {}

    def field(self, kind: object, nodes: Nodes) -> Complete:
        """Return what completes a field of the type `kind` that `nodes` spell. Raises NotCompiled."""
        scope = _Scope()
        return scope.function("value", self._value(kind, nodes, "value", scope))

    def _value(self, kind: Any, nodes: Nodes, access: str, scope: _Scope) -> str:
        sure = _is(kind, GraphQLNonNull)
        inner: Any = kind.of_type if sure else kind
        if is_leaf_type(inner):
            return _leaf(inner, access, scope, sure=sure)
        if _is(inner, GraphQLList):
            item = scope.variable()
            shown = f"[{self._value(inner.of_type, nodes, item, scope)} for {item} in listed({access})]"
            return shown if sure else f"(None if {access} is None else {shown})"
        function = scope.bound(self._composite(inner, nodes))
        return f"{function}({access})" if sure else f"(None if (w := {access}) is None else {function}(w))"

    def _composite(self, kind: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType, nodes: Nodes) -> Complete:
        if isinstance(kind, GraphQLObjectType):
            return self._object(kind, nodes)
        known = _ByType(
            self, {self._types.get(each.name, each.name): each for each in _possible(self._schema, kind)}, nodes
        )

        def complete(row: dict[str, Any]) -> Any:
            return known[row["__typename"]](row)

        return complete

    def _object(self, kind: GraphQLObjectType, nodes: Nodes) -> Complete:
        selected = [(key, below, self._definition(kind, below)) for key, below in self._collect(kind, nodes).items()]
        # Types behind an interface mostly share what is selected of them, definitions included.
        same = tuple((key, id(definition), *(id(each.node) for each in below)) for key, below, definition in selected)
        named = any(definition is None for _, _, definition in selected)
        signature = (kind.name if named else None, same)
        made = self._objects.get(signature)
        if made is None:
            made = self._objects[signature] = self._displayed(kind, selected)
        return made

    def _displayed(self, kind: GraphQLObjectType, selected: list[tuple[str, Nodes, GraphQLField | None]]) -> Complete:
        scope = _Scope()
        parts: list[str] = []
        for key, below, definition in selected:
            if definition is None:
                parts.append(f"{key!r}: {kind.name!r}")
                continue
            access = _access(definition, key, below)
            shown = self._value(cast("Any", definition.type), below, access, scope)
            parts.append(f"{key!r}: {shown}")
        return scope.function("row", f"{{{', '.join(parts)}}} if type(row) is dict else not_plain()")

    def _definition(self, kind: GraphQLObjectType, nodes: Nodes) -> GraphQLField | None:
        """Return the field that is selected, None for `__typename`."""
        name = nodes[0].node.name.value
        if name == "__typename":
            return None
        definition = self._schema.get_field(kind, name)
        if definition is None:
            raise NotCompiled
        return definition

    def object(self, kind: GraphQLObjectType, nodes: Nodes) -> Complete:
        """Return what completes rows of an object type. Raises NotCompiled."""
        return self._object(kind, nodes)


class _ByType(dict[str, Complete]):
    """Functions by the ontology's type name, each compiled when the first of that type comes: there may be hundreds."""

    def __init__(self, compiler: Compiler, possible: Mapping[str, GraphQLObjectType], nodes: Nodes) -> None:
        super().__init__()
        self._compiler = compiler
        self._possible = possible
        self._nodes = nodes

    def __missing__(self, name: str) -> Complete:
        made = self[name] = self._compiler.object(self._possible[name], self._nodes)
        return made


class _Scope:
    """The names that the text of one function knows."""

    def __init__(self) -> None:
        self._names: dict[str, Any] = {"isfinite": isfinite, "listed": _listed, "not_plain": _not_plain}
        self._variables = 0

    def bound(self, value: object) -> str:
        name = f"k{len(self._names)}"
        self._names[name] = value
        return name

    def variable(self) -> str:
        self._variables += 1
        return f"x{self._variables}"

    def function(self, parameter: str, expression: str) -> Complete:
        made: dict[str, Any] = {}
        text = f"def complete({parameter}):\n    return {expression}\n"
        exec(compile(text, "<completion>", "exec"), self._names, made)  # noqa: S102 - names of the schema as literals
        return made["complete"]


def _is(kind: Any, wrapper: Any) -> bool:
    return isinstance(kind, wrapper)


def _leaf(kind: Any, access: str, scope: _Scope, *, sure: bool) -> str:
    if is_enum_type(kind):
        table = scope.bound(_Coerced(kind.coerce_output_value))
        return f"{table}[{access}]" if sure else f"(None if (v := {access}) is None else {table}[v])"
    coerce = scope.bound(_coercer(kind.coerce_output_value, sure=sure))
    as_it_is = _AS_IT_IS.get(kind.name)
    return f"{coerce}({access})" if as_it_is is None else f"(v if {as_it_is.format(access)} else {coerce}(v))"


class _Coerced(dict[Any, Any]):
    """Values of an enum by what stands for them in rows: each is coerced once."""

    def __init__(self, coerce: Complete) -> None:
        super().__init__()
        self._coerce = coerce

    def __missing__(self, value: object) -> Any:
        made = self[value] = _there(self._coerce(value))
        return made


def _coercer(coerce: Complete, *, sure: bool) -> Complete:
    def coerced(value: object) -> Any:
        if value is None and not sure:
            return None
        return _there(coerce(_there(value)))

    return coerced


def _there(value: Any) -> Any:
    return _not_plain() if value is None else value


def _listed(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else _not_plain()  # pyright: ignore[reportUnknownVariableType]


def _not_plain() -> Any:
    raise NotPlain


def _access(definition: GraphQLField, key: str, nodes: Nodes) -> str:
    name, resolve = nodes[0].node.name.value, definition.resolve
    if resolve is pick_by_key:
        return f"row[{key!r}]"
    if resolve is pick_by_name:
        return f"row[{name!r}]"
    if resolve is pick_by_own_key:
        return f"row[{own_key(key, id(nodes[0].node))!r}]"
    if resolve is pick_if_there:
        return f"row.get({name!r})"
    raise NotCompiled


def _possible(schema: GraphQLSchema, kind: GraphQLInterfaceType | GraphQLUnionType) -> list[GraphQLObjectType]:
    return list(schema.get_possible_types(kind))
