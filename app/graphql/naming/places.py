"""Each argument and input field of the schema that takes a name of the ontology as a text.

GraphQL checks no such name, so whoever takes one out of the ontology breaks operations that still validate. A test
walks the schema: an argument that takes texts is either here, or listed there as one that takes no names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a name is one of, and so what must be so of it."""

    ASSET_TYPE = "asset type"
    MADE_TYPE = "asset type that assets can be of"
    RELATIONSHIP_TYPE = "relationship type"
    SUPPLY_TYPE = "relationship type with impact"
    FLOW_TYPE = "relationship type of kind FLOW"
    PROPERTY = "property"
    ORDER = "property to order by"
    WRITTEN = "property of an asset that is written"
    WRITTEN_LINK = "property of a relationship that is written"
    VALUE = "value of an enum"
    CHANNEL = "channel"


@dataclass(frozen=True, slots=True)
class Named:
    """A name that an operation passes at a place; `of` are the types that it is said of, none for any.

    Of a value, `of` is the property.
    """

    place: str
    name: str
    of: tuple[str, ...] = ()

    @property
    def role(self) -> Role:
        """What it is one of."""
        return _role(self.place)

    def __str__(self) -> str:
        return f"{self.place}{'@' if self.of else ''}{'|'.join(self.of)}={self.name}"

    @staticmethod
    def parsed(text: str) -> Named | None:
        """Return what `str` made a text of; None for a place that is no more."""
        said, _, name = text.partition("=")
        place, _, of = said.partition("@")
        return Named(place, name, tuple(of.split("|")) if of else ()) if place in PLACES or place in _TYPED else None


PLACES: Final[Mapping[str, Role]] = {
    "AssetFilter.types": Role.ASSET_TYPE,
    "AlarmFilter.types": Role.ASSET_TYPE,
    "MaintenanceCheckInput.types": Role.ASSET_TYPE,
    "assetType(name:)": Role.ASSET_TYPE,
    "atRisk(types:)": Role.ASSET_TYPE,
    "better(types:)": Role.ASSET_TYPE,
    "byContainer(type:)": Role.ASSET_TYPE,
    "children(types:)": Role.ASSET_TYPE,
    "criticality(types:)": Role.ASSET_TYPE,
    "descendants(types:)": Role.ASSET_TYPE,
    "impacted(types:)": Role.ASSET_TYPE,
    "later(types:)": Role.ASSET_TYPE,
    "newlyAtRisk(types:)": Role.ASSET_TYPE,
    "newlyImpacted(types:)": Role.ASSET_TYPE,
    "noLongerAtRisk(types:)": Role.ASSET_TYPE,
    "noLongerImpacted(types:)": Role.ASSET_TYPE,
    "search(types:)": Role.ASSET_TYPE,
    "sooner(types:)": Role.ASSET_TYPE,
    "worse(types:)": Role.ASSET_TYPE,
    "AssetInput.type": Role.MADE_TYPE,
    "RelationshipInput.type": Role.RELATIONSHIP_TYPE,
    "SupplyRef.type": Role.RELATIONSHIP_TYPE,
    "paths(relationshipTypes:)": Role.RELATIONSHIP_TYPE,
    "relationships(types:)": Role.RELATIONSHIP_TYPE,
    "subgraph(relationshipTypes:)": Role.RELATIONSHIP_TYPE,
    "dependencies(relationshipTypes:)": Role.SUPPLY_TYPE,
    "dependents(relationshipTypes:)": Role.SUPPLY_TYPE,
    "AssetInput.sourceOf": Role.FLOW_TYPE,
    "MaintenanceCheckInput.weightBy": Role.PROPERTY,
    "MeasureInput.property": Role.PROPERTY,
    "PropertyFilter.name": Role.PROPERTY,
    "aggregate(groupBy:)": Role.PROPERTY,
    "criticality(weightBy:)": Role.PROPERTY,
    "criticalityProgress(weightBy:)": Role.PROPERTY,
    "cutSets(probabilityBy:)": Role.PROPERTY,
    "AssetOrder.field": Role.ORDER,
    "AssetInput.properties": Role.WRITTEN,
    "RelationshipInput.properties": Role.WRITTEN_LINK,
    "PropertyFilter.eq": Role.VALUE,
    "PropertyFilter.in": Role.VALUE,
    "PropertyFilter.ne": Role.VALUE,
    "channel(name:)": Role.CHANNEL,
}
"""`Input.field` of inputs, `field(argument:)` of arguments, whichever type has the field."""

_TYPED: Final[Mapping[str, Role]] = {"*.sourceOf": Role.FLOW_TYPE}
"""Fields of inputs that each asset type has of its own."""


def input_place(kind: str, field: str) -> str:
    """Return the place of an input's field."""
    place = f"{kind}.{field}"
    typed = f"*.{field}"
    return typed if place not in PLACES and typed in _TYPED else place


def role_at(place: str) -> Role | None:
    """Return what the name at a place is one of; None where no name stands there."""
    return PLACES.get(place) or _TYPED.get(place)


def _role(place: str) -> Role:
    found = role_at(place)
    assert found is not None, place
    return found
