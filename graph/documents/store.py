"""Registered documents in the database. They belong to it as a whole: one ontology serves all its tenants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from graph.clock import Clock, epoch_millis, from_epoch_millis
from graph.database import Database, WriteUnit
from graph.documents.errors import DocumentClash, UnknownConsumer
from graph.documents.manifest import Manifest
from graph.errors import ValueInvalid
from queries import named

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """Who uses the interface, who answers for it, and its documents by id."""

    name: str
    owner: str
    contact: str
    registered: datetime
    documents: Mapping[str, str]


class DocumentStore:
    """Registers, finds and forgets documents."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def register(self, manifest: Manifest, *, consumer: str, owner: str, contact: str) -> int:
        """Register the documents of a consumer beside those it has, and return how many are new to it.

        Older ones stay, for older builds of the consumer still send them. Raises ValueInvalid for an empty name, owner
        or contact, and DocumentClash where an id stands for another text already; then nothing is registered.
        """
        for what, text in (("consumer", consumer), ("owner", owner), ("contact", contact)):
            if not text.strip() or not text.isprintable() or len(text) > 200:
                raise ValueInvalid(
                    f"A consumer needs a name, an owner and a contact: {what} is none",
                    place=what,
                    expected="printable text of at most 200 characters",
                    actual=repr(text[:80]),
                )
        documents = [[name, text] for name, text in manifest.documents.items()]
        now = epoch_millis(self._clock.now())

        async def work(unit: WriteUnit) -> int:
            added = 0
            await unit.write(
                named("documents/set_consumer"), {"name": consumer, "owner": owner, "contact": contact, "now": now}
            )
            for start in range(0, len(documents), _AT_ONCE):
                some = documents[start : start + _AT_ONCE]
                _refuse_clashes((await unit.rows(named("documents/find_clashes"), {"documents": some}))[0][0])
                values = {"consumer": consumer, "documents": some, "now": now}
                added += (await unit.write(named("documents/set_documents"), values))[0][0]
            return added

        return await self._database.write(None, work)

    async def find(self, document_id: str) -> str | None:
        """Return the text of a document, or None."""
        rows = await self._database.rows(None, named("documents/find_document"), {"id": document_id})
        return rows[0][0] if rows else None

    async def consumers(self) -> tuple[Consumer, ...]:
        """Return all consumers by name."""
        rows = await self._database.rows(None, named("documents/list_consumers"))
        return tuple(
            Consumer(
                name=name,
                owner=owner,
                contact=contact,
                registered=from_epoch_millis(registered),
                documents=dict(documents),
            )
            for name, owner, contact, registered, documents in rows
        )

    async def remove(self, consumer: str, ids: Sequence[str] = ()) -> int:
        """Forget documents of a consumer, or without `ids` all of them and the consumer itself; return how many.

        Raises UnknownConsumer.
        """

        async def work(unit: WriteUnit) -> int | None:
            values = {"consumer": consumer, "ids": list(ids)}
            removed = cast("int", (await unit.write(named("documents/delete_documents"), values))[0][0])
            if ids:
                return removed
            known = (await unit.write(named("documents/delete_consumer"), {"name": consumer}))[0][0]
            return removed if known else None

        removed = await self._database.write(None, work)
        if removed is None:
            raise UnknownConsumer(
                "There is no such consumer", actual=repr(consumer[:80]), hint="`twin documents list` shows all"
            )
        return removed


def _refuse_clashes(rows: list[tuple[str, list[str]]]) -> None:
    if rows:
        name, consumers = rows[0]
        raise DocumentClash(
            f"{len(rows)} ids stand for other texts already, the first is {name}",
            actual=f"registered by {', '.join(consumers)}",
            hint="Ids are hashes of their text: build the manifest with the same hash as the others",
        )
