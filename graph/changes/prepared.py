"""A change set judged before its transaction begins, by what is known of the tenant without asking the database.

Whoever prepares it answers for the world it is judged in: all that matters of the tenant at one revision. The counter
is locked before anything is written, and revisions only rise: if the tenant is at that revision still, nobody wrote
meanwhile, so the world is exact and nothing needs to be read. Else nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from graph.changes.conflicts import Conflicts
from graph.changes.counter import lock_counter
from graph.changes.draft import Draft
from graph.changes.idempotency import Answers
from graph.changes.model import Receipt
from graph.changes.records import ChangeRecord
from graph.changes.request import LIMITS
from graph.changes.rules import Rulebook
from graph.changes.run import Run
from graph.changes.world import World
from graph.changes.writing import Effect, counts_of, effects_of, write_effects
from graph.database import WriteUnit
from graph.identity import Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What a change set does to a tenant that is at revision `before`."""

    before: Revision
    receipt: Receipt
    effects: Sequence[Effect]
    record: ChangeRecord
    counts: Mapping[str, int]


def prepare(world: World, draft: Draft, *, before: Revision, now: datetime) -> Prepared | None:
    """Judge `draft` in `world`, the tenant's at revision `before`; None where it is refused or changes nothing.

    The draft is without idempotency key and expected revision: what these ask for lies in the database.
    """
    if draft.key is not None or draft.request.change_set.expected_revision is not None:
        raise AssertionError("Only the database knows earlier answers and when something was changed")
    run = Run(world=world, answers=Answers(), conflicts=Conflicts({}), revision=before, now=now, limits=LIMITS)
    outcome = run.outcome(draft)
    if not isinstance(outcome, Receipt) or not run.records:
        return None
    return Prepared(
        before=before,
        receipt=outcome,
        effects=effects_of(world),
        record=run.records[0],
        counts=counts_of(world),
    )


async def apply_prepared_in(unit: WriteUnit, prepared: Prepared, *, rules: Rulebook, now: datetime) -> Receipt | None:
    """Write what was prepared, as of `now`; None, and nothing written, where somebody else wrote meanwhile.

    Raises OntologyChanged where the database holds another ontology than `rules`.
    """
    if await lock_counter(unit, rules) != prepared.before:
        return None
    record = prepared.record
    dated = replace(record, authorship=replace(record.authorship, time=now))
    await write_effects(unit, prepared.effects, [dated], prepared.counts)
    return prepared.receipt
