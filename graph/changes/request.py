"""What the engine takes and gives back: a change set with who asks for it, and a receipt or a refusal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from graph.changes.model import ChangeSet, Receipt
from graph.errors import InvalidInput, Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Rules that only hold once everything has arrived; a bulk load defers them and checks the whole of it at its end.

    `minima`: minimum multiplicities. `groups`: members of a supply group agree.
    """

    minima: bool = True
    groups: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Ceilings of one change set: `changes` asked for, and `deleted` assets that a cascade may take along."""

    changes: int = 10_000
    deleted: int = 100_000


EVERYTHING = Checks()
LIMITS = Limits()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A change set and who asks for it. `actor` goes into the change record and owns the idempotency key."""

    actor: str
    change_set: ChangeSet
    checks: Checks = EVERYTHING


Outcome: TypeAlias = Receipt | Refused | InvalidInput
