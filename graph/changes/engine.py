"""Applies change sets inside one transaction: lock, read facts, judge set by set, write what was accepted.

The tenant's counter is locked before anything is read. Locked last, two transactions on disjoint pairs of assets
could each find the hierarchy free of cycles and commit one between them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Final, TypeVar

import orjson

from graph.changes.conflicts import Conflicts, read_conflicts
from graph.changes.draft import Draft
from graph.changes.errors import OntologyChanged
from graph.changes.facts import read_world
from graph.changes.idempotency import Answers, read_answers
from graph.changes.judging import Tally, judge, tally
from graph.changes.model import Receipt
from graph.changes.normalising import normalise
from graph.changes.records import Authorship, ChangeRecord, Idempotency, entries_of
from graph.changes.request import LIMITS, Limits, Outcome, Request
from graph.changes.rules import Rulebook
from graph.changes.world import World
from graph.changes.writing import Writer
from graph.database import WriteUnit
from graph.errors import ChangesRefused, Problem
from graph.identity import Revision, Tenant
from queries import named

T = TypeVar("T")

BRIEF: Final = 200
"""Changes that are checked in less time than a thread is worth: some 20 microseconds each."""


async def apply_in(
    unit: WriteUnit,
    requests: Sequence[Request],
    *,
    rules: Rulebook,
    now: datetime,
    limits: Limits = LIMITS,
) -> list[Outcome]:
    """Apply `requests` one after the other for the unit's tenant; each is done whole or refused alone.

    Later requests see what earlier ones changed. `now` goes into the change records. Returns a receipt or an error for
    each request, in their order: LimitExceeded, ChangesRefused, RevisionConflict, IdempotencyMismatch.
    Raises OntologyChanged where the database holds another ontology than `rules`.
    """

    def normalised() -> list[Draft]:
        return [normalise(rules, request, limits) for request in requests]

    drafts = await _aside(normalised, changes=sum(len(request.change_set.changes) for request in requests))
    return await apply_drafts_in(unit, drafts, rules=rules, now=now, limits=limits)


async def apply_drafts_in(
    unit: WriteUnit,
    drafts: Sequence[Draft],
    *,
    rules: Rulebook,
    now: datetime,
    limits: Limits = LIMITS,
) -> list[Outcome]:
    """Apply requests that were normalised by the same `rules` before; the rest is as in `apply_in`."""
    tenant = _tenant(unit)
    revision = await _lock(unit, rules, dry=all(draft.request.change_set.dry_run for draft in drafts))
    answers = await read_answers(unit, drafts)
    judged = [draft for draft in drafts if draft.refusal is None]
    world = await read_world(unit, rules, judged, tenant=tenant, limits=limits)
    conflicts = await read_conflicts(unit, world, judged, revision=revision)
    run = _Run(
        world=world,
        answers=answers,
        conflicts=conflicts,
        revision=revision,
        now=now,
        limits=limits,
    )

    def judged_all() -> list[Outcome]:
        return [run.outcome(draft) for draft in drafts]

    outcomes = await _aside(judged_all, changes=sum(len(draft.operations) for draft in drafts))
    if run.records:
        await Writer(unit, world).write(run.records)
    return outcomes


async def _aside(work: Callable[[], list[T]], *, changes: int) -> list[T]:
    """Do what takes long for many changes in a thread, so that the event loop goes on."""
    return await asyncio.to_thread(work) if changes > BRIEF else work()


async def _lock(unit: WriteUnit, rules: Rulebook, *, dry: bool) -> Revision:
    if dry:
        rows = await unit.write(named("changes/lock_known_counter"))
    else:
        rows = await unit.write(named("changes/lock_counter"), {"ontology": rules.ontology.hash})
    if not rows:
        return Revision(0)
    revision, ontology, current = rows[0]
    for found in (ontology, current):
        if found is not None and found != rules.ontology.hash:
            raise OntologyChanged(
                "The database holds another ontology than the one this service writes by",
                expected=rules.ontology.hash,
                actual=found,
                hint="Send it again in a moment; if it stays so, `twin ontology status` tells what is applied",
            )
    return Revision(revision)


def _tenant(unit: WriteUnit) -> Tenant:
    if unit.tenant is None:
        raise AssertionError("Change sets are applied for a tenant; this unit has none")
    return unit.tenant


@dataclass(slots=True, kw_only=True)
class _Run:
    """The change sets of one transaction on their way: the newest revision so far, the records to be written."""

    world: World
    answers: Answers
    conflicts: Conflicts
    revision: Revision
    now: datetime
    limits: Limits
    records: list[ChangeRecord] = field(default_factory=list[ChangeRecord])

    def outcome(self, draft: Draft) -> Outcome:
        """Judge one change set; what it changes stays in the world only if it is accepted and no dry run."""
        earlier = self.answers.find(draft)
        if earlier is not None:
            return earlier
        if draft.refusal is not None:
            return draft.refusal
        problems = judge(self.world, draft, self.limits)
        conflict = self.conflicts.newer(self.world, draft)
        if conflict is not None or problems:
            self.world.undo()
            return conflict or _refused(problems)
        return self._accepted(draft)

    def _accepted(self, draft: Draft) -> Receipt:
        counted = tally(self.world)
        changes = counted != Tally()
        dry = draft.request.change_set.dry_run
        if dry or not changes:
            self.world.undo()
            return Receipt(revision=self.revision, **asdict(counted))
        self.revision = Revision(self.revision + 1)
        receipt = Receipt(revision=self.revision, **asdict(counted))
        self.records.append(self._record(draft, receipt))
        self.world.keep(self.revision)
        return receipt

    def _record(self, draft: Draft, receipt: Receipt) -> ChangeRecord:
        request = draft.request
        entries, touched = entries_of(self.world)
        return ChangeRecord(
            revision=receipt.revision,
            authorship=Authorship(actor=request.actor, operation=request.change_set.operation, time=self.now),
            entries=entries,
            touched=touched,
            idempotency=self._idempotency(draft, receipt),
        )

    def _idempotency(self, draft: Draft, receipt: Receipt) -> Idempotency | None:
        if draft.key is None or draft.digest is None:
            return None
        self.answers.add(draft.request.actor, draft.key, draft.digest, receipt)
        return Idempotency(key=draft.key, digest=draft.digest, receipt=orjson.dumps(receipt).decode())


def _refused(problems: tuple[Problem, ...]) -> ChangesRefused:
    many = "1 problem" if len(problems) == 1 else f"{len(problems)} problems"
    return ChangesRefused(
        f"The change set was refused for {many}; nothing of it was written",
        problems,
        hint="Repair what is listed and send the whole change set again",
    )
