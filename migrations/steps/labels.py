"""Labels given and taken away: a page of a tenant at a time, and what the pages left."""

from __future__ import annotations

from graph.changes.counter import lock_counter
from graph.changes.rules import Rulebook
from graph.changes.statements import of_label, of_property
from graph.database import ReadUnit, WriteUnit
from migrations.effects import GiveLabel, LabelStep, Relabelling
from migrations.steps.data_steps import PAGE, Page
from queries import named


async def unlabelled(unit: ReadUnit, step: LabelStep) -> int:
    """Return how many assets the step changes now, over all tenants."""
    if isinstance(step, GiveLabel):
        query = of_property("migrations/count_unlabelled", step.type, step.label)
    else:
        query = of_label("migrations/count_labelled", step.label)
    ((number,),) = await unit.rows(query)
    return number


async def do_labels(unit: WriteUnit, step: LabelStep, rules: Rulebook, after: str) -> Page:
    """Do the next page of the unit's tenant, whose counter is locked first. Nothing is logged: no asset changes."""
    await lock_counter(unit, rules)
    if isinstance(step, GiveLabel):
        query = of_property("migrations/give_label", step.type, step.label)
    else:
        query = of_label("migrations/take_label", step.label)
    ((number, last, changed),) = await unit.write(query, {"after": after, "limit": PAGE})
    return Page(changed=changed, last=last if number == PAGE else None)


async def follow_labels(unit: WriteUnit, change: Relabelling) -> None:
    """Give the labels to whom was made since the pages passed, and let the counts follow; all counters are locked."""
    for step in change.ahead:
        await unit.write(of_property("migrations/give_labels_left", step.type, step.label))
    for old, new in sorted(change.heirs.items()):
        await unit.write(named("migrations/move_asset_counts"), {"old": old, "new": new})
