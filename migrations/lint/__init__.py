"""Lint: coded rules that versions and ontology are held to before anybody applies them."""

from migrations.lint.breaking import PHRASES, Break, BreakKind, breaks
from migrations.lint.findings import Finding
from migrations.lint.inspection import lint
from migrations.lint.rules import RULES, Level, Rule

__all__ = ["PHRASES", "RULES", "Break", "BreakKind", "Finding", "Level", "Rule", "breaks", "lint"]
