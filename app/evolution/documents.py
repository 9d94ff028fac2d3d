"""Plans and runs as JSON: what the command line prints and REST answers."""

from __future__ import annotations

from dataclasses import asdict

from app.evolution.service import Outlook
from graph.errors import Problem
from graph.ontology.model import Json
from migrations import Applied, Undone
from migrations.gate import shown

Document = dict[str, Json]


def outlook_document(outlook: Outlook) -> Document:
    """Return what applying (or completing) would do."""
    found = outlook.forecast
    return {
        "pending": list(found.plan.pending),
        "commands": list(found.plan.commands),
        "target": found.plan.target,
        "steps": [{"revision": each.revision, "step": each.step, "objects": each.objects} for each in found.efforts],
        "beginAnew": list(found.plan.anew),
        "unmet": [_problem(each) for each in found.unmet],
        "inTheWay": [_problem(breach.problem) for _, breach in found.breaches],
        "inTheWayOfCompletion": [_problem(breach.problem) for _, breach in found.later],
        "interface": None if outlook.verdict is None else shown(outlook.verdict),
    }


def run_document(done: Applied | Undone) -> Document:
    """Return what a run did, forwards or back."""
    if isinstance(done, Undone):
        return {
            "revision": done.revision,
            "applied": [],
            "rolledBack": list(done.migrations),
            "commands": 0,
            "objects": done.objects,
            "waiting": None,
        }
    return {
        "revision": done.revision,
        "applied": list(done.migrations),
        "rolledBack": [],
        "commands": done.commands,
        "objects": done.objects,
        "waiting": done.waiting,
    }


def _problem(problem: Problem) -> Document:
    return asdict(problem)
