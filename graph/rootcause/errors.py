"""Refusals of root cause analysis.

InvalidInput
└── SymptomsInvalid    symptoms that contradict themselves, or what is said to be healthy
"""

from __future__ import annotations

from graph.errors import InvalidInput


class SymptomsInvalid(InvalidInput):
    """Symptoms that contradict themselves, or what is said to be healthy."""

    code = "SYMPTOMS_INVALID"
