"""Compresses answers that are worth it, in the best form that the caller takes: zstd, brotli or gzip."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Mapping
from typing import Final, cast

import brotli  # pyright: ignore[reportMissingTypeStubs] - it has none
import zstandard
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SMALLEST: Final = 1_024
"""Bytes: below, a packet holds the answer anyway."""

_ASIDE: Final = 100_000
"""Bytes from which on a thread compresses, so that the event loop goes on."""

_TEXTS: Final = ("application/json", "application/graphql-response+json", "application/problem+json", "text/")


def _zstd(body: bytes) -> bytes:
    return zstandard.ZstdCompressor(level=3).compress(body)


def _brotli(body: bytes) -> bytes:
    return cast("bytes", brotli.compress(body, quality=4))  # pyright: ignore[reportUnknownMemberType]


def _gzip(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=5, mtime=0)


_FORMS: Final[Mapping[str, Callable[[bytes], bytes]]] = {"zstd": _zstd, "br": _brotli, "gzip": _gzip}


class Compression:
    """Compresses what comes in one piece; streams pass as they are, for each of their lines is to arrive at once."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection of ASGI."""
        form = chosen(Headers(scope=scope).get("accept-encoding", "")) if scope["type"] == "http" else None
        if form is None:
            await self._app(scope, receive, send)
            return
        await self._app(scope, receive, _Compressing(send, form))


class _Compressing:
    """Holds the start of a response back until its size is known."""

    def __init__(self, send: Send, form: str) -> None:
        self._send = send
        self._form = form
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        # A stream tells no length: its start goes out at once, for its first line may be long in coming.
        if message["type"] == "http.response.start" and "content-length" in Headers(raw=message["headers"]):
            self._start = message
            return
        start, self._start = self._start, None
        if start is not None:
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                message = await self._compressed(start, message)
            await self._send(start)
        await self._send(message)

    async def _compressed(self, start: Message, message: Message) -> Message:
        headers, body = MutableHeaders(scope=start), message.get("body", b"")
        if not headers.get("content-type", "").startswith(_TEXTS) or "content-encoding" in headers:
            return message
        headers.add_vary_header("Accept-Encoding")
        if len(body) < SMALLEST:
            return message
        compress = _FORMS[self._form]
        shorter = await asyncio.to_thread(compress, body) if len(body) >= _ASIDE else compress(body)
        headers["content-encoding"] = self._form
        headers["content-length"] = str(len(shorter))
        return {**message, "body": shorter}


def chosen(accept: str) -> str | None:
    """Return the form for an Accept-Encoding header: the one that is liked best, of equals the one that is best."""
    liked: dict[str, float] = {}
    for part in accept.lower().split(","):
        name, _, parameter = (piece.strip() for piece in part.partition(";"))
        liked[name] = _weight(parameter)
    others = liked.get("*", 0.0)
    weights = {form: liked.get(form, others) for form in _FORMS}
    best = max(weights, key=lambda form: weights[form])
    return best if weights[best] > 0 else None


def _weight(parameter: str) -> float:
    name, _, value = parameter.replace(" ", "").partition("=")
    if name != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
