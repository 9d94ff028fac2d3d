"""Drift: how a database stands to its own ontology, found by looking through the whole of it."""

from migrations.drift.inspection import SAMPLES, DriftProgress, DriftStep, drift
from migrations.drift.kinds import MEANINGS, DriftKind, DriftMeaning
from migrations.drift.report import Drift, Finding, Sample

__all__ = [
    "MEANINGS",
    "SAMPLES",
    "Drift",
    "DriftKind",
    "DriftMeaning",
    "DriftProgress",
    "DriftStep",
    "Finding",
    "Sample",
    "drift",
]
