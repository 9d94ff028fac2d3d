"""Kinds that the ontology tells apart: of values, of who may see them, and of the ways impact travels."""

from __future__ import annotations

from enum import StrEnum


class Datatype(StrEnum):
    """What a property or channel holds."""

    STRING = "string"
    BOOLEAN = "boolean"
    INT = "int"
    FLOAT = "float"
    DECIMAL = "decimal"
    DATE = "date"
    DATETIME = "datetime"
    DURATION = "duration"
    POINT = "point"
    ENUM = "enum"
    LIST = "list"
    MAP = "map"
    OBJECT = "object"


class Classification(StrEnum):
    """Who may see a property."""

    PUBLIC = "public"
    INTERNAL = "internal"
    SENSITIVE = "sensitive"


class ImpactDirection(StrEnum):
    """Which way impact travels along a relationship type."""

    FORWARD = "FORWARD"
    REVERSE = "REVERSE"
    BOTH = "BOTH"
    NONE = "NONE"


class ImpactKind(StrEnum):
    """What kind of need a relationship type is."""

    REQUIREMENT = "REQUIREMENT"
    FLOW = "FLOW"
