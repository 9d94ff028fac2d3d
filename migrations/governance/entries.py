"""The chain over the ledger: what was agreed, applied, completed, forced and corrected.

Each entry has the hash of the one before. Entries are appended and never changed: who changes one, or takes one out, is
seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

import rfc8785

from graph.database import ReadUnit, WriteUnit
from graph.ontology.model import Json
from queries import named


class EntryKind(StrEnum):
    """What an entry says."""

    SEALED = "SEALED"  # a version that was applied before there was a chain
    APPROVED = "APPROVED"
    APPLIED = "APPLIED"
    COMPLETED = "COMPLETED"
    FORCED = "FORCED"
    CORRECTED = "CORRECTED"
    ACKNOWLEDGED = "ACKNOWLEDGED"  # what was changed in the ledger is known
    ROLLED_BACK = "ROLLED_BACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """Something to be recorded of a version: who did it, and what else is to be known."""

    kind: EntryKind
    revision: str
    by: str
    facts: Mapping[str, Json] = field(default_factory=dict[str, Json])


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as it is recorded. `at` is in epoch milliseconds, `facts` RFC 8785 JSON; numbers count from 1.

    `hash` is over all of the rest, `previous` that of the entry before, empty of the first.
    """

    number: int
    kind: str
    revision: str
    at: int
    by: str
    facts: str
    previous: str
    hash: str

    @property
    def said(self) -> dict[str, Json]:
        """The facts; none where they can't be read."""
        try:
            found: object = json.loads(self.facts)
        except ValueError:
            return {}
        return cast("dict[str, Json]", found) if isinstance(found, dict) else {}

    @property
    def right_hash(self) -> str:
        """The hash that the entry should have."""
        content = {
            "number": self.number,
            "kind": self.kind,
            "revision": self.revision,
            "at": self.at,
            "by": self.by,
            "facts": self.facts,
            "previous": self.previous,
        }
        return f"sha256:{hashlib.sha256(rfc8785.dumps(content)).hexdigest()}"


def chained(new: NewEntry, *, at: int, number: int, previous: str) -> Entry:
    """Return `new` as the entry that follows the one before it."""
    facts = rfc8785.dumps(dict(new.facts)).decode()
    bare = Entry(
        number=number,
        kind=new.kind.value,
        revision=new.revision,
        at=at,
        by=new.by,
        facts=facts,
        previous=previous,
        hash="",
    )
    return Entry(
        number=number,
        kind=bare.kind,
        revision=bare.revision,
        at=at,
        by=bare.by,
        facts=facts,
        previous=previous,
        hash=bare.right_hash,
    )


async def append(unit: WriteUnit, *new: NewEntry, at: int) -> tuple[Entry, ...]:
    """Append entries within `unit`, and return them; nobody else appends before it commits."""
    if not new:
        return ()
    ((number, previous),) = await unit.write(named("migrations/lock_entries"))
    made: list[Entry] = []
    for each in new:
        entry = chained(each, at=at, number=number + 1, previous=previous)
        await unit.write(named("migrations/add_entry"), {"entry": _columns(entry)})
        made.append(entry)
        number, previous = entry.number, entry.hash
    return tuple(made)


async def read_entries(unit: ReadUnit) -> tuple[Entry, ...]:
    """Return the whole chain, oldest first."""
    return tuple(
        Entry(number=number, kind=kind, revision=revision, at=at, by=by, facts=facts, previous=previous, hash=digest)
        for number, kind, revision, at, by, facts, previous, digest in await unit.rows(named("migrations/list_entries"))
    )


def _columns(entry: Entry) -> dict[str, object]:
    return {
        "number": entry.number,
        "kind": entry.kind,
        "revision": entry.revision,
        "at": entry.at,
        "by": entry.by,
        "facts": entry.facts,
        "previous": entry.previous,
        "hash": entry.hash,
    }
