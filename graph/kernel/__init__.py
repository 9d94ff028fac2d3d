"""The kernel: impact on arrays, compiled. It answers as `graph.impact` does, at the size of whole estates."""

from __future__ import annotations

from graph.kernel.answer import ArrayAnswer
from graph.kernel.build import Columns
from graph.kernel.containment import Containment, containment_of, count_within
from graph.kernel.criticality import Criticality, count_falls
from graph.kernel.encoding import decode, encode
from graph.kernel.evaluator import ArrayEvaluator, evaluator_of
from graph.kernel.ids import Ids
from graph.kernel.lists import IdList, Ranked
from graph.kernel.owns import OwnList
from graph.kernel.state import Baseline
from graph.kernel.supplies import LONGEST, Supplies, SupplyType, assemble, flows_of
from graph.kernel.texts import Texts
from graph.kernel.updating import Contradicted, Write, Written, joined_columns, room_for, supplies_in, written
from graph.kernel.upstream import upstream
from graph.kernel.warming import compile_first, warm

__all__ = [
    "LONGEST",
    "ArrayAnswer",
    "ArrayEvaluator",
    "Baseline",
    "Columns",
    "Containment",
    "Contradicted",
    "Criticality",
    "IdList",
    "Ids",
    "OwnList",
    "Ranked",
    "Supplies",
    "SupplyType",
    "Texts",
    "Write",
    "Written",
    "assemble",
    "compile_first",
    "containment_of",
    "count_falls",
    "count_within",
    "decode",
    "encode",
    "evaluator_of",
    "flows_of",
    "joined_columns",
    "room_for",
    "supplies_in",
    "upstream",
    "warm",
    "written",
]
