"""Sources behind an address: what another service exports is kept in a file until all of it has arrived."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from typing import IO, Final
from urllib.parse import urlsplit

import httpx

from graph.errors import Unavailable

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


@asynccontextmanager
async def fetched(
    address: str, *, token: str | None, folder: Path, transport: httpx.AsyncBaseTransport | None = None
) -> AsyncGenerator[Path]:
    """Keep what `address` gives in a file in `folder` while the block lasts; memory holds one piece of it.

    The token goes to that address alone: what redirects elsewhere is refused. Raises SourceUnreachable.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    url = export_address(address)
    with tempfile.NamedTemporaryFile(prefix="source-", dir=folder) as file:
        headers = {"accept": "application/x-ndjson, */*;q=0.5"}
        if token:
            headers["authorization"] = f"Bearer {token}"
        try:
            async with (
                httpx.AsyncClient(headers=headers, timeout=_PATIENCE, transport=transport) as client,
                client.stream("GET", url) as response,
            ):
                _check(response, url)
                await _keep(response, file)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise SourceUnreachable(
                f"{url} can't be read to its end",
                expected="what another service exports",
                actual=str(error) or type(error).__name__,
                hint="Check the address; nothing was compared",
            ) from error
        yield Path(file.name)


async def _keep(response: httpx.Response, file: IO[bytes]) -> None:
    async for piece in response.aiter_bytes():
        await asyncio.to_thread(file.write, piece)
    await asyncio.to_thread(file.flush)


def _check(response: httpx.Response, url: str) -> None:
    if response.status_code == HTTPStatus.OK:
        return
    refused = response.status_code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
    raise SourceUnreachable(
        f"{url} gives nothing to compare with",
        expected="status 200",
        actual=f"status {response.status_code}",
        hint="Set TWIN_SOURCE_TOKEN to a token that may read there" if refused else "Check the address",
    )
