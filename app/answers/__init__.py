"""Answers as whole documents, for doors that take no GraphQL: the same input, the same answer."""

from app.answers.bodies import ImpactAnswer, ImpactBody, ImpactLine
from app.answers.impact import FIRST, impact_document, impact_lines
from app.answers.reliability import (
    FIRST_FOUND,
    CriticalityAnswer,
    CutSetsAnswer,
    SinglePointLine,
    SinglePointsAnswer,
    criticality_document,
    cut_sets_document,
    single_points_document,
    single_points_lines,
)
from app.answers.root_cause import root_cause_document
from app.answers.root_cause_bodies import RootCauseAnswer, RootCauseBody

__all__ = [
    "FIRST",
    "FIRST_FOUND",
    "CriticalityAnswer",
    "CutSetsAnswer",
    "ImpactAnswer",
    "ImpactBody",
    "ImpactLine",
    "RootCauseAnswer",
    "RootCauseBody",
    "SinglePointLine",
    "SinglePointsAnswer",
    "criticality_document",
    "cut_sets_document",
    "impact_document",
    "impact_lines",
    "root_cause_document",
    "single_points_document",
    "single_points_lines",
]
