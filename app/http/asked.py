"""One GraphQL operation as it was asked for, whatever it was sent over."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """One operation to execute.

    `query` may be empty where `document_id` names a document, or `persisted_hash` (SHA-256, hexadecimal) its hash.
    """

    query: str
    document_id: str | None = None
    persisted_hash: str | None = None
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    operation_name: str | None = None
