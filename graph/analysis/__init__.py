"""Analyses: questions about impact answered on the newest snapshot, kept for as long as someone pages through them."""

from graph.analysis.analysis import Analysis
from graph.analysis.errors import BaselineUnavailable, CursorExpired, PropertiesInvalid, TooManyAnalyses
from graph.analysis.evaluators import Evaluators
from graph.analysis.page import ListOf, Page, check_first, page_of, pinned_analysis
from graph.analysis.request import ImpactRequest, NewRelationship
from graph.analysis.root_causes import RootCauseAnalysis, RootCauseService
from graph.analysis.service import ImpactService

__all__ = [
    "Analysis",
    "BaselineUnavailable",
    "CursorExpired",
    "Evaluators",
    "ImpactRequest",
    "ImpactService",
    "ListOf",
    "NewRelationship",
    "Page",
    "PropertiesInvalid",
    "RootCauseAnalysis",
    "RootCauseService",
    "TooManyAnalyses",
    "check_first",
    "page_of",
    "pinned_analysis",
]
