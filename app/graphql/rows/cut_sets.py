"""Rows of an answer about cut sets, with exactly what is asked for of it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from app.graphql.rows.gathering import AssetGatherer
from app.graphql.selection import Asked
from graph.analysis import CutSetAnalysis, check_first
from graph.cutsets import Between, Cut, Importance
from graph.ontology.model import Json
from graph.reading import Row

FIRST: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class CutSetRows:
    """Makes the rows of one analysis."""

    analysis: CutSetAnalysis
    assets: AssetGatherer

    def row(self, fields: Sequence[Asked]) -> Row:
        """The row of the analysis itself. Raises LimitExceeded or ValueInvalid for the length of a list."""
        return {asked.key: self._value(asked) for asked in fields}

    def _value(self, asked: Asked) -> Json:
        found = self.analysis.found
        match asked.name:
            case "revision":
                return self.analysis.revision
            case "count":
                return None if found.count is None else str(found.count)
            case "cutSets":
                return [[self.assets.row(each, asked.fields) for each in cut_set] for cut_set in found.cut_sets]
            case "completeToOrder":
                return found.complete_to
            case "probability":
                return found.probability
            case "probabilityBounds":
                return None if found.bounds is None else _bounds(found.bounds, asked)
            case "importance":
                first = check_first(_first(asked))
                return [self._importance(each, asked.fields) for each in found.importance[:first]]
            case "truncated":
                return None if found.truncated is None else _truncation(found.truncated, asked)
            case name:
                raise AssertionError(f"CutSetAnalysis has no field {name}")

    def _importance(self, each: Importance, fields: Sequence[Asked]) -> Row:
        return {asked.key: self._measure(each, asked) for asked in fields}

    def _measure(self, each: Importance, asked: Asked) -> Json:
        match asked.name:
            case "asset":
                return self.assets.row(each.event, asked.fields)
            case "birnbaum":
                return each.birnbaum
            case "fussellVesely":
                return each.fussell_vesely
            case "riskAchievementWorth":
                return finite(each.risk_achievement_worth)
            case _:
                return finite(each.risk_reduction_worth)


def finite(value: float) -> float:
    """A number that JSON has: the largest float for infinity, as the schema says."""
    return min(value, sys.float_info.max)


def _bounds(found: Between, asked: Asked) -> Row:
    return {each.key: found.lower if each.name == "lower" else found.upper for each in asked.fields}


def _truncation(cut: Cut, asked: Asked) -> Row:
    told: Row = {"reason": f"{cut.phase}_{cut.reason}", "limit": int(cut.limit), "after": None}
    return {each.name: told[each.name] for each in asked.fields}


def _first(asked: Asked) -> int:
    first = asked.arguments.get("first")
    return FIRST if first is None else cast("int", first)
