"""A stream that ends with its caller: who hangs up, or takes nothing for a while, is waited for no longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, aclosing

from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from app.http.caller import Caller


class PatientResponse(StreamingResponse):
    """Sends what `pieces` yields; each has `patience` seconds to be taken, or the connection ends without its last.

    `pieces` is closed whatever happens, and then `held`, all that it works with.
    """

    def __init__(
        self,
        pieces: AsyncGenerator[str] | AsyncGenerator[bytes],
        held: AsyncExitStack,
        *,
        caller: Caller,
        patience: float,
        media_type: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(pieces, media_type=media_type, headers=headers)
        self._pieces = pieces
        self._held = held
        self._caller = caller
        self._patience = patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - as ASGI has it
        """Send everything. Raises ClientDisconnect where the caller has gone, or is as good as gone."""
        await self._caller.while_there(self._send_all(send))

    async def _send_all(self, send: Send) -> None:
        async with self._held, aclosing(self._pieces) as pieces:
            await self._send(
                send, {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
            )
            async for piece in pieces:
                body = piece.encode() if isinstance(piece, str) else piece
                await self._send(send, {"type": "http.response.body", "body": body, "more_body": True})
            await self._send(send, {"type": "http.response.body", "body": b"", "more_body": False})

    async def _send(self, send: Send, message: Message) -> None:
        try:
            async with asyncio.timeout(self._patience):
                await send(message)
        except (TimeoutError, OSError) as error:
            raise ClientDisconnect from error
