"""What a case is: a version that uses an operation, and the data on which it can be applied and completed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from hypothesis import strategies as st

from migrations.operations import ASSET_TYPES, RELATIONSHIP_TYPES, Operation, Phase
from tests.migrations.operations.worlds import POOL, Bounds, Definition


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A version: its operations by phase, and what data must be like."""

    expand: tuple[Operation, ...] = ()
    backfill: tuple[Operation, ...] = ()
    contract: tuple[Operation, ...] = ()
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def steps(self) -> Mapping[Phase, tuple[Operation, ...]]:
        return {Phase.EXPAND: self.expand, Phase.BACKFILL: self.backfill, Phase.CONTRACT: self.contract}


Draw: TypeAlias = Callable[[st.DrawFn, Definition], Case]
"""Draws a case for an ontology document."""

OPTIONAL: Final = tuple(each for each in POOL if not each.get("required"))


def declared(document: Definition, section: str = ASSET_TYPES) -> list[tuple[str, str]]:
    """Every property, with the type that declares it."""
    types = document[section]
    return [(owner, name) for owner in sorted(types) for name in sorted(types[owner].get("properties", {}))]


def either(document: Definition) -> list[tuple[str, str]]:
    """The same of asset types and of relationship types."""
    return [*declared(document), *declared(document, RELATIONSHIP_TYPES)]


def definition_of(document: Definition, owner: str, name: str) -> Definition:
    """How a property is defined."""
    section = RELATIONSHIP_TYPES if owner in document[RELATIONSHIP_TYPES] else ASSET_TYPES
    return document[section][owner]["properties"][name]
