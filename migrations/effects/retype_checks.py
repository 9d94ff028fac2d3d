"""Whether assets of one type can be ones of another: judged on the ontology, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator

from graph.errors import Problem
from graph.ontology.channel_names import kept_as
from graph.ontology.model import AssetType, Datatype, Ontology
from migrations.effects.demands import same_structure
from migrations.files import Migration
from migrations.operations import OTHERWISE, RetypeAssets


def wrong_retypes(migration: Migration, ontology: Ontology) -> Iterator[Problem]:
    """Yield why assets can't become what `migration` says; `ontology` is in force meanwhile."""
    for placed in migration.contract:
        if isinstance(placed.operation, RetypeAssets):
            for message, hint in _faults(placed.operation, ontology):
                yield Problem(code="OPERATION_REFUSED", message=message, place=placed.place, hint=hint)


def _faults(operation: RetypeAssets, ontology: Ontology) -> Iterator[tuple[str, str]]:
    old = ontology.asset_type(operation.type)
    if old.abstract:
        yield f"{old.name} is abstract: there are no assets of it", "Retype each of its subtypes"
    if operation.by is not None:
        yield from _cases(operation, operation.by, old)
    for name in sorted(set(operation.types.values())):
        new = ontology.asset_type(name)
        if new.abstract or new is old:
            yield f"{old.name} can't become {name}", "Name another type, one that is not abstract"
            continue
        yield from _values(operation, old, new)
        yield from _channels(old, new)
        yield from _relationships(old, new, ontology)


def _cases(operation: RetypeAssets, by: str, old: AssetType) -> Iterator[tuple[str, str]]:
    told = old.properties.get(by)
    if told is None:
        yield f"{old.name} has no property {by!r} to tell its assets by", "Name one that it has"
        return
    if told.datatype not in (Datatype.STRING, Datatype.ENUM):
        yield f"{old.name}.{by} is neither a string nor an enum", "Compute one that is, in a version before"
    for value in sorted(set(operation.types) - {OTHERWISE}):
        if told.enum is not None and value not in told.enum.values:
            yield f"{value} is no value of {told.enum.name}", f"Name one of {', '.join(told.enum.values)}"


def _values(operation: RetypeAssets, old: AssetType, new: AssetType) -> Iterator[tuple[str, str]]:
    covered: set[str] = set()
    for name, had in sorted(old.properties.items()):
        to = operation.properties.get(name, name)
        has = new.properties.get(to)
        if has is None and name not in operation.drop:
            hint = "Name one under `properties`, or the property under `drop` if its values may go"
            yield f"{new.name} has no property for the values of {old.name}.{name}", hint
        elif has is not None and not same_structure(had, has):
            hint = "Give them one structure by a version before"
            yield f"{new.name}.{to} is of another datatype, unit or structure than {old.name}.{name}", hint
        elif has is not None and (had.required or has.default is not None):
            covered.add(to)
    for name, has in sorted(new.properties.items()):
        if has.required and name not in covered and has.default is None:
            yield f"{new.name} needs {name}, which not every {old.name} has", "Let it be required in a later version"


def _channels(old: AssetType, new: AssetType) -> Iterator[tuple[str, str]]:
    for name, had in sorted(old.channels.items()):
        has = new.channels.get(name)
        if has is not None and kept_as(has) != kept_as(had):
            message = f"{old.name}.{name} is kept as {kept_as(had)!r}, and {new.name}.{name} as {kept_as(has)!r}"
            yield message, f"Let {new.name} call its channel otherwise in a version before, for it is another one"


def _relationships(old: AssetType, new: AssetType, ontology: Ontology) -> Iterator[tuple[str, str]]:
    hint = "Allow it by `change_relationship_type` in `expand`"
    for kind in ontology.relationship_types.values():
        for end, allowed in (("source", kind.sources_allowed), ("target", kind.targets_allowed)):
            if old.name in allowed and new.name not in allowed:
                yield f"{new.name} can't be a {end} of {kind.name}, and {old.name} can", hint
        for limit, allowed in ((kind.sources, kind.targets_allowed), (kind.targets, kind.sources_allowed)):
            if limit.minimum and new.name in allowed and old.name not in allowed:
                yield f"{new.name} needs relationships of type {kind.name}, which no {old.name} has", hint
