"""Object types for the ontology's concrete asset types, interfaces for its abstract ones."""

from __future__ import annotations

from collections.abc import Mapping

import strawberry

from app.graphql.types.assets import Asset
from graph.errors import InvalidInput
from graph.ontology.model import AssetType, Ontology
from graph.ontology.names import GRAPHQL_TYPES_TAKEN

_INTROSPECTION = "__"


class NameClash(InvalidInput):
    """A type of the ontology would have a name in GraphQL that is taken."""

    code = "GRAPHQL_NAME_CLASH"


def asset_types(ontology: Ontology) -> tuple[type, ...]:
    """A GraphQL type for every asset type of `ontology`, supertypes first.

    A concrete type is an object type that implements Asset and the interface of each abstract supertype; a concrete
    type with subtypes is an interface `Any<Name>` as well, which it and all below implement.
    Raises NameClash where a name is one of the contract's or comes twice: the ontology's checks see to that, but an
    ontology may have been stored before the contract took the name.
    """
    _check_names(ontology)
    interfaces: dict[str, type] = {}
    objects: list[type] = []
    for kind in sorted(ontology.asset_types.values(), key=lambda kind: (len(kind.supertypes), kind.name)):
        above = _interfaces_of(kind, interfaces)
        if kind.abstract or kind.subtypes:
            interfaces[kind.name] = _interface(kind, above)
        if not kind.abstract:
            own = (interfaces[kind.name],) if kind.subtypes else ()
            objects.append(_object(kind, (*own, *above)))
    return (*interfaces.values(), *objects)


def graphql_names(ontology: Ontology) -> Mapping[str, str]:
    """GraphQL's name of each concrete asset type, by its ontology name."""
    return {kind.name: kind.graphql for kind in ontology.asset_types.values() if not kind.abstract}


def _interfaces_of(kind: AssetType, made: dict[str, type]) -> tuple[type, ...]:
    # Ordered by one order for the whole ontology (the reverse of making), so that Python can always linearise them.
    wanted = set(kind.supertypes)
    return (*(made[name] for name in reversed(made) if name in wanted), Asset)


def _interface(kind: AssetType, above: tuple[type, ...]) -> type:
    name = kind.graphql if kind.abstract else f"Any{kind.graphql}"
    described = kind.description if kind.abstract else f"{kind.graphql} and everything below it."
    made = type(name, above, {"__doc__": f"Interface of the asset type {kind.name}."})
    return strawberry.interface(made, name=name, description=described)


def _object(kind: AssetType, above: tuple[type, ...]) -> type:
    made = type(kind.graphql, above, {"__doc__": f"Assets of the type {kind.name}."})
    return strawberry.type(made, name=kind.graphql, description=kind.description)


def _check_names(ontology: Ontology) -> None:
    taken = dict.fromkeys(GRAPHQL_TYPES_TAKEN, "the GraphQL contract")
    for kind in ontology.asset_types.values():
        names = [kind.graphql] if kind.abstract or not kind.subtypes else [kind.graphql, f"Any{kind.graphql}"]
        for name in names:
            if name in taken or name.startswith(_INTROSPECTION):
                raise NameClash(
                    f"The asset type {kind.name} can't be {name} in GraphQL",
                    place=f"assetTypes.{kind.name}",
                    expected="a name of its own",
                    actual=f"{name}, which belongs to {taken.get(name, 'introspection')}",
                    hint=f"Give {kind.name} another name in the ontology with `graphql:`",
                )
            taken[name] = f"the asset type {kind.name}"
