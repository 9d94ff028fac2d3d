"""Reconciliation: a tenant compared with a source of truth, and repaired by it."""

from graph.reconciliation.errors import ReconcileRefused, ReconcileUnsettled
from graph.reconciliation.findings import Count, Seen
from graph.reconciliation.model import MEANINGS, Difference, Group, Kind
from graph.reconciliation.question import Extent, Question, Tolerance
from graph.reconciliation.repair import Repair, Repaired
from graph.reconciliation.report import Report, difference_json, report_json
from graph.reconciliation.service import SAMPLES, Compared, Given, Reconciler

__all__ = [
    "MEANINGS",
    "SAMPLES",
    "Compared",
    "Count",
    "Difference",
    "Extent",
    "Given",
    "Group",
    "Kind",
    "Question",
    "ReconcileRefused",
    "ReconcileUnsettled",
    "Reconciler",
    "Repair",
    "Repaired",
    "Report",
    "Seen",
    "Tolerance",
    "difference_json",
    "report_json",
]
