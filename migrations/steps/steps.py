"""Any step over data: how much it has to do, and one page of it."""

from __future__ import annotations

from typing import TypeAlias

from graph.changes.counter import lock_counter
from graph.changes.rules import Rulebook
from graph.database import Database, ReadUnit, WriteUnit
from graph.identity import Tenant
from migrations.effects import GiveLabel, LabelStep, TakeLabel
from migrations.steps.data_steps import (
    DataStep,
    Erase,
    Fill,
    Follow,
    Page,
    Turn,
    do_page,
    operation_of,
    size_of,
    written,
)
from migrations.steps.flows import RewireFlow
from migrations.steps.labels import do_labels, unlabelled
from migrations.steps.restoring import Restore, do_restore, records_left
from migrations.steps.revaluing import revalued

AnyStep: TypeAlias = DataStep | Restore | LabelStep


async def left_of(unit: ReadUnit, step: AnyStep) -> int:
    """Return how many assets or relationships the step would change now; of a Restore, how many at most."""
    match step:
        case Restore():
            return await records_left(unit, step)
        case GiveLabel() | TakeLabel():
            return await unlabelled(unit, step)
        case Fill() | Erase() | Follow():
            return await size_of(unit, step)
        case _:
            return await step.left(unit)


async def ready_for(database: Database, step: AnyStep, tenant: Tenant) -> AnyStep:
    """Return the step with what it must know of all of a tenant's data before its first page; nobody waits for that."""
    return await database.read(tenant, step.laid_out) if isinstance(step, RewireFlow) else step


async def page_of(unit: WriteUnit, step: AnyStep, rules: Rulebook, after: str, turn: Turn) -> Page:
    """Do the next page of the unit's tenant. Raises ChangesRefused where a value does not fit, with the asset's id."""
    match step:
        case Restore():
            return await do_restore(unit, step, rules, after, turn)
        case GiveLabel() | TakeLabel():
            return await do_labels(unit, step, rules, after)
        case Fill() | Erase() | Follow():
            revision = await lock_counter(unit, rules)
            page = await revalued(unit, step, rules, after, turn, revision=revision)
            return page or await do_page(unit, step, rules, after, turn)
        case _:
            await lock_counter(unit, rules)
            changes, last = await step.changes(unit, rules, after)
            changed = await written(unit, changes, f"{operation_of(turn.revision)}{step}", rules, turn)
            return Page(changed=changed, last=last)
