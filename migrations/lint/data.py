"""Rules on data: what a version asks of it, and whether it sees to that itself."""

from __future__ import annotations

from collections.abc import Iterator

from graph.ontology.model import Json, Ontology
from graph.ontology.source import Path
from migrations.effects import Demand, Rule, begun_anew, demands, heirs_of
from migrations.files import Migration
from migrations.lint.findings import Finding, found
from migrations.lint.versions import Versions

_NARROWS = frozenset(
    {Rule.RANGE, Rule.LISTED, Rule.WITHIN, Rule.PATTERN, Rule.UNIQUE, Rule.SHORT, Rule.ENDS, Rule.MULTIPLICITY}
)


def data(versions: Versions, revision: str) -> Iterator[Finding]:
    """Yield what a version asks of data without saying so, or without giving it."""
    before = versions.before(revision)
    if before is None:
        return
    migration = versions.history[revision]
    asked = demands(before, versions.after(revision), heirs_of(migration))
    unfilled = [each for each in asked if each.rule is Rule.PRESENT and not _filled(migration, each)]
    narrowed = [each for each in asked if each.rule in _NARROWS and not (migration.requires or migration.backfill)]
    paths = {demand: _path(demand, versions.after(revision)) for demand in (*unfilled, *narrowed)}
    places = versions.place(revision, paths.values()) if paths else {}
    for demand in unfilled:
        message = f"{demand.element} becomes required, and nothing gives it a value"
        place = places[paths[demand]]
        yield found("REQUIRED_UNFILLED", message, place=place, element=demand.element, revision=revision)
    for demand in narrowed:
        message = f"{demand.element}: {demand.says}, and nothing in this version sees to that"
        place = places[paths[demand]]
        yield found("NARROWED_UNCHECKED", message, place=place, element=demand.element, revision=revision)


def channels(versions: Versions, revision: str) -> Iterator[Finding]:
    """Yield channels of which a version lets nothing be told that was kept of them before."""
    before = versions.before(revision)
    anew = () if before is None else begun_anew(before, versions.after(revision))
    paths: dict[str, Path] = {
        f"{each.declared_by}.{each.name}": ("assetTypes", each.declared_by, "channels", each.name) for each in anew
    }
    places = versions.place(revision, paths.values()) if paths else {}
    for element, path in paths.items():
        message = f"{element} begins anew: what was kept of it before is not told any more"
        yield found("CHANNEL_ANEW", message, place=places[path], element=element, revision=revision)


def _filled(migration: Migration, demand: Demand) -> bool:
    """Whether the version gives the property a value, or asks whether it is there."""
    if migration.requires or (demand.definition is not None and demand.definition.default is not None):
        return True
    return any(demand.property in set(_texts(placed.operation.written)) for placed in migration.backfill)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _path(demand: Demand, after: Ontology) -> Path:
    if demand.property is not None:
        section = "relationshipTypes" if demand.of_relationships else "assetTypes"
        return (section, demand.type, "properties", demand.property)
    name = demand.by or demand.type
    return ("relationshipTypes" if name in after.relationship_types else "assetTypes", name)
