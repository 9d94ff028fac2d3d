"""Root causes: which failures explain what is seen to suffer. The model, on forecasts of impact."""

from __future__ import annotations

from graph.rootcause.analysis import BUDGET, find_root_causes
from graph.rootcause.answer import Candidate, RootCauses
from graph.rootcause.array_forecast import ArrayForecast
from graph.rootcause.errors import SymptomsInvalid
from graph.rootcause.evidence import evidence, is_own_failure, own_failure
from graph.rootcause.forecast import Forecast, Margin, Outcome, Promise, Reach, TopologyForecast
from graph.rootcause.outcomes import Budget
from graph.rootcause.question import Noise, RootCauseQuestion, Symptom
from graph.rootcause.search import USUAL

__all__ = [
    "BUDGET",
    "USUAL",
    "ArrayForecast",
    "Budget",
    "Candidate",
    "Forecast",
    "Margin",
    "Noise",
    "Outcome",
    "Promise",
    "Reach",
    "RootCauseQuestion",
    "RootCauses",
    "Symptom",
    "SymptomsInvalid",
    "TopologyForecast",
    "evidence",
    "find_root_causes",
    "is_own_failure",
    "own_failure",
]
