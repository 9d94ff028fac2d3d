"""Which operation of a version it is that asks something of data, and where that stands in its file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from graph.ontology.model import Json
from migrations.effects.demands import Demand
from migrations.files import Migration

_BY_NAME: Final = 3
_BY_ENUM: Final = 2
_BY_OWNER: Final = 1


def asked_by(wanted: Iterable[Demand], migration: Migration) -> tuple[Demand, ...]:
    """Return demands with the place of the operation that each comes from; of the file where it can't be told."""
    words = [(frozenset(_words(placed.operation.written)), placed.place) for placed in migration.operations]
    return tuple(replace(each, asked_at=_place(each, words) or migration.file) for each in wanted)


def _place(demand: Demand, words: list[tuple[frozenset[str], str | None]]) -> str | None:
    """Return the place of the operation that says most of what the demand is about, the last of several."""
    best, place = 0, None
    for said, at in words:
        fit = _fit(demand, said)
        if fit and fit >= best:
            best, place = fit, at
    return place


def _fit(demand: Demand, said: frozenset[str]) -> int:
    owner, _, member = demand.element.partition(".")
    enum = None if demand.definition is None or demand.definition.enum is None else demand.definition.enum.name
    if owner in said and (not member or member.partition(".")[0] in said):
        return _BY_NAME
    if enum is not None and enum in said:
        return _BY_ENUM
    return _BY_OWNER if owner in said or demand.type in said else 0


def _words(value: Json) -> Iterator[str]:
    """Yield all names and texts in an operation's arguments."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from _words(each)
    elif isinstance(value, list):
        for each in value:
            yield from _words(each)
