"""Reads which names of the ontology an operation passes: in its document once, in variables with each request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final, TypeAlias, cast

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
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    get_named_type,
    value_from_ast_untyped,
)

from app.graphql.naming.knowing import Known
from app.graphql.naming.places import Named, Role, input_place, role_at
from graph.ontology.model import Ontology

MOST: Final = 1_000
"""Names that are looked at of one request's variables."""

FEW: Final = 8
"""Types that a name is said to be of; of more it is looked at as of any."""

DEEPEST: Final = 50
"""Lists and inputs inside each other; what is deeper is not looked at, for a caller may nest without end."""

LONGEST: Final = 200
"""Characters of a name; what is longer is none."""

_OWNERS: Final[Mapping[str, str]] = {"AssetFilter": "types", "AssetInput": "type", "RelationshipInput": "type"}
"""Fields of inputs that say of which types the names beside them are."""

_MAPS: Final[Mapping[str, str]] = {"AssetInput.properties": "type", "RelationshipInput.properties": "type"}
"""Places whose names are the keys of a map."""


@dataclass(frozen=True, slots=True)
class Open:
    """A variable that passes names of some roles: which they are, the document doesn't say."""

    variable: str
    place: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class _Variable:
    name: str
    default: object


@dataclass(frozen=True, slots=True)
class Site:
    """A field that takes names by variables: the types of its arguments that take any, and what they are given."""

    field: str
    types: Mapping[str, object]
    given: Mapping[str, ValueNode]
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """The names that an operation passes by itself (defaults of its variables among them), and where variables do.

    `known` are those of `named` that the ontology has, as texts.
    """

    named: tuple[Named, ...]
    known: tuple[str, ...]
    open: tuple[Open, ...]
    sites: tuple[Site, ...]
    defaults: Mapping[str, object]


_Found: TypeAlias = Named | Open


class Naming:
    """Reads names out of operations of one schema, which is that of `ontology`."""

    def __init__(self, schema: GraphQLSchema, ontology: Ontology) -> None:
        self.known = Known(ontology)
        self.schema = schema
        self._types = {
            shown: kind.name for kind in ontology.asset_types.values() for shown in (kind.graphql, f"Any{kind.graphql}")
        }
        self._roles: dict[str, frozenset[Role]] = {}

    def passed(self, operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> Passed:
        """Return what a valid operation passes."""
        defaults = {
            each.variable.name.value: value_from_ast_untyped(each.default_value)
            for each in operation.variable_definitions or ()
            if each.default_value is not None
        }
        names = [each.variable.name.value for each in operation.variable_definitions or ()]
        variables: dict[str, Any] = {name: _Variable(name, defaults.get(name)) for name in names}
        root = self.schema.get_root_type(operation.operation)
        found: dict[_Found, None] = {}
        with_variables: list[Site] = []
        for site in _Sites(self, fragments).of(operation.selection_set, root):
            here = dict.fromkeys(self._at(site, variables))
            found |= here
            if any(isinstance(each, Open) for each in here):
                with_variables.append(site)
        named = tuple(each for each in found if isinstance(each, Named))
        return Passed(
            named=named,
            known=tuple(str(each) for each in named if each in self.known),
            open=tuple(each for each in found if isinstance(each, Open)),
            sites=tuple(with_variables),
            defaults=defaults,
        )

    def by_variables(self, passed: Passed, variables: Mapping[str, object]) -> tuple[Named, ...]:
        """Return the names known here that a request passes where its variables do. Those are as the caller gave them.

        Looks at `MOST`, and costs some microseconds each.
        """
        if not passed.sites:
            return ()
        given: dict[str, Any] = {**passed.defaults, **variables}
        every = (each for site in passed.sites for each in self._at(site, given))
        found = dict.fromkeys(each for each in islice(every, MOST) if isinstance(each, Named))
        return tuple(each for each in found if each in self.known)

    def roles(self, kind: object) -> frozenset[Role]:
        """Return what names may stand in an input type, and in those inside it."""
        if not isinstance(kind, GraphQLInputObjectType):
            return frozenset()
        known = self._roles.get(kind.name)
        if known is None:
            known = self._roles[kind.name] = frozenset(_roles_below(kind))
        return known

    def type_named(self, shown: str) -> str | None:
        """Return the asset type that a GraphQL type is of."""
        return self._types.get(shown)

    def _at(self, site: Site, variables: dict[str, Any]) -> Iterator[_Found]:
        values = {name: value_from_ast_untyped(node, variables) for name, node in site.given.items()}
        owners = site.owners if site.field == "channel" else _texts(_field(values.get("filter"), "types"))
        for name, kind in site.types.items():
            if name in values:
                yield from self._in(kind, f"{site.field}({name}:)", values[name], owners)

    def _in(self, kind: object, place: str, value: object, owners: tuple[str, ...], depth: int = 0) -> Iterator[_Found]:
        """Yield the names in a value of a type that stands at a place."""
        role = role_at(place)
        if depth > DEEPEST:
            return
        if isinstance(value, _Variable):
            roles = frozenset({role}) if role is not None else self.roles(kind)
            if roles:
                yield Open(value.name, place if role is not None else str(kind), roles)
            yield from self._in(kind, place, value.default, owners, depth + 1)
        elif isinstance(value, list):
            for each in cast("list[object]", value):
                yield from self._in(kind, place, each, owners, depth + 1)
        elif place in _MAPS:
            yield from _written(place, value, owners)
        elif role is not None:
            if isinstance(value, str) and len(value) <= LONGEST:
                yield Named(place, value, owners if _is_of(role) else ())
        elif isinstance(kind, GraphQLInputObjectType) and isinstance(value, Mapping):
            yield from self._inside(kind, cast("Mapping[str, object]", value), owners, depth + 1)

    def _inside(
        self, kind: GraphQLInputObjectType, value: Mapping[str, object], owners: tuple[str, ...], depth: int
    ) -> Iterator[_Found]:
        said = _OWNERS.get(kind.name)
        if said is not None:
            owners = _texts(value.get(said))
        for name, given in value.items():
            field = kind.fields.get(name)
            if field is None:
                continue
            place, below = input_place(kind.name, name), _named(field)
            if role_at(place) is Role.VALUE:
                of = _texts(value.get("name"))
                if not of or self.known.has_values(of[0]):
                    yield from self._in(below, place, given, of, depth)
            elif role_at(place) is not None or self.roles(below):
                yield from self._in(below, place, given, owners, depth)


class _Sites:
    """Finds the fields that take names; each fragment is looked at once for each asset type that it is spread on."""

    def __init__(self, naming: Naming, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._naming = naming
        self._fragments = fragments
        self._seen: set[tuple[str, str | None]] = set()

    def of(self, selections: SelectionSetNode, kind: object, owner: str | None = None) -> Iterator[Site]:
        """Yield those of a selection on a type; `owner`: the asset type that this is of, or that its state is of."""
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield from self._field(node, kind, owner)
            elif isinstance(node, InlineFragmentNode):
                condition = node.type_condition
                on = kind if condition is None else self._naming.schema.type_map[condition.name.value]
                yield from self.of(node.selection_set, on, self._owner(on, owner))
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragments[node.name.value]
                on = self._naming.schema.type_map[fragment.type_condition.name.value]
                narrowed = self._owner(on, owner)
                if (node.name.value, narrowed) not in self._seen:
                    self._seen.add((node.name.value, narrowed))
                    yield from self.of(fragment.selection_set, on, narrowed)

    def _field(self, node: FieldNode, kind: object, owner: str | None) -> Iterator[Site]:
        named = node.name.value
        field = kind.fields.get(named) if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else None
        if field is None:
            return
        types = {name: _named(argument) for name, argument in field.args.items()}
        taking = {name: each for name, each in types.items() if self._takes(f"{named}({name}:)", each)}
        if taking:
            given = {each.name.value: each.value for each in node.arguments or ()}
            yield Site(named, taking, given, () if owner is None else (owner,))
        if node.selection_set is not None:
            below = _named(field)
            yield from self.of(node.selection_set, below, owner if _is_state(below) else self._owner(below, None))

    def _owner(self, kind: object, owner: str | None) -> str | None:
        """Return the narrower of the asset type of a GraphQL type and one that holds already."""
        shown = kind.name if isinstance(kind, GraphQLObjectType | GraphQLInterfaceType) else ""
        found = self._naming.type_named(shown)
        if found is None or owner is None:
            return found or owner
        return owner if found in self._naming.known.ontology.asset_types[owner].supertypes else found

    def _takes(self, place: str, kind: object) -> bool:
        return role_at(place) is not None or bool(self._naming.roles(kind))


def _is_state(kind: object) -> bool:
    return isinstance(kind, GraphQLObjectType) and kind.name == "AssetState"


def _named(typed: GraphQLField | GraphQLArgument | GraphQLInputField) -> object:
    """Return the type of a field or an argument, whatever lists are around it."""
    return get_named_type(cast("GraphQLType", typed.type))


def _roles_below(kind: GraphQLInputObjectType) -> Iterator[Role]:
    seen, waiting = {kind.name}, [kind]
    while waiting:
        here = waiting.pop()
        for name, field in here.fields.items():
            role, below = role_at(input_place(here.name, name)), _named(field)
            if role is not None:
                yield role
            elif isinstance(below, GraphQLInputObjectType) and below.name not in seen:
                seen.add(below.name)
                waiting.append(below)


def _written(place: str, value: object, owners: tuple[str, ...]) -> Iterator[Named]:
    if isinstance(value, Mapping):
        for name in cast("Mapping[str, object]", value):
            if len(name) <= LONGEST:
                yield Named(place, name, owners)


def _is_of(role: Role) -> bool:
    """Whether it matters which types a name is of."""
    return role in (Role.PROPERTY, Role.ORDER, Role.VALUE, Role.CHANNEL)


def _texts(value: object) -> tuple[str, ...]:
    """Return a text or a few texts; nothing where any of them isn't known."""
    several = cast("Sequence[object]", value) if isinstance(value, list) else [value]
    texts = tuple(each for each in several[: FEW + 1] if isinstance(each, str))
    return texts if len(texts) == len(several) <= FEW else ()


def _field(value: object, name: str) -> object:
    return cast("Mapping[str, object]", value).get(name) if isinstance(value, Mapping) else None
