"""Analyses: questions about impact answered on the newest snapshot, kept for as long as someone pages through them."""

from graph.analysis.analysis import Analysis
from graph.analysis.criticality import Critical, CriticalityService, CriticalPage, Ranking
from graph.analysis.cut_sets import CutSetAnalysis, CutSetRequest, CutSetService
from graph.analysis.errors import BaselineUnavailable, CursorExpired, PropertiesInvalid, StillCounting, TooManyAnalyses
from graph.analysis.keyset import IdPage, id_page
from graph.analysis.live import LiveState, StateProvider
from graph.analysis.page import ListOf, Page, Slice, check_first, page_of, pinned_analysis
from graph.analysis.request import ImpactRequest, NewRelationship
from graph.analysis.root_causes import RootCauseAnalysis, RootCauseService
from graph.analysis.service import ImpactService
from graph.analysis.single_points import SinglePoints, SinglePointService
from graph.snapshot import Evaluators

__all__ = [
    "Analysis",
    "BaselineUnavailable",
    "Critical",
    "CriticalPage",
    "CriticalityService",
    "CursorExpired",
    "CutSetAnalysis",
    "CutSetRequest",
    "CutSetService",
    "Evaluators",
    "IdPage",
    "ImpactRequest",
    "ImpactService",
    "ListOf",
    "LiveState",
    "NewRelationship",
    "Page",
    "PropertiesInvalid",
    "Ranking",
    "RootCauseAnalysis",
    "RootCauseService",
    "SinglePointService",
    "SinglePoints",
    "Slice",
    "StateProvider",
    "StillCounting",
    "TooManyAnalyses",
    "check_first",
    "id_page",
    "page_of",
    "pinned_analysis",
]
