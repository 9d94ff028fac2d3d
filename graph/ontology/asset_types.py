"""Asset types: from the document's part to the linked type."""

from __future__ import annotations

import re
from collections.abc import Mapping

from graph.ontology.channel_names import kept_as, names_of
from graph.ontology.channels import channel_definition, lifecycle
from graph.ontology.definitions import (
    Linking,
    check_follows,
    check_name,
    check_writable,
    deprecation,
    property_definition,
)
from graph.ontology.document import AssetTypeDocument, RelationshipTypeDocument
from graph.ontology.hierarchy import Declared, Hierarchy, inherited
from graph.ontology.model import AssetType, ChannelDefinition, ImpactKind, Lifecycle, PropertyDefinition
from graph.ontology.names import CAMEL, GRAPHQL_WORDS_TAKEN, PASCAL, PROPERTY_NAMES_TAKEN, plural_field
from graph.ontology.problems import Problems
from graph.ontology.source import Path

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def asset_types(
    documents: Mapping[str, AssetTypeDocument],
    tree: Hierarchy,
    linking: Linking,
    *,
    relationships: Mapping[str, RelationshipTypeDocument],
    written_relationships: frozenset[str],
) -> dict[str, AssetType]:
    """Return all asset types linked, by name in order of name, noting all that is wrong with them."""
    problems = linking.problems
    own_properties = {name: _properties(name, document, linking) for name, document in documents.items()}
    own_channels = {name: _channels(name, document, linking) for name, document in documents.items()}
    properties = inherited(tree, own_properties, _Conflicts(problems, "properties", own_properties))
    channels = inherited(tree, own_channels, _Conflicts(problems, "channels", own_channels))
    lifecycles = _lifecycles(documents, tree, problems)
    sources = {
        name: _sources(name, document, problems, relationships, written_relationships)
        for name, document in documents.items()
    }
    return {
        name: _asset_type(
            name,
            documents[name],
            tree,
            properties=properties[name],
            channels=channels[name],
            lifecycle=lifecycles[name],
            sources=tuple(sorted({source for member in (name, *tree.supertypes[name]) for source in sources[member]})),
            problems=problems,
        )
        for name in sorted(documents)
    }


def _asset_type(
    name: str,
    document: AssetTypeDocument,
    tree: Hierarchy,
    *,
    properties: Mapping[str, PropertyDefinition],
    channels: Mapping[str, ChannelDefinition],
    lifecycle: Lifecycle | None,
    sources: tuple[str, ...],
    problems: Problems,
) -> AssetType:
    _check_names(name, document, problems)
    _check_channel_names(name, channels, problems)
    graphql = document.graphql or name
    return AssetType(
        id=document.id or f"type:{name}",
        name=name,
        plural=document.plural or plural_field(graphql),
        abstract=document.abstract,
        extends=tree.parents[name],
        supertypes=tree.supertypes[name],
        subtypes=tree.subtypes[name],
        properties=properties,
        channels=channels,
        sources=sources,
        graphql=graphql,
        description=document.description,
        display_name=dict(sorted(document.display_name.items())),
        lifecycle=lifecycle,
        deprecation=deprecation(document.deprecation),
        closed=bool(document.closed),
    )


def _check_names(name: str, document: AssetTypeDocument, problems: Problems) -> None:
    path: Path = ("assetTypes", name)
    check_name(problems, path, name, PASCAL)
    if document.graphql is not None:
        check_name(problems, (*path, "graphql"), document.graphql, PASCAL)
    if document.plural is not None:
        check_name(problems, (*path, "plural"), document.plural, CAMEL)
    for language in document.display_name:
        if not _LANGUAGE.fullmatch(language):
            at = (*path, "displayName", language)
            problems.key(
                "NAME_INVALID", at, "Not a language", expected="a BCP 47 tag such as en or de-CH", actual=language
            )


def _check_channel_names(owner: str, channels: Mapping[str, ChannelDefinition], problems: Problems) -> None:
    """Note a name that two channels of a type answer to, or are kept under."""
    known: dict[str, ChannelDefinition] = {}
    for channel in channels.values():
        for name in (*names_of(channel), kept_as(channel)):
            other = known.setdefault(name, channel)
            if other is not channel:
                problems.key(
                    "PROPERTY_CONFLICT",
                    ("assetTypes", owner),
                    f"{other.name} and {channel.name} of {owner} both answer to {name!r}, or are kept under it",
                    expected="a name that no other channel of the type has, had or is going to have",
                    hint="Give the newer one another name: values are kept under the first name that a channel had",
                )


def _properties(name: str, document: AssetTypeDocument, linking: Linking) -> dict[str, PropertyDefinition]:
    made: dict[str, PropertyDefinition] = {}
    for property_name, part in document.properties.items():
        path: Path = ("assetTypes", name, "properties", property_name)
        right = check_name(linking.problems, path, property_name, CAMEL)
        if right and property_name in PROPERTY_NAMES_TAKEN | GRAPHQL_WORDS_TAKEN:
            whose = "Every asset has" if property_name in PROPERTY_NAMES_TAKEN else "Filters in GraphQL have"
            linking.problems.key(
                "NAME_RESERVED",
                path,
                f"{whose} {property_name!r} already",
                expected="another name",
                actual=property_name,
            )
        identity = f"type:{name}/{property_name}"
        definition = property_definition(property_name, part, path, linking, identity=identity, owner=name)
        check_writable(definition, path, linking)
        made[property_name] = definition
    check_follows(made, ("assetTypes", name, "properties"), linking)
    return made


def _channels(name: str, document: AssetTypeDocument, linking: Linking) -> dict[str, ChannelDefinition]:
    return {
        channel: channel_definition(channel, part, ("assetTypes", name, "channels", channel), linking, owner=name)
        for channel, part in document.channels.items()
    }


class _Conflicts:
    """Notes that a type gets one name from two declarations, at its own declaration if it has one."""

    def __init__(self, problems: Problems, section: str, own: Mapping[str, Mapping[str, Declared]]) -> None:
        self._problems = problems
        self._section = section
        self._own = own

    def __call__(self, owner: str, name: str, first: Declared, second: Declared) -> None:
        redeclared = name in self._own[owner]
        path: Path = ("assetTypes", owner, self._section, name) if redeclared else ("assetTypes", owner)
        other = first.declared_by if second.declared_by == owner else second.declared_by
        self._problems.key(
            "PROPERTY_CONFLICT",
            path,
            f"{owner} inherits {name!r} already" if redeclared else f"{owner} inherits {name!r} twice",
            expected="one declaration of it",
            actual=f"another in {other}" if redeclared else f"one in {first.declared_by}, one in {second.declared_by}",
            hint="Rename one, or declare it in a supertype that both share",
        )


def _lifecycles(
    documents: Mapping[str, AssetTypeDocument], tree: Hierarchy, problems: Problems
) -> dict[str, Lifecycle | None]:
    """Return each type's lifecycle: its own, or the one it inherits, which must be one alone."""
    result: dict[str, Lifecycle | None] = {}
    for name in tree.order:
        path: Path = ("assetTypes", name, "lifecycle")
        own = lifecycle(documents[name].lifecycle, path, problems)
        above = {result[parent] for parent in tree.parents[name]} - {None}
        if own is None and len(above) > 1:
            problems.key(
                "PROPERTY_CONFLICT",
                path[:2],
                f"{name} inherits two lifecycles",
                expected="one",
                hint="Write the lifecycle of this type itself",
            )
        result[name] = own or next(iter(above), None)
    return result


def _sources(
    name: str,
    document: AssetTypeDocument,
    problems: Problems,
    relationships: Mapping[str, RelationshipTypeDocument],
    written: frozenset[str],
) -> list[str]:
    found: list[str] = []
    for position, source in enumerate(document.source_of):
        path: Path = ("assetTypes", name, "sourceOf", position)
        relationship = relationships.get(source)
        if relationship is None:
            if source not in written:
                problems.unknown("UNKNOWN_TYPE", path, source, relationships, kind="relationship type")
        elif relationship.impact is None or relationship.impact.kind is not ImpactKind.FLOW:
            problems.value(
                "SOURCE_INVALID",
                path,
                f"{source} carries nothing from sources",
                expected="a relationship type with impact of kind FLOW",
                actual=source,
            )
        else:
            found.append(source)
    return found
