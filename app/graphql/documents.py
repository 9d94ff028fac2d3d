"""Documents, parsed and validated once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

from graphql import DocumentNode, GraphQLError, GraphQLSchema, parse, validate

from app.graphql.ceilings import MOST_TOKENS, check_length, check_size
from graph.errors import LimitExceeded

KEPT: Final = 1_024
LONGEST_KEPT: Final = 16_384
"""Characters: longer documents are rare, and a parsed one takes hundreds of bytes a character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A document that may be executed, or what is wrong with it."""

    document: DocumentNode | None
    errors: list[GraphQLError]


class Documents:
    """Prepares documents for one schema, and keeps the last valid ones."""

    def __init__(self, schema: GraphQLSchema, *, kept: int = KEPT) -> None:
        self._schema = schema
        self._most = kept
        self._kept: OrderedDict[str, Prepared] = OrderedDict()

    async def prepare(self, query: str) -> Prepared:
        """The document of `query`. A new one is validated in a thread, for that may take long."""
        known = self._kept.get(query)
        if known is not None:
            self._kept.move_to_end(query)
            return known
        prepared = await asyncio.to_thread(self._prepared, query)
        if is_kept(query) and not prepared.errors:
            # Another request may have prepared the same meanwhile; selections are remembered for the one kept.
            prepared = self._kept.setdefault(query, prepared)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return prepared

    def _prepared(self, query: str) -> Prepared:
        try:
            check_length(query)
            document = parse(query, max_tokens=MOST_TOKENS)
            check_size(document)
        except GraphQLError as error:
            return Prepared(document=None, errors=[error])
        except LimitExceeded as error:
            return Prepared(document=None, errors=[GraphQLError(str(error), original_error=error)])
        return Prepared(document=document, errors=validate(self._schema, document))


def is_kept(query: str | None) -> bool:
    """Whether a document of this text is kept, if it is valid."""
    return query is not None and len(query) <= LONGEST_KEPT
