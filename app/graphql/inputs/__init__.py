"""The contract's inputs as values of the twin."""

from app.graphql.inputs.change_sets import applied, change_set, conflicting, problem_row, rejected
from app.graphql.inputs.filters import asset_filter, asset_order, measures_of
from app.graphql.inputs.given import given, given_texts
from app.graphql.inputs.questions import chance, impact_request
from app.graphql.inputs.suspicions import root_cause_question
from app.graphql.inputs.works import maintenance_request

__all__ = [
    "applied",
    "asset_filter",
    "asset_order",
    "chance",
    "change_set",
    "conflicting",
    "given",
    "given_texts",
    "impact_request",
    "maintenance_request",
    "measures_of",
    "problem_row",
    "rejected",
    "root_cause_question",
]
