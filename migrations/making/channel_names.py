"""Former names of channels: what the document is to say of them, told by the versions that led to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import rfc8785

from graph.errors import Problem
from graph.ontology import ontology_from_canonical
from graph.ontology.channel_names import renamed_from
from graph.ontology.model import Json, Ontology
from migrations.making.successors import Answers, successors_of
from migrations.operations import ASSET_TYPES, CHANNELS, Definition, mapping, sparse

_FORMERLY = "formerly"


def with_former_names(head: Ontology | None, desired: Ontology, answers: Answers) -> Ontology:
    """Return what is desired, where each channel says what it was called before: its values are kept under that."""
    if head is None:
        return desired
    before, after = sparse(head), sparse(desired)
    changed = False
    for owner, had, has in _shared(before, after):
        for old, new in _pairs(owner, had, has, answers):
            wanted = _former_names(old, new, had[old])
            # What the author left as it was, or left out; else it is judged as it is.
            if has[new].get(_FORMERLY, had[old].get(_FORMERLY)) == had[old].get(_FORMERLY) and wanted:
                changed |= has[new].get(_FORMERLY) != wanted
                has[new][_FORMERLY] = wanted
            if old != new and has[new].get("id") == _default_id(owner, new) != had[old].get("id"):
                has[new]["id"] = had[old]["id"]  # it is the same channel, as the author said
                changed = True
    return ontology_from_canonical(rfc8785.dumps(after).decode()) if changed else desired


def wrong_former_names(before: Definition, after: Definition, answers: Answers) -> Iterator[Problem]:
    """Yield the channels that say of their former names what never was."""
    for owner, had, has in _shared(before, after):
        pairs = {new: old for old, new in _pairs(owner, had, has, answers)}
        for name, definition in has.items():
            wanted = _former_names(pairs[name], name, had[pairs[name]]) if name in pairs else []
            if definition.get(_FORMERLY, []) != wanted:
                yield Problem(
                    code="DIFFERENCE_UNEXPRESSED",
                    message=f"The channel {owner}.{name} was never called what its `formerly` says",
                    expected=", ".join(map(str, wanted)) or "nothing",
                    actual=", ".join(cast("list[str]", definition.get(_FORMERLY, []))),
                    hint="Leave the line out: `make` writes it in where it belongs",
                )


def _shared(
    before: Definition, after: Definition
) -> Iterator[tuple[str, Mapping[str, Definition], Mapping[str, Definition]]]:
    olds, news = mapping(before, ASSET_TYPES), mapping(after, ASSET_TYPES)
    for owner in sorted(set(olds) & set(news)):
        yield owner, mapping(olds[owner], CHANNELS), mapping(news[owner], CHANNELS)


def _pairs(
    owner: str, had: Mapping[str, Definition], has: Mapping[str, Definition], answers: Answers
) -> Iterator[tuple[str, str]]:
    """Yield the channels that are still there, by their names before and after."""
    renamed = successors_of(owner, had, has, answers)
    yield from ((name, name) for name in sorted(set(had) & set(has)))
    yield from sorted(renamed.items())


def _former_names(old: str, new: str, definition: Definition) -> list[Json]:
    formerly = cast("list[str]", definition.get(_FORMERLY, []))
    return [*(formerly if old == new else renamed_from(formerly, old, new))]


def _default_id(owner: str, name: str) -> str:
    return f"type:{owner}#{name}"
