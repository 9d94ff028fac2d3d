"""The gate: no consumer's operation breaks unseen. Who judges interfaces is handed in; this floor knows none."""

from migrations.gate.consumers import FILE, Consumer, load_consumers, operations_schema
from migrations.gate.gate import WINDOW_DAYS, Force, Gate
from migrations.gate.verdict import (
    BrokenOperation,
    ChangeLevel,
    Interface,
    InterfaceChange,
    Judge,
    Operation,
    Use,
    Verdict,
    broken_document,
    shown,
)

__all__ = [
    "FILE",
    "WINDOW_DAYS",
    "BrokenOperation",
    "ChangeLevel",
    "Consumer",
    "Force",
    "Gate",
    "Interface",
    "InterfaceChange",
    "Judge",
    "Operation",
    "Use",
    "Verdict",
    "broken_document",
    "load_consumers",
    "operations_schema",
    "shown",
]
