"""What versions mean: the ontology they lead to, and what they ask of data and do to labels."""

from migrations.effects.demands import Demand, Rule, demands
from migrations.effects.reach import BACKWARDS, Reach
from migrations.effects.relabelling import (
    AS_THEY_ARE,
    GiveLabel,
    LabelStep,
    Relabelling,
    TakeLabel,
    heirs_of,
    relabelling,
)
from migrations.effects.replay import changes, replay, replay_to, replayed, unfolded, verify
from migrations.effects.requirements import own_fault, require, unmet

__all__ = [
    "AS_THEY_ARE",
    "BACKWARDS",
    "Demand",
    "GiveLabel",
    "LabelStep",
    "Reach",
    "Relabelling",
    "Rule",
    "TakeLabel",
    "changes",
    "demands",
    "heirs_of",
    "own_fault",
    "relabelling",
    "replay",
    "replay_to",
    "replayed",
    "require",
    "unfolded",
    "unmet",
    "verify",
]
