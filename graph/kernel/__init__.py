"""The kernel: impact on arrays, compiled. It answers as `graph.impact` does, at the size of whole estates."""

from __future__ import annotations

from graph.kernel.answer import ArrayAnswer
from graph.kernel.build import Columns
from graph.kernel.encoding import Texts, encode
from graph.kernel.evaluator import ArrayEvaluator
from graph.kernel.ids import Ids
from graph.kernel.supplies import Supplies, SupplyType, assemble

__all__ = ["ArrayAnswer", "ArrayEvaluator", "Columns", "Ids", "Supplies", "SupplyType", "Texts", "assemble", "encode"]
