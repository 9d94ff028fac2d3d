"""Replaying: what ontology a set of migrations gives, and whether the files say so themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import rfc8785

from graph.errors import InvalidInput, OntologyInvalid, Problem
from graph.ontology import ontology_from_canonical
from graph.ontology.document import FORMAT
from graph.ontology.model import Ontology
from graph.ontology.values import codec
from migrations.effects.keeping import judges_keeping, wrong_keeping
from migrations.effects.promotion_checks import wrong_promotions
from migrations.effects.reach import Reach
from migrations.effects.retype_checks import wrong_retypes
from migrations.errors import MigrationInvalid
from migrations.files import History, Migration, Placed
from migrations.operations import (
    ComputeProperties,
    Definition,
    Draft,
    FillProperty,
    Foreseen,
    Operation,
    OperationRefused,
    leave,
    sparse,
)

_ON_THE_WAY: Final = (Reach.CLOSING, Reach.OPENED, Reach.LEAVING)
EVERYTHING: Final[Mapping[str, Reach]] = MappingProxyType({})
"""Each version whole."""


def replay(history: History, revisions: Iterable[str], reaches: Mapping[str, Reach] = EVERYTHING) -> Ontology:
    """Return the ontology that `revisions` together give, each after its parents, as far as its reach; else all of it.

    Raises:
        MigrationInvalid: an operation does not fit, or the result is no ontology that holds together.
    """
    draft = Draft({"format": FORMAT})
    last: Migration | None = None
    asked = frozenset(revisions)
    for revision in history.order:
        if revision in asked:
            last = history[revision]
            _apply(last, draft, reaches.get(revision, Reach.AFTER))
    if last is None:
        raise AssertionError("an empty history gives no ontology")
    try:
        return _ontology_of(draft)
    except OntologyInvalid as error:
        raise MigrationInvalid(
            f"{last.file} gives an ontology that does not hold together",
            error.problems,
            hint="Correct the operations, or make the migration anew",
        ) from error


def replay_to(history: History, revision: str) -> Ontology:
    """Return the ontology at `revision`: that of all it builds on and itself."""
    return replay(history, (*history.ancestors(revision), revision))


def replayed(before: Ontology, operations: Iterable[Operation]) -> Ontology:
    """Return what operations that fit make of an ontology, all of them done."""
    draft = Draft(sparse(before))
    for operation in operations:
        if isinstance(operation, Foreseen):
            operation.prepare(draft)
        operation.apply(draft)
    return _ontology_of(draft)


def _ontology_of(draft: Draft) -> Ontology:
    return _ontology_from(rfc8785.dumps(draft.value).decode())


@lru_cache(maxsize=128)
def _ontology_from(text: str) -> Ontology:
    """The ontology of a text: a plan asks for the one after each version three times, and is made twice."""
    return ontology_from_canonical(text)


def unfolded(
    history: History, revisions: Collection[str] | None = None
) -> Iterator[tuple[Migration, Definition, Definition]]:
    """Yield every migration (or those of `revisions`) in the order they run, with the document before and after it.

    Raises:
        MigrationInvalid: an operation does not fit.
    """
    draft = Draft({"format": FORMAT})
    after = draft.value
    for revision in history.order:
        if revisions is not None and revision not in revisions:
            continue
        before = after
        _apply(history[revision], draft, Reach.AFTER)
        after = draft.value
        yield history[revision], before, after


def verify(history: History, revisions: Iterable[str]) -> Iterator[Problem]:
    """Yield what the files of `revisions` say wrongly of the ontology before and after them."""
    for revision in revisions:
        migration = history[revision]
        before = replay(history, history.ancestors(revision)).hash if migration.parents else None
        if migration.before != before:
            yield _wrong_hash(migration, "from", before, migration.before)
        after = replay_to(history, revision).hash
        if migration.after != after:
            yield _wrong_hash(migration, "to", after, migration.after)
        through = (*history.ancestors(revision), revision)
        if judges_keeping(migration):
            yield from wrong_keeping(unfolded(history, frozenset(through)))
        if migration.contract:
            # What is in force on the way, there and back, must hold together too: later would be too late.
            closing, *_ = (replay(history, through, {revision: reach}) for reach in _ON_THE_WAY)
            yield from wrong_retypes(migration, closing)
            yield from wrong_promotions(migration, closing)
        if migration.backfill:
            yield from _wrong_values(migration, replay(history, through, {revision: Reach.MIDDLE}))


def _apply(migration: Migration, draft: Draft, reach: Reach) -> None:
    problems: list[Problem] = []
    before = draft.value if reach is Reach.LEAVING else None
    for placed, change in changes(migration, reach):
        try:
            change(draft)
        except OperationRefused as refusal:
            problems.append(_refused(placed, refusal))
    if problems:
        raise MigrationInvalid(f"{migration.file} does not fit what it builds on", tuple(problems))
    if before is not None:
        leave(draft, Draft(before))


def changes(migration: Migration, reach: Reach) -> Iterator[tuple[Placed, Callable[[Draft], None]]]:
    """Yield what the operations do to the ontology until `reach`, in the order they do it."""
    foreseen = [(placed, placed.operation) for placed in migration.contract if isinstance(placed.operation, Foreseen)]
    yield from ((placed, placed.operation.apply) for placed in migration.expand)
    yield from ((placed, operation.prepare) for placed, operation in foreseen)
    yield from ((placed, placed.operation.apply) for placed in migration.backfill)
    if reach is Reach.CLOSING:
        yield from ((placed, operation.close) for placed, operation in foreseen)
    elif reach is Reach.OPENED:
        yield from ((placed, operation.open) for placed, operation in foreseen)
    elif reach is Reach.AFTER:
        yield from ((placed, placed.operation.apply) for placed in migration.contract)


def _wrong_values(migration: Migration, middle: Ontology) -> Iterator[Problem]:
    """Yield what can't be written, before anything is."""
    for placed in migration.backfill:
        fill = placed.operation
        if isinstance(fill, ComputeProperties):
            has = middle.asset_type(fill.type).properties
            refusals = (
                OperationRefused(f"{fill.type} has no property {name!r}") for name in fill.sets if name not in has
            )
            yield from (_refused(placed, each) for each in refusals)
        if not isinstance(fill, FillProperty):
            continue
        definition = middle.property_of(middle.asset_type(fill.type), fill.name)
        try:
            codec(definition).store(fill.value)
        except InvalidInput as error:
            yield replace(error.problem, place=placed.place)


def _refused(placed: Placed, refusal: OperationRefused) -> Problem:
    return Problem(
        code="OPERATION_REFUSED",
        message=f"{placed.operation.kind}: {refusal.message}",
        place=placed.place,
        expected=refusal.expected,
        hint=refusal.hint,
    )


def _wrong_hash(migration: Migration, field: str, expected: str | None, actual: str | None) -> Problem:
    return Problem(
        code="HASH_WRONG",
        message=f"{migration.revision}: `{field}` is not the hash of the ontology {_WHEN[field]} it",
        place=migration.place_of_before if field == "from" else migration.place_of_after,
        expected=expected or "no hash, for it is the first",
        actual=actual or "none",
        hint="The file was changed by hand: put it back as it was made, or make it anew if it was never applied",
    )


_WHEN = {"from": "before", "to": "after"}
