"""A change set: what a caller wants to be so, all or nothing. Doors make these; `graph.changes` applies them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from graph.identity import Revision
from graph.ontology.model import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalId:
    """What another system calls an asset."""

    system: str
    id: str


class Presence(StrEnum):
    """What there must be of an asset before it is written."""

    ANY = "any"
    NEW = "new"
    THERE = "there"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertAsset:
    """Create an asset or change one. None keeps what is there; a property set to None is removed.

    `parents` lists the containing assets (where the ontology has exactly one containment type that fits); a list
    replaces. `replace` removes the properties that are not named. `presence` says whether it may be there already.
    `retype`: it may be of another type, and becomes one of this, with those of its values that this has a property for;
    only migrations ask for that, which see to it that its relationships fit.
    """

    id: str
    type: str
    name: str | None = None
    properties: Mapping[str, Json] = field(default_factory=dict[str, Json])
    external_ids: tuple[ExternalId, ...] | None = None
    source_of: tuple[str, ...] | None = None
    parents: tuple[str, ...] | None = None
    replace: bool = False
    presence: Presence = Presence.ANY
    retype: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteAsset:
    """Delete an asset and its relationships; `cascade` takes with it what has no other parent.

    `type`: it must be of exactly this type (None: of any).
    """

    id: str
    cascade: bool = False
    type: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpsertRelationship:
    """Create a relationship or change its properties; None as a value removes a property."""

    type: str
    source: str
    target: str
    key: str | None = None
    properties: Mapping[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True, kw_only=True)
class DeleteRelationship:
    """Delete a relationship; without `key` only where exactly one of the type exists between the two."""

    type: str
    source: str
    target: str
    key: str | None = None


Change: TypeAlias = UpsertAsset | DeleteAsset | UpsertRelationship | DeleteRelationship


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSet:
    """Changes that happen together or not at all."""

    changes: tuple[Change, ...]
    idempotency_key: str | None = None
    expected_revision: Revision | None = None
    dry_run: bool = False
    operation: str = "applyChanges"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a change set did. `revision` is its own, or the tenant's newest when it changed nothing or was a dry run."""

    revision: Revision
    assets_created: int = 0
    assets_updated: int = 0
    assets_deleted: int = 0
    relationships_created: int = 0
    relationships_updated: int = 0
    relationships_deleted: int = 0
    replayed: bool = False
