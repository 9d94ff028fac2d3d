"""Sources behind an address: what another service exports is kept in a file until all of it has arrived."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

import httpx

from app.security import is_loopback
from graph.errors import InvalidInput, Unavailable

_SCHEMES: Final = ("http", "https")
_EXPORT: Final = "/v1/bulk"
_PATIENCE: Final = 60.0
"""Seconds without a byte before the other service is given up."""


class SourceUnreachable(Unavailable):
    """The service to compare with does not answer, or not with what it exports."""

    code = "SOURCE_UNREACHABLE"


def is_address(text: str) -> bool:
    """Whether a source is an address rather than a file."""
    return urlsplit(text).scheme in _SCHEMES and "://" in text


def export_address(text: str) -> str:
    """Return the address of the export: of a service named by its host alone, that of its bulk export."""
    parts = urlsplit(text)
    return text if parts.path.strip("/") else parts._replace(path=_EXPORT).geturl()


def shown_address(text: str) -> str:
    """Return an address without what may be a secret in it: who asks, and what follows the path."""
    parts = urlsplit(text)
    return parts._replace(netloc=_place(parts.netloc), query="", fragment="").geturl()


def is_trusted(source: str, sources: Sequence[str]) -> bool:
    """Whether the token is meant for a source: it is for the origin of the first address among all of them."""
    first = next((each for each in sources if is_address(each)), None)
    return first is not None and is_address(source) and _origin(source) == _origin(first)


@asynccontextmanager
async def fetched(
    address: str, *, token: str | None, folder: Path, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncGenerator[Path]:
    """Keep what `address` gives in a file in `folder` while the block lasts; memory holds one piece of it.

    The token goes to that address alone, over TLS or to this machine: what redirects elsewhere is refused.
    Raises SourceUnreachable, InvalidInput.
    """
    url = export_address(address)
    shown = shown_address(url)
    if token:
        _check_privacy(url, shown)
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix="source-", dir=folder) as file:
        headers = {"accept": "application/x-ndjson, */*;q=0.5"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        try:
            async with (
                httpx.AsyncClient(headers=headers, timeout=_PATIENCE, transport=transport) as client,
                client.stream("GET", url) as response,
            ):
                _check(response, shown)
                await _keep(response, file)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceUnreachable(
                f"{shown} can't be read to its end",
                expected="what another service exports",
                actual=_reason(error),
                hint="Check the address; nothing was compared",
            ) from error
        yield Path(file.name)


async def _keep(response: httpx.Response, file: IO[bytes]) -> None:
    async for piece in response.aiter_bytes():
        await asyncio.to_thread(file.write, piece)
    await asyncio.to_thread(file.flush)


def _check(response: httpx.Response, shown: str) -> None:
    if response.status_code == HTTPStatus.OK:
        return
    refused = response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    raise SourceUnreachable(
        f"{shown} gives nothing to compare with",
        expected="status 200",
        actual=f"status {response.status_code}",
        hint="Set TWIN_SOURCE_TOKEN to a token that may read there; it goes to the first address alone"
        if refused
        else "Check the address",
    )


def _check_privacy(url: str, shown: str) -> None:
    """Raise InvalidInput where a token would go through a network for everybody to read."""
    parts = urlsplit(url)
    if parts.scheme == "https" or is_loopback(parts.hostname or ""):
        return
    raise InvalidInput(
        f"TWIN_SOURCE_TOKEN is not sent to {shown}: it could be read on its way",
        expected="https, or an address of this machine",
        hint="Use https, or unset TWIN_SOURCE_TOKEN",
    )


def _reason(error: Exception) -> str:
    # What is wrong with an address may be told by the piece of it that holds a password.
    told = "" if isinstance(error, httpx.InvalidURL) else str(error)
    return told or type(error).__name__


def _origin(text: str) -> tuple[str, str]:
    parts = urlsplit(text)
    return parts.scheme, _place(parts.netloc).lower()


def _place(netloc: str) -> str:
    return netloc.rpartition("@")[2]
