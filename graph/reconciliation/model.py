"""An asset or relationship as the source says it and as the twin has it, and how the two differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from graph.changes.images import ExternalRef, Link
from graph.ontology.codec import Stored
from graph.ontology.model import Json


class Group(StrEnum):
    """What kind of repair a difference takes: something to create, to delete, or to change."""

    MISSING = "missing"
    EXTRA = "extra"
    DIFFERENT = "different"


class Kind(StrEnum):
    """Kinds of difference."""

    ASSET_MISSING = "ASSET_MISSING"
    ASSET_EXTRA = "ASSET_EXTRA"
    TYPE = "TYPE"
    NAME = "NAME"
    PROPERTY = "PROPERTY"
    EXTERNAL_IDS = "EXTERNAL_IDS"
    SOURCE_OF = "SOURCE_OF"
    CONTAINMENT = "CONTAINMENT"
    RELATIONSHIP_MISSING = "RELATIONSHIP_MISSING"
    RELATIONSHIP_EXTRA = "RELATIONSHIP_EXTRA"
    RELATIONSHIP_PROPERTY = "RELATIONSHIP_PROPERTY"
    SUPPLY_PROPERTY = "SUPPLY_PROPERTY"

    @property
    def group(self) -> Group:
        """What repairs it."""
        if self.value.endswith("_MISSING"):
            return Group.MISSING
        return Group.EXTRA if self.value.endswith("_EXTRA") else Group.DIFFERENT


MEANINGS: Final[Mapping[Kind, str]] = {
    Kind.ASSET_MISSING: "The source has an asset that the twin lacks",
    Kind.ASSET_EXTRA: "The twin has an asset that the source lacks",
    Kind.TYPE: "The asset is of another type; it keeps its type, so nothing repairs this but deleting and creating",
    Kind.NAME: "The asset has another name",
    Kind.PROPERTY: "A property has another value",
    Kind.EXTERNAL_IDS: "The asset has other ids in other systems",
    Kind.SOURCE_OF: "The asset is a source of other flows",
    Kind.CONTAINMENT: "The asset is contained in other assets",
    Kind.RELATIONSHIP_MISSING: "The source has a relationship that the twin lacks",
    Kind.RELATIONSHIP_EXTRA: "The twin has a relationship that the source lacks",
    Kind.RELATIONSHIP_PROPERTY: "A property of a relationship has another value",
    Kind.SUPPLY_PROPERTY: "A relationship supplies in another way: group, needs, capacity, loss, delay, ...",
}


class SaidAsset(NamedTuple):
    """An asset as the source says it, values as stored; None: nothing is said of it."""

    id: str
    type: str
    name: str | None
    values: Mapping[str, Stored | None]
    external_ids: tuple[ExternalRef, ...] | None
    source_of: tuple[str, ...] | None
    parents: tuple[str, ...] | None
    replace: bool


class FoundAsset(NamedTuple):
    """An asset as the twin has it."""

    id: str
    type: str
    name: str
    values: Mapping[str, Stored]
    external_ids: tuple[ExternalRef, ...]
    source_of: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference. `asset` is the id it is filed under: of a relationship its source, of a containment what is in.

    `type` is that of the asset, or of the relationship where `link` names one. `source` and `twin` are the two values
    as doors show them. `other` is the end of a relationship that has to be within the extent too.
    """

    kind: Kind
    asset: str
    type: str
    link: Link | None = None
    property: str | None = None
    source: Json = None
    twin: Json = None
    owner: str | None = None
    other: str | None = None
