"""The forms that answers come in, and which of them a caller takes."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from typing import Final

from starlette.requests import Request

from app.http.errors import NotAcceptable
from app.http.exchange import State
from app.http.streaming.patient import PatientResponse

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


async def streamed(request: Request[State], lines: AsyncGenerator[bytes]) -> PatientResponse:
    """Lines as they come; what is wrong before the first is raised while the status can still say so.

    Who takes none of them for a while is waited for no longer.
    """
    return await patient(request, _preceded(await anext(lines), lines), lines)


async def patient(
    request: Request[State], pieces: AsyncGenerator[bytes], source: AsyncGenerator[object]
) -> PatientResponse:
    """The pieces of an answer in lines; `source`, which they are made of, is closed after them."""
    held = AsyncExitStack()
    await held.enter_async_context(aclosing(source))
    return PatientResponse(
        pieces,
        held,
        caller=request.state["exchange"].caller,
        patience=request.state["service"].subscribers.limits.patience,
        media_type=NDJSON,
    )


async def _preceded(first: bytes, others: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
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
