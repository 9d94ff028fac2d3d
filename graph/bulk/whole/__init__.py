"""Rules that a load must keep as a whole, asked of the staged tables; each marks the lines that break it."""

from __future__ import annotations

from graph.bulk.staging import Staging
from graph.bulk.whole.agreement import refuse_disagreeing_groups
from graph.bulk.whole.containment import refuse_cycles
from graph.bulk.whole.ends import refuse_wrong_ends
from graph.bulk.whole.multiplicity import refuse_missing_relationships, refuse_surplus_relationships
from graph.bulk.whole.parents import resolve_parents
from graph.bulk.whole.requirements import refuse_incomplete, refuse_retyped
from graph.bulk.whole.uniqueness import refuse_shared_values
from graph.ontology.model import Ontology

__all__ = ["refuse_what_breaks_rules"]

_RULES = (
    refuse_retyped,
    refuse_incomplete,
    refuse_shared_values,
    refuse_wrong_ends,
    refuse_surplus_relationships,
    refuse_disagreeing_groups,
    refuse_cycles,
    refuse_missing_relationships,
)


def refuse_what_breaks_rules(staging: Staging, ontology: Ontology) -> None:
    """Mark every line that breaks a rule, and those that break one because others are refused, until none is left."""
    staging.prune()
    resolve_parents(staging, ontology)
    staging.prune()
    again = True
    while again:
        again = False
        for rule in _RULES:
            rule(staging, ontology)
            again |= staging.prune()
