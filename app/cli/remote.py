"""A running service behind HTTP, asked by the command line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx
import orjson

from app.cli.refusals import ServiceUnreachable, refusal_of, refused
from app.settings import Settings

if TYPE_CHECKING:
    from graph.reconciliation import Question, Repair

_SECONDS = 60.0
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class RemoteGateway:
    """A running service behind HTTP."""

    client: httpx.AsyncClient

    async def graphql(self, document: str, variables: Mapping[str, object]) -> Mapping[str, Any]:
        """Return the data of an operation; raise TwinError for its first error."""
        body = await self._post("graphql", {"query": document, "variables": variables})
        if errors := body.get("errors"):
            raise refusal_of(errors[0])
        return body["data"]

    async def impact(self, question: Mapping[str, object], *, first: int) -> Mapping[str, Any]:
        """Return the answer of POST /v1/impact with the `first` items of each list."""
        return await self._post("v1/impact", question, first=first)

    async def compare(self, questions: Mapping[str, object], *, first: int) -> Mapping[str, Any]:
        """Return the answer of POST /v1/impact/compare with the `first` items of each list."""
        return await self._post("v1/impact/compare", questions, first=first)

    async def check_maintenance(self, question: Mapping[str, object], *, first: int) -> Mapping[str, Any]:
        """Return the answer of POST /v1/maintenance-check with the `first` combinations."""
        return await self._post("v1/maintenance-check", question, first=first)

    async def root_cause(self, question: Mapping[str, object]) -> Mapping[str, Any]:
        """Return the answer of POST /v1/root-cause."""
        return await self._post("v1/root-cause", question)

    async def migration_plan(self, *, complete: bool, window: int) -> Mapping[str, Any]:
        """Return the answer of GET /v1/ontology/plan."""
        asked = {"complete": "true" if complete else "false", "window": window}
        return await self._sent("GET", "v1/ontology/plan", params=asked, timeout=None)

    async def migrate(self, verb: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        """Return the answer of POST /v1/ontology/VERB, however long it takes."""
        return await self._sent("POST", f"v1/ontology/{verb}", json=body, timeout=None)

    async def reconcile(
        self, file: Path, question: Question, repair: Repair | None, *, samples: int
    ) -> Mapping[str, Any]:
        """Send a file to POST /v1/reconcile, or to its repair, however long it takes."""
        extent = question.extent
        share = repr(question.tolerance.relative)
        units = (f"{name}={value!r}" for name, value in question.tolerance.absolute.items())
        asked: dict[str, str | None] = {
            "within": extent.within,
            "types": ",".join(extent.types),
            "ownedBy": extent.owned_by,
            "ownerProperty": extent.owner_property,
            "exact": _flag(question.exact),
            "tolerance": ",".join((share, *units)),
            "samples": str(samples),
        }
        if repair is not None:
            asked |= {
                "apply": ",".join(sorted(repair.groups)),
                "write": _flag(repair.write),
                "deleteExtra": _flag(repair.delete_extra),
                "reason": repair.reason,
                "idempotencyKey": repair.idempotency_key,
            }
        path = "v1/reconcile" if repair is None else "v1/reconcile/repair"
        given = {name: value for name, value in asked.items() if value}
        headers = {"content-type": "application/octet-stream"}
        return await self._sent("POST", path, params=given, content=_pieces(file), headers=headers, timeout=None)

    async def events(self, events: Sequence[Mapping[str, object]]) -> Mapping[str, Any]:
        """Send CloudEvents to POST /v1/events."""
        headers = {"content-type": "application/cloudevents-batch+json"}
        return await self._sent("POST", "v1/events", content=orjson.dumps(events), headers=headers)

    async def _post(self, path: str, body: Mapping[str, object], **parameters: int) -> Mapping[str, Any]:
        return await self._sent("POST", path, json=body, params=parameters)

    async def _sent(self, method: str, path: str, **request: Any) -> Mapping[str, Any]:
        try:
            response = await self.client.request(method, path, **request)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServiceUnreachable(
                f"No service answers at {self.client.base_url}",
                expected="an address as `twin serve` prints it, without /graphql",
                actual=str(error) or type(error).__name__,
                hint="Check --server, or start one with `twin serve`",
            ) from error
        return self._object(response)

    def _object(self, response: httpx.Response) -> Mapping[str, Any]:
        kind = response.headers.get("content-type", "").partition(";")[0]
        if not kind.endswith("json"):
            raise ServiceUnreachable(
                f"What answers at {response.url} is no service of ours",
                expected="JSON",
                actual=f"{response.status_code} {kind}".strip(),
                hint="Check --server",
            )
        content: object = response.json()
        if kind == "application/problem+json":
            raise refused(cast("Mapping[str, Any]", content))
        if not isinstance(content, dict):
            raise ServiceUnreachable(f"What answers at {response.url} is no service of ours", expected="a JSON object")
        return cast("Mapping[str, Any]", content)


def _flag(value: bool) -> str:
    return "true" if value else "false"


async def _pieces(file: Path) -> AsyncGenerator[bytes]:
    with file.open("rb") as opened:
        while piece := await asyncio.to_thread(opened.read, _PIECE):
            yield piece


def token_of(settings: Settings, given: str | None) -> str | None:
    """Return the token to come with: the one that was given, or else that of the settings."""
    return given or (settings.token.get_secret_value() if settings.token else None)


@asynccontextmanager
async def reached(server: str, token: str | None) -> AsyncGenerator[RemoteGateway]:
    """Open a client to the service at `server`; nothing is asked yet. Raises ServiceUnreachable for a wrong address."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    base = server.rstrip("/").removesuffix("/graphql") + "/"
    try:
        client = httpx.AsyncClient(base_url=base, headers=headers, timeout=_SECONDS)
    except (httpx.InvalidURL, ValueError) as error:
        raise ServiceUnreachable(
            f"{server!r} is no address", expected="http://host:port", actual=str(error), hint="Check --server"
        ) from error
    async with client:
        yield RemoteGateway(client)
