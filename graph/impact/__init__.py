"""Impact: what a failure does. The model, and the plain evaluator that every faster one is judged by."""

from __future__ import annotations

from graph.impact.answer import Answer, ImpactedAsset
from graph.impact.bounds import EXACTLY_DOWN, EXACTLY_FULL, UNKNOWN, Bounds, Level, level_of
from graph.impact.check import replay
from graph.impact.errors import Ambiguous, BudgetSpent, GroupDisagrees, QuestionInvalid, UnknownRelationship
from graph.impact.evaluator import Evaluator, evaluate
from graph.impact.proof import Evidence, Proof, ProofMember, ProofStep
from graph.impact.quantity import DOWN, FULL, Operability, loss, operability, share, thousandths
from graph.impact.question import AddedRelationship, Baseline, Failure, Question
from graph.impact.supply import Combine, Direction, Kind, RelationshipId, Supply, SupplyRef, Terms, supplies_of, terms
from graph.impact.topology import Group, GroupId, Topology, build_topology

__all__ = [
    "DOWN",
    "EXACTLY_DOWN",
    "EXACTLY_FULL",
    "FULL",
    "UNKNOWN",
    "AddedRelationship",
    "Ambiguous",
    "Answer",
    "Baseline",
    "Bounds",
    "BudgetSpent",
    "Combine",
    "Direction",
    "Evaluator",
    "Evidence",
    "Failure",
    "Group",
    "GroupDisagrees",
    "GroupId",
    "ImpactedAsset",
    "Kind",
    "Level",
    "Operability",
    "Proof",
    "ProofMember",
    "ProofStep",
    "Question",
    "QuestionInvalid",
    "RelationshipId",
    "Supply",
    "SupplyRef",
    "Terms",
    "Topology",
    "UnknownRelationship",
    "build_topology",
    "evaluate",
    "level_of",
    "loss",
    "operability",
    "replay",
    "share",
    "supplies_of",
    "terms",
    "thousandths",
]
