"""The canonical form of an ontology: its document with all defaults written out, as RFC 8785 JSON, and its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import timedelta

import rfc8785

from graph.ontology.document import (
    AssetTypeDocument,
    ChannelDocument,
    GraphqlFieldsDocument,
    ImpactDocument,
    MultiplicityDocument,
    OntologyDocument,
    PropertyDocument,
    RelationshipTypeDocument,
    ThresholdDocument,
)
from graph.ontology.model import (
    AssetType,
    ChannelDefinition,
    EnumType,
    PropertyDefinition,
    RelationshipType,
)
from graph.ontology.temporal import format_duration

MILLION = 1_000_000


def filled(
    document: OntologyDocument,
    enums: Mapping[str, EnumType],
    types: Mapping[str, AssetType],
    relationships: Mapping[str, RelationshipType],
) -> OntologyDocument:
    """Return `document` with every default written out and every value in its one spelling."""
    return document.model_copy(
        update={
            "enums": {name: part.model_copy(update={"id": enums[name].id}) for name, part in document.enums.items()},
            "asset_types": {name: _asset_type(part, types[name]) for name, part in document.asset_types.items()},
            "relationship_types": {
                name: _relationship_type(part, relationships[name])
                for name, part in document.relationship_types.items()
            },
        }
    )


def canonical_text(document: OntologyDocument) -> str:
    """Return a filled document as RFC 8785 JSON."""
    return rfc8785.dumps(document.model_dump(mode="json", by_alias=True)).decode()


def ontology_hash(canonical: str) -> str:
    """Return `sha256:` and the hex digest of a canonical text."""
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def _asset_type(document: AssetTypeDocument, kind: AssetType) -> AssetTypeDocument:
    return document.model_copy(
        update={
            "id": kind.id,
            "plural": kind.plural,
            "graphql": kind.graphql,
            "source_of": sorted(set(document.source_of)),
            "properties": {name: _property(part, kind.properties[name]) for name, part in document.properties.items()},
            "channels": {name: _channel(part, kind.channels[name]) for name, part in document.channels.items()},
        }
    )


def _property(document: PropertyDocument, definition: PropertyDefinition) -> PropertyDocument:
    by_name = {field.name: field for field in definition.fields}
    return document.model_copy(
        update={
            "id": definition.id,
            "default": definition.default,
            "scale": definition.scale if definition.datatype == "decimal" else None,
            "fields": {name: _property(part, by_name[name]) for name, part in document.fields.items()},
        }
    )


def _channel(document: ChannelDocument, channel: ChannelDefinition) -> ChannelDocument:
    durations = {"stale_after": channel.stale_after, "hold_down": channel.hold_down or None}
    spelled = {
        name: None if seconds is None else format_duration(timedelta(seconds=seconds))
        for name, seconds in durations.items()
    }
    levels = {
        threshold.level: ThresholdDocument(
            above=threshold.above,
            below=threshold.below,
            equals=threshold.equals,
            operability=threshold.operability / MILLION,
            priority=None if threshold.priority is None else threshold.priority.value,
        )
        for threshold in channel.thresholds
    }
    return document.model_copy(update={"id": channel.id, "levels": levels, **spelled})


def _relationship_type(document: RelationshipTypeDocument, kind: RelationshipType) -> RelationshipTypeDocument:
    return document.model_copy(
        update={
            "id": kind.id,
            "multiplicity": MultiplicityDocument(sources=str(kind.sources), targets=str(kind.targets)),
            "impact": ImpactDocument(direction=kind.impact, kind=kind.kind),
            "graphql": GraphqlFieldsDocument(name=kind.field, inverse=kind.inverse_field),
            "properties": {name: _property(part, kind.properties[name]) for name, part in document.properties.items()},
        }
    )
