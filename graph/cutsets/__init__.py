"""Minimal cut sets: what must fail together to bring a target down, how probable that is, and what matters most."""

from __future__ import annotations

from graph.cutsets.analysis import minimal_cut_sets
from graph.cutsets.answer import Between, CutSets, Importance
from graph.cutsets.budget import Budget, Cut, Phase, Reason
from graph.cutsets.errors import TargetAmongEvents
from graph.cutsets.question import CutSetQuestion

__all__ = [
    "Between",
    "Budget",
    "Cut",
    "CutSetQuestion",
    "CutSets",
    "Importance",
    "Phase",
    "Reason",
    "TargetAmongEvents",
    "minimal_cut_sets",
]
