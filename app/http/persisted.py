"""Operations that are sent by the id of their document: registered ones, and those that clients register on the way.

`documentId` is that of GraphQL over HTTP, `extensions.persistedQuery` Apollo's. Where documents are trusted, nothing
else is executed; else a client may send a hash first and the text only where it isn't known yet (APQ).
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Protocol

from app.http.asked import GraphQLRequest
from app.http.errors import (
    DocumentHashWrong,
    DocumentUnknown,
    DocumentUntrusted,
    PersistedQueryNotFound,
    PersistedQueryNotSupported,
)
from graph.documents import HASH_PREFIX

KEPT: Final = 10_000
KEPT_SECONDS: Final = 30.0
"""How long a registered document is remembered: for so long it goes on after it was removed."""

LONGEST_KEPT: Final = 16_384
"""Characters of a document that a client may register on the way."""


class RegisteredDocuments(Protocol):
    """Finds registered documents, as `graph.documents.DocumentStore` does."""

    async def find(self, document_id: str) -> str | None:
        """Return the text of a document, or None."""
        ...


class NoDocuments:
    """Nothing is registered."""

    async def find(self, document_id: str) -> str | None:  # noqa: ARG002 - whatever it is
        """Return None."""
        return None


@dataclass(frozen=True, slots=True)
class _Kept:
    text: str
    until: float


class PersistedDocuments:
    """Turns ids into documents. `trusted`: registered ones alone; `most`: how many clients may register on the way."""

    def __init__(
        self,
        registered: RegisteredDocuments,
        *,
        trusted: bool = False,
        most: int = 1_000,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._registered = registered
        self._trusted = trusted
        self._most = 0 if trusted else most
        self._seconds = seconds
        self._found: OrderedDict[str, _Kept] = OrderedDict()
        self._told: OrderedDict[str, str] = OrderedDict()

    async def resolved(self, asked: GraphQLRequest) -> GraphQLRequest:
        """Return the request with its document.

        Raises DocumentUnknown, DocumentUntrusted, PersistedQueryNotFound, PersistedQueryNotSupported,
        DocumentHashWrong.
        """
        if asked.document_id is not None:
            text = await self._find(asked.document_id.removeprefix(HASH_PREFIX))
            if text is None:
                raise _unknown(asked.document_id)
            return replace(asked, query=text)
        if asked.persisted_hash is not None:
            return replace(asked, query=await self._by_hash(asked.query, asked.persisted_hash))
        if self._trusted:
            raise DocumentUntrusted(
                "Only registered documents are executed here",
                place="query",
                expected="`documentId` instead of `query`",
                hint="Register the consumer's documents with `twin documents register`",
            )
        return asked

    async def _by_hash(self, query: str, hashed: str) -> str:
        if query:
            return self._learned(query, hashed)
        told = self._told.get(hashed)
        if told is not None:
            self._told.move_to_end(hashed)
            return told
        found = await self._find(hashed)
        if found is not None:
            return found
        if self._most:
            raise PersistedQueryNotFound("PersistedQueryNotFound", place="extensions.persistedQuery.sha256Hash")
        raise PersistedQueryNotSupported("PersistedQueryNotSupported", place="extensions.persistedQuery")

    def _learned(self, query: str, hashed: str) -> str:
        if not self._most:
            raise PersistedQueryNotSupported("PersistedQueryNotSupported", place="extensions.persistedQuery")
        actual = hashlib.sha256(query.encode()).hexdigest()
        if actual != hashed:
            raise DocumentHashWrong(
                "The hash is not that of the document",
                place="extensions.persistedQuery.sha256Hash",
                expected=actual,
                actual=hashed[:80],
            )
        if len(query) <= LONGEST_KEPT:
            self._told[hashed] = query
            self._told.move_to_end(hashed)
            if len(self._told) > self._most:
                self._told.popitem(last=False)
        return query

    async def _find(self, document_id: str) -> str | None:
        now = self._seconds()
        kept = self._found.get(document_id)
        if kept is not None and kept.until > now:
            self._found.move_to_end(document_id)
            return kept.text
        text = await self._registered.find(document_id)
        if text is None:
            self._found.pop(document_id, None)
            return None
        self._found[document_id] = _Kept(text, now + KEPT_SECONDS)
        if len(self._found) > KEPT:
            self._found.popitem(last=False)
        return text


def _unknown(document_id: str) -> DocumentUnknown:
    return DocumentUnknown(
        "No document is registered under this id",
        place="documentId",
        actual=document_id[:80],
        hint="`twin documents register` registers a manifest, `twin documents list` shows what is registered",
    )
