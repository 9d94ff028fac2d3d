"""Analyses: questions about impact answered on the newest snapshot, kept for as long as someone pages through them."""

from graph.analysis.analysis import Analysis
from graph.analysis.comparison import Comparison, ComparisonService, SideName
from graph.analysis.criticality import Critical, CriticalityService, CriticalPage, Ranking
from graph.analysis.cut_sets import CutSetAnalysis, CutSetRequest, CutSetService
from graph.analysis.difference import Change, Difference, DifferenceList, Standing
from graph.analysis.errors import BaselineUnavailable, CursorExpired, PropertiesInvalid, StillCounting, TooManyAnalyses
from graph.analysis.evaluators import Evaluators
from graph.analysis.keyset import IdPage, id_page
from graph.analysis.maintenance import (
    LoweredAsset,
    MaintenanceAnalysis,
    MaintenanceRequest,
    MaintenanceService,
    WorkImpact,
)
from graph.analysis.page import ListOf, Page, Slice, check_first, page_of, pinned_analysis
from graph.analysis.places import within
from graph.analysis.request import ImpactRequest, NewRelationship
from graph.analysis.root_causes import RootCauseAnalysis, RootCauseService
from graph.analysis.service import ImpactService
from graph.analysis.single_points import SinglePoints, SinglePointService

__all__ = [
    "Analysis",
    "BaselineUnavailable",
    "Change",
    "Comparison",
    "ComparisonService",
    "Critical",
    "CriticalPage",
    "CriticalityService",
    "CursorExpired",
    "CutSetAnalysis",
    "CutSetRequest",
    "CutSetService",
    "Difference",
    "DifferenceList",
    "Evaluators",
    "IdPage",
    "ImpactRequest",
    "ImpactService",
    "ListOf",
    "LoweredAsset",
    "MaintenanceAnalysis",
    "MaintenanceRequest",
    "MaintenanceService",
    "NewRelationship",
    "Page",
    "PropertiesInvalid",
    "Ranking",
    "RootCauseAnalysis",
    "RootCauseService",
    "SideName",
    "SinglePointService",
    "SinglePoints",
    "Slice",
    "Standing",
    "StillCounting",
    "TooManyAnalyses",
    "WorkImpact",
    "check_first",
    "id_page",
    "page_of",
    "pinned_analysis",
    "within",
]
