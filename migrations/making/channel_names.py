"""Former names of channels: what the document is to say of them, told by the versions that led to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import cast

import rfc8785

from graph.errors import Problem
from graph.ontology import ontology_from_canonical
from graph.ontology.channel_names import renamed_from
from graph.ontology.model import Json, Ontology
from migrations.making.successors import Answers, successors_of
from migrations.operations import ASSET_TYPES, CHANNELS, Definition, mapping, sparse

_FORMERLY = "formerly"


def with_former_names(
    head: Ontology | None, desired: Ontology, answers: Answers, past: Callable[[], Iterable[Ontology]]
) -> Ontology:
    """Return what is desired, where each channel says what it was called before: its values are kept under that.

    `past` gives the ontologies there were, the latest first.
    """
    if head is None:
        return desired
    before, after = sparse(head), sparse(desired)
    changed = False
    for owner, had, has in shared_channels(before, after):
        for old, new in same_channels(owner, had, has, answers):
            wanted = _former_names(old, new, had[old])
            # What the author left as it was, or left out; else it is judged as it is.
            if has[new].get(_FORMERLY, had[old].get(_FORMERLY)) == had[old].get(_FORMERLY) and wanted:
                changed |= has[new].get(_FORMERLY) != wanted
                has[new][_FORMERLY] = wanted
            if old != new and has[new].get("id") == _default_id(owner, new) != had[old].get("id"):
                has[new]["id"] = had[old]["id"]  # it is the same channel, as the author said
                changed = True
    for name, definition, old, was in _come_back(before, after, past):
        if wanted := _former_names(old, name, was):
            definition[_FORMERLY] = wanted
            changed = True
    return ontology_from_canonical(rfc8785.dumps(after).decode()) if changed else desired


def wrong_former_names(
    before: Definition, after: Definition, answers: Answers, past: Callable[[], Iterable[Ontology]]
) -> Iterator[Problem]:
    """Yield the channels that say of their former names what never was; `past` gives the ontologies there were.

    What is new to a type may take over from another type's channel, also from one that an earlier version took away:
    so a channel moves along the hierarchy, in two versions, and its values go with it.
    """
    for owner, had, has in shared_channels(before, after):
        pairs = {new: old for old, new in same_channels(owner, had, has, answers)}
        for name, definition in has.items():
            wanted = _former_names(pairs[name], name, had[pairs[name]]) if name in pairs else []
            told = definition.get(_FORMERLY, [])
            if told != wanted and (name in pairs or not _was(name, told, before, past)):
                yield Problem(
                    code="DIFFERENCE_UNEXPRESSED",
                    message=f"The channel {owner}.{name} was never called what its `formerly` says",
                    expected=", ".join(map(str, wanted)) or "nothing",
                    actual=", ".join(cast("list[str]", definition.get(_FORMERLY, []))),
                    hint="Leave the line out: `make` writes it in where it belongs",
                )


def _was(name: str, told: Json, before: Definition, past: Callable[[], Iterable[Ontology]]) -> bool:
    """Whether some channel would say so of its former names if it were called `name` now."""
    documents = chain([before], (sparse(each) for each in past()))
    return any(
        told == _former_names(old, name, each) for document in documents for _, old, each in channels_of(document)
    )


def channels_of(document: Definition) -> Iterator[tuple[str, str, Definition]]:
    """Yield all channels with their types and names."""
    for owner, kind in sorted(mapping(document, ASSET_TYPES).items()):
        for name, definition in sorted(mapping(kind, CHANNELS).items()):
            yield owner, name, definition


def _come_back(
    before: Definition, after: Definition, past: Callable[[], Iterable[Ontology]]
) -> Iterator[tuple[str, Definition, str, Definition]]:
    """Yield new channels that say no former names and have the id of one that was taken away, with what that was.

    An id that is made of their own name says nothing of what was.
    """
    known = {str(each.get("id")) for _, _, each in channels_of(before)}
    new = [
        (str(each["id"]), name, each)
        for owner, name, each in channels_of(after)
        if each.get("id", _default_id(owner, name)) != _default_id(owner, name)
    ]
    missing = {of: (name, each) for of, name, each in new if of not in known and _FORMERLY not in each}
    for ontology in past() if missing else ():
        for _, old, was in channels_of(sparse(ontology)):
            if (found := missing.pop(str(was.get("id")), None)) is not None:
                yield *found, old, was


def shared_channels(
    before: Definition, after: Definition
) -> Iterator[tuple[str, Mapping[str, Definition], Mapping[str, Definition]]]:
    """Yield the types of both documents, with the channels that each declares before and after."""
    olds, news = mapping(before, ASSET_TYPES), mapping(after, ASSET_TYPES)
    for owner in sorted(set(olds) & set(news)):
        yield owner, mapping(olds[owner], CHANNELS), mapping(news[owner], CHANNELS)


def same_channels(
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
