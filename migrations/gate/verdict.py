"""What an interface says of a migration: how it changes, and whose operations would break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from graph.ontology.model import Json, Ontology
from migrations.gate.consumers import Consumer


class ChangeLevel(StrEnum):
    """What a change of an interface does to those who use it."""

    BREAKING = "BREAKING"
    DANGEROUS = "DANGEROUS"
    SAFE = "SAFE"


@dataclass(frozen=True, slots=True, kw_only=True)
class InterfaceChange:
    """One change of an interface; `element` is what changes, as consumers call it (`Pump.ratedFlow`)."""

    level: ChangeLevel
    element: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """An operation that was seen in use: by whom (the name of a token), how often, and when last.

    `document` is the SHA-256 of its document's text, `fields` what it asked for, `names` what it named of the ontology
    in texts; with `more` it may have named more.
    """

    consumer: str
    tenant: str
    document: str
    operation: str
    count: int
    last: date
    fields: tuple[str, ...]
    names: tuple[str, ...] = ()
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation of a consumer: `document` is the id it is registered under, or the SHA-256 of one that is not.

    `uses` and `last_used` are None and 0 where it was not seen in the window.
    """

    consumer: str
    owner: str
    contact: str
    operation: str
    document: str
    registered: bool
    uses: int = 0
    last_used: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenOperation:
    """An operation that works now and would not afterwards, or may not, and why."""

    operation: Operation
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How an interface changes by a migration.

    `stale` are registered operations that don't work now either: the migration does not break them. `unseen` are those
    of which nobody can say it: variables pass names of the ontology, and nobody saw which. `looked_at` is how many
    operations were judged.
    """

    changes: tuple[InterfaceChange, ...] = ()
    broken: tuple[BrokenOperation, ...] = ()
    stale: tuple[BrokenOperation, ...] = ()
    unseen: tuple[BrokenOperation, ...] = ()
    looked_at: int = 0

    def of(self, level: ChangeLevel) -> tuple[InterfaceChange, ...]:
        """Changes of a level."""
        return tuple(each for each in self.changes if each.level is level)


class Interface(Protocol):
    """A door whose shape follows the ontology, and which knows what operations need of it."""

    def judge(self, before: Ontology, after: Ontology, consumers: Sequence[Consumer], uses: Sequence[Use]) -> Verdict:
        """Return how it changes from one ontology to the other, and which operations break. May take seconds."""
        ...


class Judge(Protocol):
    """Who knows the consumers of an interface, and says what a migration does to them."""

    async def verdict(self, before: Ontology, after: Ontology) -> Verdict:
        """Return how the interface changes from one ontology to the other, and which operations break."""
        ...


def shown(verdict: Verdict) -> dict[str, Json]:
    """Return a verdict under the names it has in JSON."""
    return {
        "breaking": [_change(each) for each in verdict.of(ChangeLevel.BREAKING)],
        "dangerous": [_change(each) for each in verdict.of(ChangeLevel.DANGEROUS)],
        "safe": [_change(each) for each in verdict.of(ChangeLevel.SAFE)],
        "operations": verdict.looked_at,
        "broken": [broken_document(each) for each in verdict.broken],
        "stale": [broken_document(each) for each in verdict.stale],
        "unseen": [broken_document(each) for each in verdict.unseen],
    }


def _change(change: InterfaceChange) -> Json:
    return {"element": change.element, "change": change.says}


def broken_document(each: BrokenOperation) -> dict[str, Json]:
    """Return an operation that breaks as JSON: whose it is, how much it is used, and why."""
    found = each.operation
    return {
        "consumer": found.consumer,
        "owner": found.owner,
        "contact": found.contact,
        "operation": found.operation,
        "document": found.document,
        "registered": found.registered,
        "uses": found.uses,
        "lastUsed": None if found.last_used is None else found.last_used.isoformat(),
        "reasons": list(each.reasons),
    }
