"""Analyses: questions about impact answered on the newest snapshot, kept for as long as someone pages through them."""

from graph.analysis.analysis import Analysis
from graph.analysis.comparison import Comparison, ComparisonService, SideName
from graph.analysis.criticality import CountProgress, CriticalityService
from graph.analysis.cut_sets import CutSetAnalysis, CutSetRequest, CutSetService
from graph.analysis.difference import Change, Difference, DifferenceList, Standing
from graph.analysis.errors import BaselineUnavailable, CursorExpired, PropertiesInvalid, StillCounting, TooManyAnalyses
from graph.analysis.keyset import IdPage, id_page
from graph.analysis.live import LiveState, StateProvider
from graph.analysis.maintenance import (
    LoweredAsset,
    MaintenanceAnalysis,
    MaintenanceRequest,
    MaintenanceService,
    WorkImpact,
)
from graph.analysis.page import ListOf, Page, Slice, check_first, page_of, pinned_analysis
from graph.analysis.places import within
from graph.analysis.ranking import Critical, CriticalPage, Ranking
from graph.analysis.request import ImpactRequest, NewRelationship
from graph.analysis.root_causes import RootCauseAnalysis, RootCauseService
from graph.analysis.service import ImpactService
from graph.analysis.single_points import SinglePoints, SinglePointService
from graph.analysis.tally import Pace, Progress, Tally
from graph.analysis.tally_files import TallyFiles, digest_of
from graph.snapshot import Evaluators

__all__ = [
    "Analysis",
    "BaselineUnavailable",
    "Change",
    "Comparison",
    "ComparisonService",
    "CountProgress",
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
    "LiveState",
    "LoweredAsset",
    "MaintenanceAnalysis",
    "MaintenanceRequest",
    "MaintenanceService",
    "NewRelationship",
    "Pace",
    "Page",
    "Progress",
    "PropertiesInvalid",
    "Ranking",
    "RootCauseAnalysis",
    "RootCauseService",
    "SideName",
    "SinglePointService",
    "SinglePoints",
    "Slice",
    "Standing",
    "StateProvider",
    "StillCounting",
    "Tally",
    "TallyFiles",
    "TooManyAnalyses",
    "WorkImpact",
    "check_first",
    "digest_of",
    "id_page",
    "page_of",
    "pinned_analysis",
    "within",
]
