"""Rows of an ontology and of the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, cast

from app.graphql.selection import Asked
from graph.clock import epoch_millis
from graph.ontology.model import (
    AssetType,
    ChannelDefinition,
    Deprecation,
    Json,
    Ontology,
    PropertyDefinition,
    RelationshipType,
)
from graph.reading import Row

if TYPE_CHECKING:
    from migrations import Passage, Progress

LANGUAGE = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class OntologyRows:
    """Makes the rows of one ontology; counts are empty where nobody asked for them."""

    revision: str
    ontology: Ontology
    assets: Mapping[str, int]
    relationships: Mapping[str, int]

    def row(self, fields: Sequence[Asked]) -> Row:
        """The row of the ontology itself."""
        return {asked.key: self._value(asked) for asked in fields}

    def _value(self, asked: Asked) -> Json:
        match asked.name:
            case "revision":
                return self.revision
            case "hash":
                return self.ontology.hash
            case "assetTypes":
                return [self._asset_type(kind) for kind in self.ontology.asset_types.values()]
            case "assetType":
                kind = self.ontology.asset_types.get(cast("str", asked.arguments["name"]))
                return None if kind is None else self._asset_type(kind)
            case "relationshipTypes":
                return [self._relationship_type(kind) for kind in self.ontology.relationship_types.values()]
            case _:
                return self.ontology.canonical

    def _asset_type(self, kind: AssetType) -> Row:
        return {
            "id": kind.id,
            "name": kind.name,
            "displayName": kind.display_name.get(LANGUAGE) or next(iter(kind.display_name.values()), kind.name),
            "description": kind.description,
            "abstract": kind.abstract,
            "supertypes": list(kind.supertypes),
            "subtypes": list(kind.subtypes),
            "sourceOf": list(kind.sources),
            "properties": [_property(each, kind.name) for each in kind.properties.values()],
            "channels": [_channel(channel) for channel in kind.channels.values()],
            "deprecation": _deprecation(kind.deprecation),
            "count": self.assets.get(kind.name, 0),
        }

    def _relationship_type(self, kind: RelationshipType) -> Row:
        return {
            "id": kind.id,
            "name": kind.name,
            "inverseName": kind.inverse,
            "from": list(kind.from_types),
            "to": list(kind.to_types),
            "containment": kind.containment,
            "impact": kind.impact.value,
            "kind": kind.kind.value,
            "sources": str(kind.sources),
            "targets": str(kind.targets),
            "properties": [_property(each, kind.name) for each in kind.properties.values()],
            "deprecation": _deprecation(kind.deprecation),
            "count": self.relationships.get(kind.name, 0),
        }


def migration_row(passage: Passage) -> Row:
    """The row of a version of the ledger."""
    record = passage.record
    return {
        "revision": record.revision,
        "parents": list(record.parents),
        "status": record.status.value,
        "phase": record.phase,
        "appliedAt": _millis(record.applied_at),
        "appliedBy": record.applied_by,
        "checksum": record.checksum,
        "changed": record.changed,
        "durationMs": record.duration_ms,
        "doing": None if record.doing is None else _progress(record.doing),
        "author": passage.author,
        "owner": passage.owner,
        "ticket": passage.ticket,
        "proposed": passage.proposed,
        "approvedAt": _millis(passage.approved_at),
        "approvals": [{"by": each.by, "at": each.at, "counts": each.counts} for each in passage.approvals],
        "completedAt": _millis(passage.completed_at),
        "forced": passage.forced,
        "corrections": list(passage.corrections),
    }


def _progress(doing: Progress) -> Row:
    return {
        "step": doing.detail,
        "done": doing.done,
        "total": doing.total,
        "rate": doing.rate,
        "secondsLeft": doing.seconds_left,
    }


def _millis(moment: datetime | None) -> int | None:
    return None if moment is None else epoch_millis(moment)


def _property(definition: PropertyDefinition, owner: str) -> Row:
    return {
        "id": definition.id,
        "name": definition.name,
        "datatype": definition.datatype.value,
        "unit": definition.unit,
        "required": definition.required,
        "unique": definition.unique,
        "indexed": definition.indexed,
        "writable": definition.writable,
        "default": definition.default,
        "minimum": definition.minimum,
        "maximum": definition.maximum,
        "pattern": definition.pattern,
        "enumValues": None if definition.enum is None else list(definition.enum.values),
        "classification": definition.classification.value,
        "description": definition.description,
        "inheritedFrom": None if definition.declared_by == owner else definition.declared_by,
        "deprecation": _deprecation(definition.deprecation),
    }


def _channel(definition: ChannelDefinition) -> Row:
    return {
        "id": definition.id,
        "name": definition.name,
        "datatype": definition.datatype.value,
        "unit": definition.unit,
        "staleAfter": None if definition.stale_after is None else round(definition.stale_after * 1_000_000),
        "description": definition.description,
    }


def _deprecation(deprecation: Deprecation | None) -> Row | None:
    if deprecation is None:
        return None
    return {
        "since": deprecation.since,
        "message": deprecation.message,
        "replacement": deprecation.replacement,
        "until": deprecation.until,
    }
