"""Steps over data: page by page, each page in a transaction with its cursor."""

from migrations.steps.computing import Compute, refuse_unreadable, tried
from migrations.steps.conversions import unconvertible
from migrations.steps.data_steps import Cursor, DataStep, Follow, Lead, Page, Turn, operation_of, size_of, steps_rules
from migrations.steps.hindrances import hindrances
from migrations.steps.labels import follow_labels
from migrations.steps.lists import apart_from_returns, erasing, filling, given, leading, left_by, returning, taking_back
from migrations.steps.restoring import Restore
from migrations.steps.steps import AnyStep, left_of, page_of, ready_for
from migrations.steps.verification import Breach, breaches, refuse, verify_data

__all__ = [
    "AnyStep",
    "Breach",
    "Compute",
    "Cursor",
    "DataStep",
    "Follow",
    "Lead",
    "Page",
    "Restore",
    "Turn",
    "apart_from_returns",
    "breaches",
    "erasing",
    "filling",
    "follow_labels",
    "given",
    "hindrances",
    "leading",
    "left_by",
    "left_of",
    "operation_of",
    "page_of",
    "ready_for",
    "refuse",
    "refuse_unreadable",
    "returning",
    "size_of",
    "steps_rules",
    "taking_back",
    "tried",
    "unconvertible",
    "verify_data",
]
