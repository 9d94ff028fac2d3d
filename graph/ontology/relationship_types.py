"""Relationship types: from the document's part to the linked type."""

from __future__ import annotations

import re
from collections.abc import Mapping

from graph.ontology.definitions import (
    Linking,
    check_follows,
    check_name,
    check_writable,
    deprecation,
    property_definition,
)
from graph.ontology.document import AssetTypeDocument, GraphqlFieldsDocument, RelationshipTypeDocument
from graph.ontology.hierarchy import Hierarchy
from graph.ontology.model import ImpactDirection, ImpactKind, Multiplicity, PropertyDefinition, RelationshipType
from graph.ontology.names import (
    CAMEL,
    GRAPHQL_WORDS_TAKEN,
    RELATIONSHIP_PROPERTY_NAMES_TAKEN,
    UPPER_SNAKE,
    camel_field,
)
from graph.ontology.problems import Problems
from graph.ontology.source import Path
from graph.ontology.supply import SUPPLY_PROPERTIES, supply_properties

_MULTIPLICITY = re.compile(r"([0-9]{1,9})(?:\.\.([0-9]{1,9}|\*))?", re.ASCII)


def relationship_type(
    name: str,
    document: RelationshipTypeDocument,
    tree: Hierarchy,
    types: Mapping[str, AssetTypeDocument],
    linking: Linking,
) -> RelationshipType:
    """Return a relationship type linked, noting all that is wrong with it."""
    path: Path = ("relationshipTypes", name)
    problems = linking.problems
    _check_names(name, document, path, problems)
    _check_impact(document, path, problems)
    sources = multiplicity(document.multiplicity.sources, (*path, "multiplicity", "sources"), problems)
    targets = multiplicity(document.multiplicity.targets, (*path, "multiplicity", "targets"), problems)
    if document.symmetric:
        _check_symmetry(document, path, problems, alike=sources == targets)
    graphql = document.graphql or GraphqlFieldsDocument()
    return RelationshipType(
        id=document.id or f"relationship:{name}",
        name=name,
        inverse=document.inverse,
        from_types=tuple(document.from_),
        to_types=tuple(document.to),
        sources_allowed=_allowed(document.from_, (*path, "from"), tree, types, problems),
        targets_allowed=_allowed(document.to, (*path, "to"), tree, types, problems),
        sources=sources,
        targets=targets,
        properties=_properties(name, document, path, linking),
        impact=document.impact.direction if document.impact else ImpactDirection.NONE,
        kind=document.impact.kind if document.impact else ImpactKind.REQUIREMENT,
        containment=document.containment,
        symmetric=document.symmetric,
        field=graphql.name or camel_field(name),
        inverse_field=graphql.inverse or (camel_field(document.inverse) if document.inverse else None),
        description=document.description,
        deprecation=deprecation(document.deprecation),
        closed=bool(document.closed),
    )


def multiplicity(text: str, path: Path, problems: Problems) -> Multiplicity:
    """Return a multiplicity written `1`, `0..2` or `1..*`."""
    found = _MULTIPLICITY.fullmatch(text)
    if found is not None:
        minimum = int(found[1])
        maximum = minimum if found[2] is None else None if found[2] == "*" else int(found[2])
        if maximum is None or (maximum >= max(minimum, 1)):
            return Multiplicity(minimum=minimum, maximum=maximum)
    problems.value(
        "MULTIPLICITY_INVALID",
        path,
        "Not a multiplicity",
        expected="a count such as 1, 0..2 or 1..*, the maximum at least 1 and not below the minimum",
        actual=text[:80],
    )
    return Multiplicity()


def _check_names(name: str, document: RelationshipTypeDocument, path: Path, problems: Problems) -> None:
    check_name(problems, path, name, UPPER_SNAKE)
    if document.inverse is not None:
        check_name(problems, (*path, "inverse"), document.inverse, UPPER_SNAKE)
    if document.graphql is None:
        return
    for end in ("name", "inverse"):
        field = getattr(document.graphql, end)
        if field is not None:
            check_name(problems, (*path, "graphql", end), field, CAMEL)
    if document.graphql.inverse is not None and document.inverse is None:
        at = (*path, "graphql", "inverse")
        problems.value("NAME_INVALID", at, "There is no inverse to be named", expected="the field 'inverse'")


def _check_impact(document: RelationshipTypeDocument, path: Path, problems: Problems) -> None:
    impact = document.impact
    if impact and impact.direction is ImpactDirection.NONE and impact.kind is ImpactKind.FLOW:
        problems.value(
            "IMPACT_INVALID",
            (*path, "impact", "kind"),
            "A FLOW that goes nowhere",
            expected="direction FORWARD, REVERSE or BOTH",
            actual="NONE",
            hint="Name a direction, or leave `impact` out",
        )


def _check_symmetry(document: RelationshipTypeDocument, path: Path, problems: Problems, *, alike: bool) -> None:
    faults = (
        (set(document.from_) != set(document.to), "to", "its ends take different types", "the same types as `from`"),
        (document.inverse is not None, "inverse", "it reads the same from both ends", "no inverse"),
        (document.containment, "containment", "one end would contain the other", "containment: false"),
        (not alike, "multiplicity", "its ends have different multiplicities", "the same at both ends"),
        (
            document.impact is not None
            and document.impact.direction in (ImpactDirection.FORWARD, ImpactDirection.REVERSE),
            "impact",
            "impact would go one way along it",
            "direction BOTH or NONE",
        ),
    )
    for wrong, field, why, expected in faults:
        if wrong:
            problems.value("SYMMETRY_INVALID", (*path, field), f"It can't be symmetric: {why}", expected=expected)


def _allowed(
    ends: list[str], path: Path, tree: Hierarchy, types: Mapping[str, AssetTypeDocument], problems: Problems
) -> frozenset[str]:
    allowed: set[str] = set()
    known = True
    for position, end in enumerate(ends):
        if end not in types:
            known = False
            problems.unknown("UNKNOWN_TYPE", (*path, position), end, types, kind="asset type")
        elif end in ends[:position]:
            problems.value("DUPLICATE_NAME", (*path, position), f"{end!r} is there twice", expected="each type once")
        else:
            allowed.update(member for member in tree.family(end) if not types[member].abstract)
    if known and not allowed:
        problems.value(
            "ENDS_INVALID",
            path,
            "No asset can stand at this end: all these types are abstract",
            expected="a type that is not abstract, or has such subtypes",
            actual=", ".join(ends),
        )
    return frozenset(allowed)


def _properties(
    name: str, document: RelationshipTypeDocument, path: Path, linking: Linking
) -> dict[str, PropertyDefinition]:
    supply = bool(document.impact and document.impact.direction is not ImpactDirection.NONE)
    made: dict[str, PropertyDefinition] = {}
    for property_name, part in document.properties.items():
        at = (*path, "properties", property_name)
        _check_property_name(property_name, at, linking.problems, supply=supply)
        identity = f"relationship:{name}/{property_name}"
        definition = property_definition(property_name, part, at, linking, identity=identity, owner=name)
        check_writable(definition, at, linking)
        for flag in ("unique", "indexed"):
            if getattr(definition, flag):
                message = f"A relationship's property can't be {flag}"
                linking.problems.value("INDEX_INVALID", (*at, flag), message, expected=f"{flag}: false")
        made[property_name] = definition
    check_follows(made, (*path, "properties"), linking)
    return dict(sorted({**made, **(supply_properties(name) if supply else {})}.items()))


def _check_property_name(name: str, path: Path, problems: Problems, *, supply: bool) -> None:
    if not check_name(problems, path, name, CAMEL):
        return
    if name in RELATIONSHIP_PROPERTY_NAMES_TAKEN:
        whose = "Filters in GraphQL have" if name in GRAPHQL_WORDS_TAKEN else "Every relationship has"
        problems.key("NAME_RESERVED", path, f"{whose} {name!r} already", expected="another name", actual=name)
    if supply and name in SUPPLY_PROPERTIES:
        problems.key(
            "NAME_RESERVED",
            path,
            f"{name!r} comes by itself with impact",
            expected="another name",
            actual=name,
            hint="Remove it: supply properties are the same for all relationship types with impact",
        )
