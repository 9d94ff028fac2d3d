"""Where the verbs for assets, impact and ontology get their answers: the database itself, or a running service.

Both speak GraphQL and the REST model of impact and root causes, so a verb is written once.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeAlias

Answer: TypeAlias = Mapping[str, Any]


class Gateway(Protocol):
    """Answers GraphQL operations and questions about impact and root causes."""

    async def graphql(self, document: str, variables: Mapping[str, object]) -> Answer:
        """Return the data of an operation; raise TwinError for its first error."""
        ...

    async def impact(self, question: Mapping[str, object], *, first: int) -> Answer:
        """Return the answer of POST /v1/impact with the `first` items of each list."""
        ...

    async def compare(self, questions: Mapping[str, object], *, first: int) -> Answer:
        """Return the answer of POST /v1/impact/compare with the `first` items of each list."""
        ...

    async def check_maintenance(self, question: Mapping[str, object], *, first: int) -> Answer:
        """Return the answer of POST /v1/maintenance-check with the `first` combinations."""
        ...

    async def root_cause(self, question: Mapping[str, object]) -> Answer:
        """Return the answer of POST /v1/root-cause."""
        ...

    async def events(self, events: Sequence[Mapping[str, object]]) -> Answer:
        """Send CloudEvents; how many were `accepted` and `refused`, and the `problems` of those, as POST /v1/events."""
        ...


@asynccontextmanager
async def gateway(server: str | None, token: str | None) -> AsyncGenerator[Gateway]:
    """Open the service at `server`, or the database of the settings."""
    from app.settings import load_settings

    settings = load_settings()
    if server is None:
        from app.cli.opened import opened

        async with opened(settings) as twin:
            yield twin
        return
    from app.cli.remote import reached, token_of

    async with reached(server, token_of(settings, token)) as service:
        yield service


def ask(document: str, variables: Mapping[str, object], server: str | None, token: str | None) -> Answer:
    """Return the data of one GraphQL operation."""

    async def asked() -> Answer:
        async with gateway(server, token) as opened:
            return await opened.graphql(document, variables)

    return asyncio.run(asked())
