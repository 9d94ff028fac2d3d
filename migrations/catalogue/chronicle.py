"""What the versions of a project did to each element: read off the documents before and after each of them.

So it holds for any operation, also for one that is not thought of yet. Elements are told apart by their ids: another
name beside the same id is a renaming.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from graph.ontology.model import Json, Ontology
from migrations.effects import replay, unfolded
from migrations.files import History
from migrations.operations import ASSET_TYPES, ENUMS, RELATIONSHIP_TYPES, SECTIONS, Definition, sparse

_PREFIXES = {ENUMS: "enum", ASSET_TYPES: "type", RELATIONSHIP_TYPES: "relationship"}
_MEMBERS = {"properties": ("property", "/"), "channels": ("channel", "#")}
_SHOWN = 200


class Deed(StrEnum):
    """What was done to an element."""

    ADDED = "added"
    CHANGED = "changed"
    RENAMED = "renamed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that a version did.

    `identity` is the stable id of the element, `name` what it was called afterwards; `member` is the property or
    channel of it that this is about; `details` say field by field what changed.
    """

    revision: str | None
    section: str
    identity: str
    name: str
    deed: Deed
    noun: str | None = None
    member: str | None = None
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version with what it did; `revision` is None for what is written but in no version yet."""

    revision: str | None
    message: str
    author: str | None
    parents: tuple[str, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Chronicle:
    """All versions, the newest first."""

    versions: tuple[Version, ...]

    def by_identity(self) -> Mapping[str, tuple[Event, ...]]:
        """Return the events of each element, the newest first."""
        found: dict[str, list[Event]] = {}
        for version in self.versions:
            for event in version.events:
                found.setdefault(event.identity, []).append(event)
        return {identity: tuple(events) for identity, events in found.items()}


def chronicle(desired: Ontology, history: History) -> Chronicle:
    """Return what each version did, and what is written in `desired` beyond the last of them.

    Raises:
        MigrationInvalid: the versions don't fit each other.
    """
    versions = [
        Version(
            revision=migration.revision,
            message=migration.message,
            author=migration.author,
            parents=migration.parents,
            events=tuple(_events(migration.revision, before, after)),
        )
        for migration, before, after in unfolded(history)
    ]
    unmade = _unmade(desired, history)
    if unmade is not None:
        versions.append(unmade)
    return Chronicle(tuple(reversed(versions)))


def _unmade(desired: Ontology, history: History) -> Version | None:
    head = replay(history, history.order) if len(history) else None
    if head is not None and head.hash == desired.hash:
        return None
    before = sparse(head) if head is not None else {}
    events = tuple(_events(None, before, sparse(desired)))
    return Version(revision=None, message="Written, but in no version yet", author=None, parents=(), events=events)


def _events(revision: str | None, before: Definition, after: Definition) -> Iterator[Event]:
    for section in SECTIONS:
        old, new = _identified(before, section), _identified(after, section)
        for identity in sorted({*old, *new}):
            yield from _element(revision, section, identity, (old.get(identity), new.get(identity)))


def _identified(document: Definition, section: str) -> dict[str, tuple[str, Definition]]:
    elements = cast("dict[str, Definition]", document.get(section, {}))
    prefix = _PREFIXES[section]
    return {str(each.get("id", f"{prefix}:{name}")): (name, each) for name, each in elements.items()}


def _element(
    revision: str | None,
    section: str,
    identity: str,
    states: tuple[tuple[str, Definition] | None, tuple[str, Definition] | None],
) -> Iterator[Event]:
    before, after = states
    name = (after or before or ("", {}))[0]
    for deed, details in _deeds(before, after, without=tuple(_MEMBERS)):
        yield Event(revision=revision, section=section, identity=identity, name=name, deed=deed, details=details)
    if before is None or after is None:
        return
    for collection, (noun, mark) in _MEMBERS.items():
        old, new = (_members(state, collection, _PREFIXES[section], mark) for state in (before, after))
        for each in sorted({*old, *new}):
            for deed, details in _deeds(old.get(each), new.get(each)):
                yield Event(
                    revision=revision,
                    section=section,
                    identity=identity,
                    name=name,
                    deed=deed,
                    noun=noun,
                    member=(new.get(each) or old[each])[0],
                    details=details,
                )


def _members(
    element: tuple[str, Definition], collection: str, prefix: str, mark: str
) -> dict[str, tuple[str, Definition]]:
    owner, definition = element
    members = cast("dict[str, Definition]", definition.get(collection, {}))
    return {str(each.get("id", f"{prefix}:{owner}{mark}{name}")): (name, each) for name, each in members.items()}


def _deeds(
    before: tuple[str, Definition] | None, after: tuple[str, Definition] | None, *, without: tuple[str, ...] = ()
) -> Iterator[tuple[Deed, tuple[str, ...]]]:
    if before is None or after is None:
        yield Deed.ADDED if before is None else Deed.REMOVED, ()
        return
    details = tuple(_changes(before[1], after[1], without))
    if before[0] != after[0]:
        yield Deed.RENAMED, (f"{before[0]} became {after[0]}", *details)
    elif details:
        yield Deed.CHANGED, details


def _changes(old: Definition, new: Definition, without: tuple[str, ...]) -> Iterator[str]:
    for key in sorted({*old, *new} - {*without, "id"}):
        had, has = old.get(key), new.get(key)
        if had == has:
            continue
        if isinstance(had, list) and isinstance(has, list):
            yield from (f"{key}: {_shown(each)} added" for each in has if each not in had)
            yield from (f"{key}: {_shown(each)} removed" for each in had if each not in has)
            if sorted(map(_shown, had)) == sorted(map(_shown, has)):
                yield f"{key}: another order"
        else:
            yield f"{key}: {_shown(had)} became {_shown(has)}"


def _shown(value: Json) -> str:
    text = "nothing" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
