"""Writing: change sets against the ontology and what is there, all or nothing, under one revision each."""

from graph.changes.engine import apply_in
from graph.changes.errors import OntologyChanged, TooManyWaiting, WritingStopped
from graph.changes.group import Waiting
from graph.changes.model import (
    Change,
    ChangeSet,
    DeleteAsset,
    DeleteRelationship,
    ExternalId,
    Presence,
    Receipt,
    UpsertAsset,
    UpsertRelationship,
)
from graph.changes.request import Checks, Limits, Outcome, Request
from graph.changes.rules import Rulebook, rulebook
from graph.changes.service import ChangeService

__all__ = [
    "Change",
    "ChangeService",
    "ChangeSet",
    "Checks",
    "DeleteAsset",
    "DeleteRelationship",
    "ExternalId",
    "Limits",
    "OntologyChanged",
    "Outcome",
    "Presence",
    "Receipt",
    "Request",
    "Rulebook",
    "TooManyWaiting",
    "UpsertAsset",
    "UpsertRelationship",
    "Waiting",
    "WritingStopped",
    "apply_in",
    "rulebook",
]
