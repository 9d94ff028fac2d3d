"""The tenant's counter: locked first in every writing transaction, so that writers of one tenant come one by one.

Beside the revision it holds how many assets there are of each exact type. Counts belong to a revision: whatever wrote
without keeping them (an earlier release, a hand) leaves them behind it, and whoever writes next counts anew.
"""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress

from graph.changes.errors import OntologyChanged
from graph.changes.rules import Rulebook
from graph.database import WriteUnit
from graph.errors import UnknownType
from graph.identity import Revision
from queries import named


async def lock_counter(unit: WriteUnit, rules: Rulebook, *, dry: bool = False) -> Revision:
    """Lock the counter of the unit's tenant, made if need be (not by a `dry` run), and return its revision.

    Counts that are behind the revision are made anew: one look at all assets of the tenant.
    Raises OntologyChanged where the database holds another ontology than `rules`.
    """
    if dry:
        rows = await unit.write(named("changes/lock_known_counter"))
    else:
        rows = await unit.write(named("changes/lock_counter"), {"ontology": rules.ontology.hash})
    if not rows:
        return Revision(0)
    revision, ontology, current, counted = rows[0]
    for found in (ontology, current):
        if found is not None and found != rules.ontology.hash:
            raise OntologyChanged(
                "The database holds another ontology than the one this service writes by",
                expected=rules.ontology.hash,
                actual=found,
                hint="Send it again in a moment; if it stays so, `twin ontology status` tells what is applied",
            )
    if counted != revision and not dry:
        await _count(unit, rules)
    return Revision(revision)


async def count_anew(unit: WriteUnit, rules: Rulebook) -> None:
    """Count the assets of the unit's tenant, whose counter is locked meanwhile; does nothing where it has none."""
    if await unit.write(named("changes/lock_known_counter")):
        await _count(unit, rules)


async def _count(unit: WriteUnit, rules: Rulebook) -> None:
    counts: defaultdict[str, int] = defaultdict(int)
    for labels, count in await unit.rows(named("changes/list_asset_labels")):
        # What has the labels of no type is found by `drift`; nobody's write is refused for it.
        with suppress(UnknownType):
            counts[rules.type_of(labels)] += count
    rows = [{"type": name, "count": count} for name, count in sorted(counts.items())]
    await unit.write(named("changes/set_asset_counts"), {"counts": rows})
