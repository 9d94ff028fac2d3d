"""Rows of plans and runs of migrations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.evolution import run_document
from app.graphql.inputs import problem_row
from graph.reading import Row
from migrations.gate import broken_document

if TYPE_CHECKING:
    from app.evolution import Outlook
    from migrations import Applied, Undone


def plan_row(outlook: Outlook) -> Row:
    """The row of a plan."""
    found, verdict = outlook.forecast, outlook.verdict
    changes = () if verdict is None else verdict.changes
    broken = () if verdict is None else verdict.broken
    unseen = () if verdict is None else verdict.unseen
    return {
        "pending": list(found.plan.pending),
        "target": found.plan.target,
        "commands": list(found.plan.commands),
        "steps": [{"revision": each.revision, "step": each.step, "objects": each.objects} for each in found.efforts],
        "beginAnew": list(found.plan.anew),
        "unmet": [problem_row(each) for each in found.unmet],
        "inTheWay": [problem_row(breach.problem) for _, breach in found.breaches],
        "inTheWayOfCompletion": [problem_row(breach.problem) for _, breach in found.later],
        "schemaChanges": [
            {"level": each.level.value, "element": each.element, "change": each.says} for each in changes
        ],
        "broken": [broken_document(each) for each in broken],
        "unseen": [broken_document(each) for each in unseen],
    }


def run_row(done: Applied | Undone | None) -> Row:
    """The row of a run; None: it goes on."""
    if done is None:
        return {"running": True, "revision": None, "applied": [], "rolledBack": [], "objects": 0, "waiting": None}
    return {"running": False, **run_document(done)}
