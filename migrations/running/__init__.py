"""Runs: a plan carried out under the lease, taken up again, and taken back."""

from migrations.running.bench import Migrator
from migrations.running.retreat import Retreat, RetreatStage, retreat
from migrations.running.runner import Applied, Runner, swept
from migrations.running.undoing import Undoer, Undone

__all__ = [
    "Applied",
    "Migrator",
    "Retreat",
    "RetreatStage",
    "Runner",
    "Undoer",
    "Undone",
    "retreat",
    "swept",
]
