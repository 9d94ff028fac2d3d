"""The forms that answers come in, and which of them a caller takes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Final

from starlette.requests import Request
from starlette.responses import StreamingResponse

from app.http.errors import NotAcceptable
from app.http.exchange import State

JSON: Final = "application/json"
NDJSON: Final = "application/x-ndjson"

_PIECE: Final = 32_768
"""Bytes of lines that are sent together."""


def wanted_form(request: Request[State], offered: Sequence[str] = (JSON, NDJSON)) -> str:
    """The form of the answer: NDJSON for who names it and may have it, else JSON. Raises NotAcceptable."""
    accept = request.headers.get("accept", "")
    wanted = {part.partition(";")[0].strip().lower() for part in accept.split(",")} - {""}
    if NDJSON in wanted and NDJSON in offered:
        return NDJSON
    if not wanted or wanted & {JSON, "application/*", "*/*"}:
        return JSON
    raise NotAcceptable("None of the forms in Accept is given here", expected=" or ".join(offered), actual=accept[:120])


async def streamed(lines: AsyncIterator[bytes]) -> StreamingResponse:
    """Lines as they come; what is wrong before the first is raised while the status can still say so."""
    return StreamingResponse(_preceded(await anext(lines), lines), media_type=NDJSON)


async def _preceded(first: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The first line by itself, the others joined to pieces that are worth sending."""
    yield first
    waiting, size = list[bytes](), 0
    async for line in others:
        waiting.append(line)
        size += len(line)
        if size >= _PIECE:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)
