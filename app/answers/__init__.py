"""Answers as whole documents, for doors that take no GraphQL: the same input, the same answer."""

from app.answers.bodies import ImpactAnswer, ImpactBody, ImpactLine
from app.answers.impact import FIRST, impact_document, impact_lines
from app.answers.reliability import (
    FIRST_FOUND,
    CutSetsAnswer,
    SinglePointLine,
    SinglePointsAnswer,
    cut_sets_document,
    single_points_document,
    single_points_lines,
)

__all__ = [
    "FIRST",
    "FIRST_FOUND",
    "CutSetsAnswer",
    "ImpactAnswer",
    "ImpactBody",
    "ImpactLine",
    "SinglePointLine",
    "SinglePointsAnswer",
    "cut_sets_document",
    "impact_document",
    "impact_lines",
    "single_points_document",
    "single_points_lines",
]
