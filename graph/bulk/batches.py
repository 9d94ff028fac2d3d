"""Batches: what the spools hold, cut into change sets, without the lines that are refused."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from graph.bulk.foresight import Foresight
from graph.bulk.records import Position, Stage
from graph.bulk.refusals import Refusals
from graph.bulk.spool import Spooled, operation
from graph.bulk.staging import Staging
from graph.changes.draft import Draft
from graph.changes.model import ChangeSet
from graph.changes.prepared import Prepared
from graph.changes.request import Checks, Request
from graph.changes.rules import Rulebook

BATCH_LINES = 2_000
BATCH_BYTES = 8 * 1024 * 1024
_AS_A_WHOLE = Checks(minima=False, groups=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Lines that are written in one transaction; afterwards `through` lines of the stage are done.

    `prepared` is what writing them comes to, where that can be foreseen.
    """

    stage: Stage
    entries: tuple[Spooled, ...]
    draft: Draft
    prepared: Prepared | None
    through: int


def batches(
    staging: Staging,
    rules: Rulebook,
    foresight: Foresight | None,
    *,
    actor: str,
    resume: Position | None,
    most: int = BATCH_LINES,
) -> Iterator[Batch]:
    """Yield what is to be written, from `resume` on, each batch (of at most `most` lines) ready to be judged."""
    refused = staging.refused_numbers()
    for stage, spool in ((Stage.ASSETS, staging.assets), (Stage.RELATIONSHIPS, staging.relationships)):
        skip = _done(stage, resume, spool.count)
        if skip < spool.count:
            for entries, through in _cut(spool.entries(), skip, refused, most):
                draft = draft_of(entries, rules, actor=actor, stage=stage)
                prepared = None if foresight is None else foresight.prepare(draft, stage)
                yield Batch(stage=stage, entries=entries, draft=draft, prepared=prepared, through=through)


def draft_of(entries: tuple[Spooled, ...], rules: Rulebook, *, actor: str, stage: Stage) -> Draft:
    """Return the change set that `entries` ask for in a stage."""
    placing = stage is Stage.RELATIONSHIPS
    request = Request(actor=actor, change_set=ChangeSet(changes=(), operation="load"), checks=_AS_A_WHOLE)
    operations = tuple(operation(entry, index, rules, placing=placing) for index, entry in enumerate(entries))
    return Draft(request=request, operations=operations, problems=(), digest=None)


def hand_over_refused(staging: Staging, refusals: Refusals) -> None:
    """Give the lines that the whole refuses to `refusals`, each once, with their text, by rising line."""
    refused = staging.refused_lines()
    spooled = heapq.merge(staging.assets.entries(), staging.relationships.entries(), key=attrgetter("line"))
    for line, problems in refused:
        entry = next(entry for entry in spooled if entry.line == line)
        refusals.refuse(line, problems, entry.data)


def _done(stage: Stage, resume: Position | None, count: int) -> int:
    if resume is None:
        return 0
    if resume.stage is stage:
        return resume.written
    return count if stage is Stage.ASSETS else 0


def _cut(
    entries: Iterator[Spooled], skip: int, refused: frozenset[int], most: int
) -> Iterator[tuple[tuple[Spooled, ...], int]]:
    kept: list[Spooled] = []
    size = seen = cut = 0
    for seen, entry in enumerate(entries, 1):
        if seen <= skip:
            continue
        if entry.line not in refused:
            kept.append(entry)
            size += len(entry.data)
        if len(kept) >= most or size >= BATCH_BYTES:
            yield tuple(kept), seen
            kept, size, cut = [], 0, seen
    if seen > cut:
        yield tuple(kept), seen
