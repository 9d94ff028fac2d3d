"""The words of Brick: its namespaces in all versions, and its relationships with their inverses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from graph.bulk.formats.naming import RelationshipName

_CLASSES = re.compile(
    r"https?://(brickschema\.org/schema/([\d.x]+/)?Brick|buildsys\.org/ontologies/Brick|w3id\.org/rec)#"
)
_OWN = re.compile(
    r"https?://(brickschema\.org/schema/([\d.x]+/)?Brick(Frame|Tag|Use|Shape)?"
    r"|buildsys\.org/ontologies/Brick(Frame|Tag|Use)?|w3id\.org/rec)#"
)
_INVERSES = {
    "feeds": "isFedBy",
    "hasPart": "isPartOf",
    "hasPoint": "isPointOf",
    "hasLocation": "isLocationOf",
    "controls": "isControlledBy",
    "regulates": "isRegulatedBy",
    "measures": "isMeasuredBy",
    "meters": "isMeteredBy",
    "hasSubMeter": "isSubMeterOf",
    "replaces": "isReplacedBy",
}
_VARIANTS = {"isLocatedIn": "hasLocation", "locatedIn": "hasLocation"}

RELATIONSHIPS: Final[Mapping[str, RelationshipName | None]] = {
    **dict.fromkeys(_INVERSES),
    **{inverse: RelationshipName(type=name, reverse=True) for name, inverse in _INVERSES.items()},
    **{variant: RelationshipName(type=name) for variant, name in _VARIANTS.items()},
}
"""Brick's relationships between things; what an inverse or an older name means in terms of the others."""


def is_class(iri: str) -> bool:
    """Whether `iri` is among Brick's classes, of any version, or RealEstateCore's, which Brick uses for places."""
    return _CLASSES.match(iri) is not None


def is_own(iri: str) -> bool:
    """Whether `iri` belongs to Brick itself: a class, tag or frame of any version."""
    return _OWN.match(iri) is not None
