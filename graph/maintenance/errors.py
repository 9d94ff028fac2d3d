"""Why planned works were not checked, beside an asset that isn't there.

InvalidInput
└── WorksInvalid             a work without assets, with a window that ends before it starts, or named like another
    └── ManyWorksInvalid     the same, for several problems at once
"""

from __future__ import annotations

from graph.errors import InvalidInput, ManyProblems


class WorksInvalid(InvalidInput):
    """Planned works that contradict themselves or each other."""

    code = "WORKS_INVALID"


class ManyWorksInvalid(ManyProblems, WorksInvalid):
    """The same, for several problems at once."""
