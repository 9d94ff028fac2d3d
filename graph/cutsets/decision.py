"""A decision diagram in plain arrays, for walks that need no new nodes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

NEVER: Final = 0
ALWAYS: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Nodes 0 (NEVER), 1 (ALWAYS), then inner ones, each after its children; `root` may be any.

    Node i asks whether event `variables[i]` has failed and goes on at `high[i]` if so, else at `low[i]`; variables rise
    along every path. Those of the two ends are the number of variables.
    """

    variables: Sequence[int]
    high: Sequence[int]
    low: Sequence[int]
    root: int

    @property
    def inner(self) -> range:
        """The inner nodes, children first."""
        return range(2, len(self.variables))

    @property
    def support(self) -> list[int]:
        """The variables that it asks for, rising: for a monotone failure, those of some minimal cut set."""
        return sorted({self.variables[at] for at in self.inner})
