"""Answers as whole documents, for doors that take no GraphQL: the same input, the same answer."""

from app.answers.bodies import ImpactAnswer, ImpactBody, ImpactLine
from app.answers.impact import FIRST, impact_document, impact_lines

__all__ = ["FIRST", "ImpactAnswer", "ImpactBody", "ImpactLine", "impact_document", "impact_lines"]
