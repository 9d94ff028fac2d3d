"""Properties that are objects: each is a type of its own in GraphQL, as are those inside."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graph.ontology.model import AssetType, Datatype, PropertyDefinition, RelationshipType

_NESTED = frozenset({Datatype.OBJECT, Datatype.MAP, Datatype.POINT})


def objects_of(owner: AssetType | RelationshipType) -> Iterator[tuple[PropertyDefinition, str]]:
    """Yield each object among the properties that `owner` declares itself, with its name in GraphQL.

    The address of a Site is a SiteAddress; what a map holds has no type of its own.
    """
    if isinstance(owner, AssetType):
        prefix = owner.graphql
    else:
        prefix = f"{owner.field[:1].upper()}{owner.field[1:]}Relationship"
    own = (each for each in owner.properties.values() if each.declared_by == owner.name)
    yield from _named(prefix, own)


def graphql_types_of_object(name: str) -> tuple[str, ...]:
    """Return all GraphQL types that an object called `name` there brings with it."""
    return (name, f"{name}Filter", f"{name}Input", f"{name}Match")


def is_flat(definition: PropertyDefinition) -> bool:
    """Whether an object's fields hold no fields themselves, so that each name in its text is one of its own."""
    return all(each.datatype not in _NESTED and not _holds_nested(each) for each in definition.fields)


def _holds_nested(definition: PropertyDefinition) -> bool:
    return definition.items is not None and definition.items.datatype in _NESTED


def _named(prefix: str, definitions: Iterable[PropertyDefinition]) -> Iterator[tuple[PropertyDefinition, str]]:
    for definition in definitions:
        held = definition.items if definition.datatype is Datatype.LIST else definition
        if held is not None and held.datatype is Datatype.OBJECT:
            name = f"{prefix}{definition.name[:1].upper()}{definition.name[1:]}"
            yield held, name
            yield from _named(name, held.fields)
