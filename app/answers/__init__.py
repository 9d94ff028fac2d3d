"""Answers as whole documents, for doors that take no GraphQL: the same input, the same answer."""

from app.answers.alarms import (
    FIRST_ALARMS,
    AcknowledgementBody,
    AlarmAnswer,
    AlarmOf,
    AlarmsAnswer,
    AlarmsDone,
    ShelvingBody,
    UnshelvingBody,
    acknowledged_document,
    alarm_document,
    alarms_document,
    shelved_document,
    unshelved_document,
)
from app.answers.bodies import ImpactAnswer, ImpactBody, ImpactLine, place_of
from app.answers.comparison import comparison_document, comparison_lines
from app.answers.comparison_bodies import ComparisonAnswer, ComparisonBody, ComparisonLine
from app.answers.criticality import (
    CriticalityAnswer,
    CriticalityProgress,
    criticality_document,
    criticality_lines,
    progress_document,
)
from app.answers.executing import Document
from app.answers.impact import FIRST, impact_document, impact_lines
from app.answers.lines import CriticalityLine, CutSetLine, RootCauseLine, SinglePointLine
from app.answers.maintenance import FIRST_COMBINATIONS, MaintenanceAnswer, MaintenanceBody, maintenance_document
from app.answers.reliability import (
    FIRST_FOUND,
    CutSetsAnswer,
    SinglePointsAnswer,
    cut_sets_document,
    single_points_document,
)
from app.answers.reliability_lines import cut_sets_lines, single_points_lines
from app.answers.root_cause import root_cause_document, root_cause_lines
from app.answers.root_cause_bodies import RootCauseAnswer, RootCauseBody

__all__ = [
    "FIRST",
    "FIRST_ALARMS",
    "FIRST_COMBINATIONS",
    "FIRST_FOUND",
    "AcknowledgementBody",
    "AlarmAnswer",
    "AlarmOf",
    "AlarmsAnswer",
    "AlarmsDone",
    "ComparisonAnswer",
    "ComparisonBody",
    "ComparisonLine",
    "CriticalityAnswer",
    "CriticalityLine",
    "CriticalityProgress",
    "CutSetLine",
    "CutSetsAnswer",
    "Document",
    "ImpactAnswer",
    "ImpactBody",
    "ImpactLine",
    "MaintenanceAnswer",
    "MaintenanceBody",
    "RootCauseAnswer",
    "RootCauseBody",
    "RootCauseLine",
    "ShelvingBody",
    "SinglePointLine",
    "SinglePointsAnswer",
    "UnshelvingBody",
    "acknowledged_document",
    "alarm_document",
    "alarms_document",
    "comparison_document",
    "comparison_lines",
    "criticality_document",
    "criticality_lines",
    "cut_sets_document",
    "cut_sets_lines",
    "impact_document",
    "impact_lines",
    "maintenance_document",
    "place_of",
    "progress_document",
    "root_cause_document",
    "root_cause_lines",
    "shelved_document",
    "single_points_document",
    "single_points_lines",
    "unshelved_document",
]
