"""`/graphql` as a WebSocket."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, cast

from starlette.websockets import WebSocket

from app.http.streaming.connection import Connection

if TYPE_CHECKING:
    from app.http.service import Service


async def graphql_websocket(websocket: WebSocket) -> None:
    """Serve one connection."""
    service = cast("Service", websocket.scope["state"]["service"])
    with service.metrics.connected():
        await Connection(websocket, service, id=secrets.token_hex(8)).run()
