"""Which property takes the place of which: told by its id, or by the author."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from migrations.operations import (
    ASSET_TYPES,
    ENUMS,
    PROPERTIES,
    RELATIONSHIP_TYPES,
    ConvertProperty,
    Definition,
    Operation,
    RenameProperty,
    mapping,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What the author says where a difference can be read in two ways.

    `erase`: values of properties that are gone are taken away, instead of standing in the way. `successors`: which
    property takes the place of one that is gone, by type and name; one with the same id does so without being asked.
    """

    erase: bool = False
    successors: Mapping[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenQuestions:
    """Properties that are gone, each with those that are new in the same type and could have taken its place.

    So are values of enums, by enum and value.
    """

    lost: Mapping[tuple[str, str], tuple[str, ...]]


def questions(before: Definition, after: Definition) -> OpenQuestions:
    """Return what the difference between two documents leaves open; those with one id are answered by that."""
    lost = dict(_lost_values(before, after))
    for section in (ASSET_TYPES, RELATIONSHIP_TYPES):
        olds, news = mapping(before, section), mapping(after, section)
        for owner in sorted(set(olds) & set(news)):
            had, has = mapping(olds[owner], PROPERTIES), mapping(news[owner], PROPERTIES)
            known = successors_of(owner, had, has, Answers())
            free = tuple(name for name in sorted(has) if name not in had and name not in known.values())
            lost.update({(owner, name): free for name in sorted(set(had) - set(has)) if name not in known})
    return OpenQuestions(lost=lost)


def _lost_values(before: Definition, after: Definition) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """Yield values of enums that are gone, each with the new ones, or all where none is new."""
    olds, news = mapping(before, ENUMS), mapping(after, ENUMS)
    for enum in sorted(set(olds) & set(news)):
        had, has = cast("list[str]", olds[enum]["values"]), cast("list[str]", news[enum]["values"])
        new = tuple(value for value in has if value not in had)
        for value in had:
            if value not in has:
                yield (enum, value), new or tuple(has)


def successors_of(
    owner: str, had: Mapping[str, Definition], has: Mapping[str, Definition], answers: Answers
) -> dict[str, str]:
    """Which property that is new takes the place of which that is gone."""
    new = {definition.get("id"): name for name, definition in has.items() if name not in had}
    found: dict[str, str] = {}
    for name in sorted(set(had) - set(has)):
        successor = answers.successors.get((owner, name)) or new.get(had[name].get("id"))
        if successor in new.values() and successor not in found.values():
            found[name] = cast("str", successor)
    return found


def succession_of(
    owner: str, name: str, successor: str, had: Mapping[str, Definition], has: Mapping[str, Definition]
) -> Operation:
    """Return the operation by which `successor` takes the place of `name`."""
    if had[name] == has[successor]:
        return RenameProperty(type=owner, name=name, to=successor)
    return ConvertProperty(type=owner, name=name, to=successor, definition=has[successor])
