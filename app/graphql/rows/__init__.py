"""Rows of answers: plain dicts, with exactly what is asked for."""

from app.graphql.rows.alarms import AlarmRows
from app.graphql.rows.asset_pages import asset_connection
from app.graphql.rows.comparison import ComparisonRows
from app.graphql.rows.criticality import CriticalityRows, progress_row
from app.graphql.rows.cut_sets import CutSetRows, finite
from app.graphql.rows.gathering import AssetGatherer
from app.graphql.rows.impact import ImpactRows, pinned
from app.graphql.rows.maintenance import MaintenanceRows
from app.graphql.rows.migrations import plan_row, run_row
from app.graphql.rows.ontology import OntologyRows, migration_row
from app.graphql.rows.pages import place_row
from app.graphql.rows.root_cause import RootCauseRows
from app.graphql.rows.rows import answer_with_rows, pick_by_key, pick_by_name, pick_by_own_key, pick_if_there
from app.graphql.rows.states import StateChangeRows

__all__ = [
    "AlarmRows",
    "AssetGatherer",
    "ComparisonRows",
    "CriticalityRows",
    "CutSetRows",
    "ImpactRows",
    "MaintenanceRows",
    "OntologyRows",
    "RootCauseRows",
    "StateChangeRows",
    "answer_with_rows",
    "asset_connection",
    "finite",
    "migration_row",
    "pick_by_key",
    "pick_by_name",
    "pick_by_own_key",
    "pick_if_there",
    "pinned",
    "place_row",
    "plan_row",
    "progress_row",
    "run_row",
]
