"""Execution: documents with their ceilings and costs, compiled completion, streams, errors."""

from app.graphql.execution.ceilings import LIMITS, OperationLimits, OverLimit
from app.graphql.execution.costs import check_cost, cost_of
from app.graphql.execution.documents import LONGEST_KEPT, Documents, Prepared, check_documents, is_kept
from app.graphql.execution.errors import INTERNAL, shown_error, shown_errors
from app.graphql.execution.executor import CompiledExecutor, Completions, executor_of
from app.graphql.execution.lasting import PASSING_FIELDS, gives_passing
from app.graphql.execution.shared_events import KEPT, SharedEvents
from app.graphql.execution.streams import Results, once, subscribed
from app.graphql.execution.used_fields import used_by

__all__ = [
    "INTERNAL",
    "KEPT",
    "LIMITS",
    "LONGEST_KEPT",
    "PASSING_FIELDS",
    "CompiledExecutor",
    "Completions",
    "Documents",
    "OperationLimits",
    "OverLimit",
    "Prepared",
    "Results",
    "SharedEvents",
    "check_cost",
    "check_documents",
    "cost_of",
    "executor_of",
    "gives_passing",
    "is_kept",
    "once",
    "shown_error",
    "shown_errors",
    "subscribed",
    "used_by",
]
