"""What breaks: in which ways a consumer of one ontology can't go on with another.

Backward is forward the other way round: what breaks consumers of the later ontology at the earlier one is what breaks
when the two change places.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from graph.ontology.channel_names import by_any_name
from graph.ontology.model import (
    AssetType,
    ChannelDefinition,
    Deprecation,
    Multiplicity,
    Ontology,
    PropertyDefinition,
    RelationshipType,
)
from graph.ontology.source import Path


class BreakKind(StrEnum):
    """Ways in which a consumer can't go on."""

    GONE = "GONE"
    RENAMED = "RENAMED"
    RETYPED = "RETYPED"
    NULLABLE = "NULLABLE"
    REQUIRED = "REQUIRED"
    NARROWED = "NARROWED"
    ABSTRACT = "ABSTRACT"
    SUPERTYPE_LOST = "SUPERTYPE_LOST"
    SHOWN_OTHERWISE = "SHOWN_OTHERWISE"
    MEANS_OTHERWISE = "MEANS_OTHERWISE"


PHRASES: Mapping[BreakKind, tuple[str, str]] = MappingProxyType(
    {
        BreakKind.GONE: ("is gone", "is new"),
        BreakKind.RENAMED: ("has another name", "had another name"),
        BreakKind.RETYPED: ("holds something else", "held something else"),
        BreakKind.NULLABLE: ("may be missing, and was always there", "is always there, and could be missing"),
        BreakKind.REQUIRED: ("must be given, and could be left out", "may be left out, and had to be given"),
        BreakKind.NARROWED: ("takes less than before", "takes more than before"),
        BreakKind.ABSTRACT: ("can't be made any more", "could not be made before"),
        BreakKind.SUPERTYPE_LOST: ("is no longer what it was", "is what it was not"),
        BreakKind.SHOWN_OTHERWISE: ("has another name in GraphQL", "had another name in GraphQL"),
        BreakKind.MEANS_OTHERWISE: ("means something else", "meant something else"),
    }
)
"""Each kind in words: how it breaks consumers of the earlier ontology, and those of the later one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """One way in which a consumer of an ontology can't go on with the `other`.

    `path` is where the element stands in the document of the ontology it has now, `element` its name for people;
    `had` and `has` are what differs. `deprecation` is that of the element, or of the type it belongs to.
    """

    kind: BreakKind
    element: str
    path: Path
    had: str = ""
    has: str = ""
    deprecation: Deprecation | None = None


def breaks(own: Ontology, other: Ontology) -> tuple[Break, ...]:
    """Return how a consumer of `own` can't go on with `other`; each once, in the order of names.

    Cost: a look at each property of each type of both.
    """
    found: dict[tuple[BreakKind, Path], Break] = {}
    for each in (*_enums(own, other), *_asset_types(own, other), *_relationship_types(own, other)):
        found.setdefault((each.kind, each.path), each)
    return tuple(found.values())


def _enums(own: Ontology, other: Ontology) -> Iterator[Break]:
    names = {kind.id: kind.name for kind in other.enums.values()}
    for name, had in sorted(own.enums.items()):
        path: Path = ("enums", name)
        has = other.enums.get(name)
        if has is None:
            yield _gone(name, path, names.get(had.id), None)
            continue
        for value in had.values:
            if value not in has.values:
                yield Break(kind=BreakKind.GONE, element=f"{name}.{value}", path=(*path, "values", value))


def _asset_types(own: Ontology, other: Ontology) -> Iterator[Break]:
    names = {kind.id: kind.name for kind in other.asset_types.values()}
    for name, had in sorted(own.asset_types.items()):
        path: Path = ("assetTypes", name)
        has = other.asset_types.get(name)
        if has is None:
            yield _gone(name, path, names.get(had.id), had.deprecation)
            continue
        if (has.abstract and not had.abstract) or (has.closed and not had.closed):
            yield Break(kind=BreakKind.ABSTRACT, element=name, path=(*path, "abstract"))
        lost = [each for each in had.supertypes if each in other.asset_types and each not in has.supertypes]
        if lost:
            at: Path = (*path, "extends")
            yield Break(kind=BreakKind.SUPERTYPE_LOST, element=name, path=at, had=", ".join(lost), has="none of these")
        yield from _shown(name, path, {"plural": (had.plural, has.plural), "graphql": (had.graphql, has.graphql)})
        yield from _members(had, has)
        yield from _life(had, has)


def _life(had: AssetType, has: AssetType) -> Iterator[Break]:
    if had.lifecycle is None or has.lifecycle is None:
        return
    states = [each for each in had.lifecycle.states if each not in has.lifecycle.states]
    steps = [f"{a} to {b}" for a, b in had.lifecycle.transitions if (a, b) not in has.lifecycle.transitions]
    if states or steps:
        yield Break(
            kind=BreakKind.NARROWED,
            element=f"{had.name}.lifecycle",
            path=("assetTypes", had.name, "lifecycle"),
            had=", ".join([*states, *steps]),
            has="none of these",
        )


def _relationship_types(own: Ontology, other: Ontology) -> Iterator[Break]:
    names = {kind.id: kind.name for kind in other.relationship_types.values()}
    for name, had in sorted(own.relationship_types.items()):
        path: Path = ("relationshipTypes", name)
        has = other.relationship_types.get(name)
        if has is None:
            yield _gone(name, path, names.get(had.id), had.deprecation)
            continue
        if has.closed and not had.closed:
            yield Break(kind=BreakKind.ABSTRACT, element=name, path=(*path, "closed"))
        yield from _ends(had, has, other)
        before, after = f"{had.field}, {had.inverse_field}", f"{has.field}, {has.inverse_field}"
        yield from _shown(name, path, {"graphql": (before, after)})
        meanings = (
            ("impact", f"{had.impact} {had.kind}", f"{has.impact} {has.kind}", had.is_supply),
            ("containment", str(had.containment), str(has.containment), True),
            ("symmetric", str(had.symmetric), str(has.symmetric), True),
        )
        for field, before, after, counts in meanings:
            if counts and before != after:
                kind = BreakKind.MEANS_OTHERWISE
                yield Break(kind=kind, element=f"{name}.{field}", path=(*path, field), had=before, has=after)
        yield from _members(had, has)


def _ends(had: RelationshipType, has: RelationshipType, other: Ontology) -> Iterator[Break]:
    """Ends that types still there may not stand at any more, and numbers that were allowed."""
    ends = (
        ("from", had.sources_allowed, has.sources_allowed),
        ("to", had.targets_allowed, has.targets_allowed),
    )
    for end, before, after in ends:
        lost = sorted(each for each in before - after if _can_be(each, other))
        if lost:
            yield _narrowed(f"{had.name}.{end}", ("relationshipTypes", had.name, end), ", ".join(lost), "none of these")
    for end, before, after in (("sources", had.sources, has.sources), ("targets", had.targets, has.targets)):
        if after.minimum > before.minimum or _most(after) < _most(before):
            path: Path = ("relationshipTypes", had.name, "multiplicity")
            yield _narrowed(f"{had.name}.multiplicity.{end}", path, str(before), str(after))


def _can_be(name: str, other: Ontology) -> bool:
    return name in other.asset_types and not other.asset_types[name].abstract


def _most(limit: Multiplicity) -> float:
    return float("inf") if limit.maximum is None else limit.maximum


def _members(had: AssetType | RelationshipType, has: AssetType | RelationshipType) -> Iterator[Break]:
    renamed = {each.id: each.name for each in has.properties.values()}
    for name, before in sorted(had.properties.items()):
        path = _member_path(had, before)
        element = f"{before.declared_by}.{name}"
        after = has.properties.get(name)
        if after is None:
            yield _gone(element, path, renamed.get(before.id), before.deprecation or had.deprecation)
        else:
            yield from _property(element, path, before, after)
    for name, after in sorted(has.properties.items()):
        if name not in had.properties and after.required and after.default is None:
            path = (*_member_path(has, after), "required")
            yield Break(kind=BreakKind.REQUIRED, element=f"{after.declared_by}.{name}", path=path)
    if isinstance(had, AssetType) and isinstance(has, AssetType):
        yield from _channels(had, has)


def _member_path(owner: AssetType | RelationshipType, member: PropertyDefinition | ChannelDefinition) -> Path:
    section = "assetTypes" if isinstance(owner, AssetType) else "relationshipTypes"
    collection = "properties" if isinstance(member, PropertyDefinition) else "channels"
    return (section, member.declared_by, collection, member.name)


def _property(element: str, path: Path, had: PropertyDefinition, has: PropertyDefinition) -> Iterator[Break]:
    before, after = held_by(had), held_by(has)
    if before != after:
        yield Break(kind=BreakKind.RETYPED, element=element, path=path, had=before, has=after)
        return
    if had.required and not has.required:
        yield Break(kind=BreakKind.NULLABLE, element=element, path=(*path, "required"))
    if has.required and has.default is None and not (had.required and had.default is None):
        yield Break(kind=BreakKind.REQUIRED, element=element, path=(*path, "required"))
    for field, allowed, now in narrower(had, has):
        yield _narrowed(element, (*path, field), allowed, now)
    yield from _fields(element, path, had, has)
    if had.items is not None and has.items is not None:
        yield from _property(element, (*path, "items"), had.items, has.items)


def _fields(element: str, path: Path, had: PropertyDefinition, has: PropertyDefinition) -> Iterator[Break]:
    known = {each.name: each for each in has.fields}
    for before in had.fields:
        at: Path = (*path, "fields", before.name)
        after = known.pop(before.name, None)
        if after is None:
            yield _gone(f"{element}.{before.name}", at, None, before.deprecation)
        else:
            yield from _property(f"{element}.{before.name}", at, before, after)
    for name, after in known.items():
        if after.required and after.default is None:
            at = (*path, "fields", name, "required")
            yield Break(kind=BreakKind.REQUIRED, element=f"{element}.{name}", path=at)


def narrower(had: PropertyDefinition, has: PropertyDefinition) -> Iterator[tuple[str, str, str]]:
    """Yield field, rule before and rule after, wherever fewer values are allowed than were."""
    if has.minimum is not None and (had.minimum is None or has.minimum > had.minimum):
        yield "minimum", _or_any(had.minimum), f"at least {has.minimum:g}"
    elif has.exclusive_minimum and not had.exclusive_minimum and has.minimum == had.minimum:
        yield "exclusiveMinimum", _or_any(had.minimum), f"more than {has.minimum or 0:g}"
    if has.maximum is not None and (had.maximum is None or has.maximum < had.maximum):
        yield "maximum", _or_any(had.maximum), f"at most {has.maximum:g}"
    if has.pattern is not None and has.pattern != had.pattern:
        yield "pattern", had.pattern or "any text", has.pattern
    if has.unique and not had.unique:
        yield "unique", "values that others have too", "values of one's own"
    if had.writable and not has.writable:
        yield "writable", "changes", "none"


def _or_any(bound: float | None) -> str:
    return "any" if bound is None else f"{bound:g}"


def held_by(definition: PropertyDefinition) -> str:
    """Return what a property holds, in words, fields of objects apart: two that hold the same have the same."""
    parts = [str(definition.datatype)]
    if definition.enum is not None:
        parts.append(definition.enum.name)
    if definition.scale and definition.datatype == "decimal":
        parts.append(f"with {definition.scale} decimals")
    if definition.unit is not None:
        parts.append(f"in {definition.unit}")
    if definition.items is not None:
        parts.append(f"of {held_by(definition.items)}")
    return " ".join(parts)


def _channels(had: AssetType, has: AssetType) -> Iterator[Break]:
    renamed = {each.id: each.name for each in has.channels.values()}
    answering = by_any_name(has.channels.values())
    for name, before in sorted(had.channels.items()):
        path = _member_path(had, before)
        after = answering.get(name)
        element = f"{before.declared_by}.{name}"
        if after is None:
            yield _gone(element, path, renamed.get(before.id), before.deprecation or had.deprecation)
        elif (said := _carried(before)) != (says := _carried(after)):
            yield Break(kind=BreakKind.RETYPED, element=element, path=path, had=said, has=says)


def _carried(channel: ChannelDefinition) -> str:
    enum = f" {channel.enum.name}" if channel.enum is not None else ""
    return f"{channel.datatype}{enum}" + (f" in {channel.unit}" if channel.unit else "")


def _gone(element: str, path: Path, renamed: str | None, deprecation: Deprecation | None) -> Break:
    if renamed is not None:
        name = element.rpartition(".")[2]
        return Break(kind=BreakKind.RENAMED, element=element, path=path, had=name, has=renamed, deprecation=deprecation)
    return Break(kind=BreakKind.GONE, element=element, path=path, deprecation=deprecation)


def _shown(name: str, path: Path, fields: Mapping[str, tuple[str, str]]) -> Iterator[Break]:
    for field, (before, after) in fields.items():
        if before != after:
            kind = BreakKind.SHOWN_OTHERWISE
            yield Break(kind=kind, element=name, path=(*path, field), had=before, has=after)


def _narrowed(element: str, path: Path, had: str, has: str) -> Break:
    return Break(kind=BreakKind.NARROWED, element=element, path=path, had=had, has=has)
