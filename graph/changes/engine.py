"""Applies change sets inside one transaction: lock, read facts, judge set by set, write what was accepted.

The tenant's counter is locked before anything is read. Locked last, two transactions on disjoint pairs of assets
could each find the hierarchy free of cycles and commit one between them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeVar

from graph.changes.conflicts import read_conflicts
from graph.changes.counter import lock_counter
from graph.changes.draft import Draft
from graph.changes.facts import read_world
from graph.changes.idempotency import read_answers
from graph.changes.normalising import normalise
from graph.changes.request import LIMITS, Limits, Outcome, Request
from graph.changes.rules import Rulebook
from graph.changes.run import Run
from graph.changes.writing import Effect, counts_of, effects_of, write_effects
from graph.database import WriteUnit
from graph.identity import Tenant

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
    revision = await lock_counter(unit, rules, dry=all(draft.request.change_set.dry_run for draft in drafts))
    answers = await read_answers(unit, drafts)
    judged = [draft for draft in drafts if draft.refusal is None]
    world = await read_world(unit, rules, judged, tenant=tenant, limits=limits)
    conflicts = await read_conflicts(unit, world, judged, revision=revision)
    run = Run(world=world, answers=answers, conflicts=conflicts, revision=revision, now=now, limits=limits)

    def judged_all() -> tuple[list[Outcome], list[Effect]]:
        outcomes = [run.outcome(draft) for draft in drafts]
        return outcomes, effects_of(world) if run.records else []

    outcomes, effects = await _aside(judged_all, changes=sum(len(draft.operations) for draft in drafts))
    if run.records:
        await write_effects(unit, effects, run.records, counts_of(world))
    return outcomes


async def _aside(work: Callable[[], T], *, changes: int) -> T:
    """Do what takes long for many changes in a thread, so that the event loop goes on."""
    return await asyncio.to_thread(work) if changes > BRIEF else work()


def _tenant(unit: WriteUnit) -> Tenant:
    if unit.tenant is None:
        raise AssertionError("Change sets are applied for a tenant; this unit has none")
    return unit.tenant
