"""What the fixpoints need of a representation of failures, whichever it is.

A failure is a function of which events have failed that can only become true by more of them (it is monotone). Two
representations: decision diagrams (`diagrams.py`), exact, and families of small cut sets (`families.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

F = TypeVar("F")


class Algebra(Protocol[F]):
    """Monotone failures that are equal if and only if they compare equal. All raise Spent."""

    @property
    def never(self) -> F:
        """What no failure brings about."""
        ...

    @property
    def always(self) -> F:
        """What is so without any failure."""
        ...

    def failed(self, variable: int) -> F:
        """The failure of one event."""
        ...

    def any_of(self, failures: Sequence[F]) -> F:
        """At least one of them."""
        ...

    def at_least(self, count: int, failures: Sequence[F]) -> F:
        """At least `count` of them; one given twice counts twice."""
        ...
