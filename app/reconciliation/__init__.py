"""Reconciliation for all doors: questions as texts, reports in files, runs at intervals, sources behind addresses."""

from app.reconciliation.asking import groups_of, repaired_json, tolerance_of
from app.reconciliation.fetching import SourceUnreachable, fetched, is_address, is_trusted
from app.reconciliation.repeating import Repetition, ended_by_signals
from app.reconciliation.reports import Outcome, ReportFolder, write_report

__all__ = [
    "Outcome",
    "Repetition",
    "ReportFolder",
    "SourceUnreachable",
    "ended_by_signals",
    "fetched",
    "groups_of",
    "is_address",
    "is_trusted",
    "repaired_json",
    "tolerance_of",
    "write_report",
]
