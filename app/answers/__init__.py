"""Answers as whole documents, for doors that take no GraphQL: the same input, the same answer."""

from app.answers.bodies import ImpactAnswer, ImpactBody, ImpactLine
from app.answers.impact import FIRST, impact_document, impact_lines
from app.answers.root_cause import root_cause_document
from app.answers.root_cause_bodies import RootCauseAnswer, RootCauseBody

__all__ = [
    "FIRST",
    "ImpactAnswer",
    "ImpactBody",
    "ImpactLine",
    "RootCauseAnswer",
    "RootCauseBody",
    "impact_document",
    "impact_lines",
    "root_cause_document",
]
