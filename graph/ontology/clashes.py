"""Names and ids that two elements can't share: in GraphQL, in queries and in the history of the ontology."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graph.ontology.model import AssetType, EnumType, PropertyDefinition, RelationshipType
from graph.ontology.names import (
    GRAPHQL_TYPES_TAKEN,
    GRAPHQL_WORDS_TAKEN,
    PROPERTY_NAMES_TAKEN,
    ROOT_FIELDS_TAKEN,
    graphql_types_of,
    graphql_types_of_enum,
    graphql_types_of_field,
)
from graph.ontology.objects import graphql_types_of_object, objects_of
from graph.ontology.problems import Problems
from graph.ontology.source import Path

_SETTLE_TYPE = "Settle it with `graphql: AnotherName` on the type"
_SETTLE_OBJECT = "Give the property another name"
_SETTLE_FIELD = "Settle it with `graphql: {name: ..., inverse: ...}` on the relationship type"


def check_clashes(
    enums: Mapping[str, EnumType],
    types: Mapping[str, AssetType],
    relationships: Mapping[str, RelationshipType],
    problems: Problems,
) -> None:
    """Note every name that is taken or given twice."""
    _check_graphql_types(enums, types, relationships, problems)
    _check_plurals(types, problems)
    _check_relationship_names(relationships, problems)
    for relationship in relationships.values():
        _check_fields(relationship, types, problems)
    _check_ids(enums, types, relationships, problems)


def _check_graphql_types(
    enums: Mapping[str, EnumType],
    types: Mapping[str, AssetType],
    relationships: Mapping[str, RelationshipType],
    problems: Problems,
) -> None:
    taken: dict[str, str] = {}
    for name in enums:
        _claim(graphql_types_of_enum(name), f"the enum {name}", taken, (("enums", name), None), problems)
    for name, kind in types.items():
        path: Path = ("assetTypes", name) if kind.graphql == name else ("assetTypes", name, "graphql")
        if name == "Asset":
            message = "Asset is what all asset types are"
            problems.key("NAME_RESERVED", ("assetTypes", name), message, expected="another name", actual=name)
            continue
        _claim(graphql_types_of(kind.graphql), f"the asset type {name}", taken, (path, _SETTLE_TYPE), problems)
    names = set(relationships)
    for name, kind in relationships.items():
        # An inverse that names something else as well is told of as such.
        inverse = None if kind.inverse in names else kind.inverse_field
        names |= {kind.inverse} if kind.inverse else set()
        for end, field in (("name", kind.field), ("inverse", inverse)):
            made = graphql_types_of_field(field) if field else ()
            at: Path = ("relationshipTypes", name, "graphql", end)
            _claim(made, f"the field {field!r} of {name}", taken, (at, _SETTLE_FIELD), problems)
    _check_objects(types, "assetTypes", taken, problems)
    _check_objects(relationships, "relationshipTypes", taken, problems)


def _check_objects(
    owners: Mapping[str, AssetType] | Mapping[str, RelationshipType],
    section: str,
    taken: dict[str, str],
    problems: Problems,
) -> None:
    for owner in owners.values():
        for definition, name in objects_of(owner):
            # What is inside another object, or a list, is told of where its outermost property stands.
            path: Path = (section, owner.name, "properties", definition.name.removesuffix("[]"))
            at = path if path[-1] in owner.properties else (section, owner.name)
            whose = f"the object {definition.name.removesuffix('[]')} of {owner.name}"
            _claim(graphql_types_of_object(name), whose, taken, (at, _SETTLE_OBJECT), problems)


def _claim(
    made: tuple[str, ...], whose: str, taken: dict[str, str], place: tuple[Path, str | None], problems: Problems
) -> None:
    """Note the first of the GraphQL types `made` that is another's, and take the others."""
    path, hint = place
    free = True
    for name in made:
        if free and name in GRAPHQL_TYPES_TAKEN:
            message = f"The service has a GraphQL type {name} of its own"
            problems.key("NAME_RESERVED", path, message, expected="another GraphQL name", actual=name, hint=hint)
            free = False
        elif free and name in taken:
            message = f"{whose[:1].upper()}{whose[1:]} and {taken[name]} would both make a GraphQL type {name}"
            problems.key("NAME_CLASH", path, message, expected="another GraphQL name", hint=hint)
            free = False
        taken.setdefault(name, whose)


def _check_plurals(types: Mapping[str, AssetType], problems: Problems) -> None:
    taken: dict[str, str] = {}
    for name, kind in types.items():
        path: Path = ("assetTypes", name, "plural")
        if kind.plural in ROOT_FIELDS_TAKEN:
            message = f"The list of {name} can't be called {kind.plural!r}: the service has a query of that name"
            problems.key("NAME_RESERVED", path, message, expected="another `plural`", actual=kind.plural)
        elif kind.plural in taken:
            message = f"The lists of {taken[kind.plural]} and {name} would both be called {kind.plural!r}"
            problems.key("NAME_CLASH", path, message, expected="another `plural`", actual=kind.plural)
        taken.setdefault(kind.plural, name)


def _check_relationship_names(relationships: Mapping[str, RelationshipType], problems: Problems) -> None:
    taken = {name: name for name in relationships}
    for name, kind in relationships.items():
        if kind.inverse is None:
            continue
        path: Path = ("relationshipTypes", name, "inverse")
        if kind.inverse == name:
            problems.value(
                "NAME_CLASH",
                path,
                f"{name} is its own inverse",
                expected="another name",
                actual=name,
                hint="If both ends are alike, write `symmetric: true` and no inverse",
            )
        elif kind.inverse in taken:
            message = f"{kind.inverse!r} names something at {taken[kind.inverse]} already"
            problems.value("NAME_CLASH", path, message, expected="another name", actual=kind.inverse)
        taken.setdefault(kind.inverse, name)


def _check_fields(relationship: RelationshipType, types: Mapping[str, AssetType], problems: Problems) -> None:
    ends = (
        ("name", relationship.field, relationship.sources_allowed),
        ("inverse", relationship.inverse_field, relationship.targets_allowed),
    )
    for end, field, owners in ends:
        path: Path = ("relationshipTypes", relationship.name, "graphql", end)
        if field in PROPERTY_NAMES_TAKEN | GRAPHQL_WORDS_TAKEN:
            whose = "Every asset has" if field in PROPERTY_NAMES_TAKEN else "Filters in GraphQL have"
            message = f"{whose} {field!r} already"
            problems.key("NAME_RESERVED", path, message, expected="another field", actual=field, hint=_SETTLE_FIELD)
            continue
        having = sorted(owner for owner in owners if field in types[owner].properties)
        if having:
            message = f"{having[0]} has a property {field!r} already"
            problems.key("NAME_CLASH", path, message, expected="another field", actual=field, hint=_SETTLE_FIELD)


def _check_ids(
    enums: Mapping[str, EnumType],
    types: Mapping[str, AssetType],
    relationships: Mapping[str, RelationshipType],
    problems: Problems,
) -> None:
    taken: dict[str, str] = {}
    told: tuple[str, ...] = ()  # what ids of fields and items begin with, which follow from one that is told of
    for identity, name, path in _ids(enums, types, relationships):
        if identity in taken and not identity.startswith(told):
            problems.key(
                "DUPLICATE_ID",
                path,
                f"{name} and {taken[identity]} have the same id",
                expected="an id of its own",
                actual=identity,
                hint="Write an `id` into the newer of the two",
            )
            told = (*told, f"{identity}.", f"{identity}[]")
        taken.setdefault(identity, name)


def _ids(
    enums: Mapping[str, EnumType], types: Mapping[str, AssetType], relationships: Mapping[str, RelationshipType]
) -> Iterator[tuple[str, str, Path]]:
    for enum in enums.values():
        yield enum.id, enum.name, ("enums", enum.name, "id")
    for kind in types.values():
        path: Path = ("assetTypes", kind.name)
        yield kind.id, kind.name, (*path, "id")
        own = (each for each in kind.properties.values() if each.declared_by == kind.name)
        yield from _property_ids(own, kind.name, (*path, "properties"))
        for channel in kind.channels.values():
            if channel.declared_by == kind.name:
                yield channel.id, f"{kind.name}.{channel.name}", (*path, "channels", channel.name, "id")
    for relationship in relationships.values():
        path = ("relationshipTypes", relationship.name)
        yield relationship.id, relationship.name, (*path, "id")
        yield from _property_ids(relationship.properties.values(), relationship.name, (*path, "properties"))


def _property_ids(definitions: Iterable[PropertyDefinition], owner: str, path: Path) -> Iterator[tuple[str, str, Path]]:
    """Yield properties, and the fields of those that are objects or hold objects."""
    for definition in definitions:
        name, at = f"{owner}.{definition.name}", (*path, definition.name)
        yield definition.id, name, (*at, "id")
        yield from _property_ids(definition.fields, name, (*at, "fields"))
        items = definition.items
        while items is not None:
            at = (*at, "items")
            yield items.id, f"{name}[]", at
            yield from _property_ids(items.fields, f"{name}[]", (*at, "fields"))
            name, items = f"{name}[]", items.items
