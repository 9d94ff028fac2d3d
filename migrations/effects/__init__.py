"""What versions mean: the ontology they lead to, and what they ask of data and do to labels."""

from migrations.effects.askers import asked_by
from migrations.effects.demands import Demand, Rule, demands
from migrations.effects.keeping import (
    KEPT_AS,
    Keeping,
    Meaning,
    Memory,
    begun_anew,
    keepings,
    key_of,
    meaning_of,
    name_of_its_own,
)
from migrations.effects.promotion_checks import other_end, outwards
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
from migrations.effects.within import enums_within, said_within

__all__ = [
    "AS_THEY_ARE",
    "BACKWARDS",
    "KEPT_AS",
    "Demand",
    "GiveLabel",
    "Keeping",
    "LabelStep",
    "Meaning",
    "Memory",
    "Reach",
    "Relabelling",
    "Rule",
    "TakeLabel",
    "asked_by",
    "begun_anew",
    "changes",
    "demands",
    "enums_within",
    "heirs_of",
    "keepings",
    "key_of",
    "meaning_of",
    "name_of_its_own",
    "other_end",
    "outwards",
    "own_fault",
    "relabelling",
    "replay",
    "replay_to",
    "replayed",
    "require",
    "said_within",
    "unfolded",
    "unmet",
    "verify",
]
