"""How one schema differs from another, in words and with what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from graphql import GraphQLSchema
from graphql.utilities import BreakingChange, DangerousChange, SafeChange
from graphql.utilities.find_schema_changes import SafeChangeType, find_schema_changes

from graph.ontology.model import AssetType, Ontology
from migrations.gate import ChangeLevel, InterfaceChange

_LEVELS = {
    BreakingChange: ChangeLevel.BREAKING,
    DangerousChange: ChangeLevel.DANGEROUS,
    SafeChange: ChangeLevel.SAFE,
}
_LEADING = re.compile(
    r"^(?:An? (?:required|optional) (?:field|argument) |Argument |Field |Enum value |Standard scalar )"
)
_ELEMENT = re.compile(r"@?\w+(?:\.\w+)?(?:\(\w+:\))?")


def changes(before: GraphQLSchema, after: GraphQLSchema) -> Iterator[InterfaceChange]:
    """Yield how `after` differs from `before`; descriptions apart, for they are no business of operations."""
    for each in find_schema_changes(before, after):
        if each.type is not SafeChangeType.DESCRIPTION_CHANGED:
            says = each.description.removesuffix(".")
            yield InterfaceChange(level=_LEVELS[type(each)], element=_element(says), says=says)


def unit_changes(before: Ontology, after: Ontology) -> Iterator[InterfaceChange]:
    """Yield fields that show their values in another unit: GraphQL sees no difference, who reads them does."""
    for name, had in before.asset_types.items():
        has = after.asset_types.get(name)
        if has is not None:
            yield from _units(had, has)


def _units(had: AssetType, has: AssetType) -> Iterator[InterfaceChange]:
    for name, before in had.properties.items():
        after = has.properties.get(name)
        if after is not None and after.datatype is before.datatype and after.unit != before.unit:
            says = f"{had.graphql}.{name} is in {after.unit or 'no unit'}, and was in {before.unit or 'none'}"
            yield InterfaceChange(level=ChangeLevel.BREAKING, element=f"{had.graphql}.{name}", says=says)


def by_element(found: Iterable[InterfaceChange]) -> dict[str, list[str]]:
    """Return what breaks, by what it is about."""
    known: dict[str, list[str]] = {}
    for each in found:
        if each.level is ChangeLevel.BREAKING:
            known.setdefault(each.element, []).append(each.says)
    return known


def _element(says: str) -> str:
    found = _ELEMENT.search(_LEADING.sub("", says))
    return found.group() if found else says
