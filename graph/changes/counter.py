"""The tenant's counter: locked first in every writing transaction, so that writers of one tenant come one by one."""

from __future__ import annotations

from graph.changes.errors import OntologyChanged
from graph.changes.rules import Rulebook
from graph.database import WriteUnit
from graph.identity import Revision
from queries import named


async def lock_counter(unit: WriteUnit, rules: Rulebook, *, dry: bool = False) -> Revision:
    """Lock the counter of the unit's tenant, made if need be (not by a `dry` run), and return its revision.

    Raises OntologyChanged where the database holds another ontology than `rules`.
    """
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
