"""Snapshots: a tenant's supplies and containment in memory, exact at one revision, for whole-graph questions."""

from graph.snapshot.evaluators import Evaluators
from graph.snapshot.model import Snapshot
from graph.snapshot.service import SnapshotService

__all__ = ["Evaluators", "Snapshot", "SnapshotService"]
