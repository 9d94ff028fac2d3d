"""`/v1/bulk`: POST loads what `twin load` loads, GET gives what `twin export` gives."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from app.http.errors import BodyInvalid, MediaTypeUnsupported
from app.http.exchange import State
from app.http.routes.forms import NDJSON, patient
from app.http.routes.operation import Operation, Parameter
from graph.access import Principal, Scope
from graph.bulk import LoadReport, Refusals, opened, too_long
from graph.ontology.advice import told

JSON: Final = "application/json"
# None of these can be sent by a page of a foreign site without asking first, as a form or plain text can.
TAKEN: Final = (NDJSON, "application/gzip", "application/octet-stream")
_WAITING_PIECES: Final = 64


class RefusedLine(BaseModel):
    """A line that was not loaded, and why."""

    line: int
    code: str
    message: str


class BulkAnswer(BaseModel):
    """What a load did; of the refused lines the first ones are told."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    lines: int
    refused: int
    assets_created: int
    assets_updated: int
    relationships_created: int
    relationships_updated: int
    revision: int
    resumed: Annotated[bool, Field(description="An earlier load of the same lines was stopped, and is finished now")]
    problems: list[RefusedLine]


async def load_bulk(request: Request[State], principal: Principal) -> Response:
    """Load the lines in the body; they are kept in a file until all have arrived, so any number may come."""
    check_media_type(request)
    strict, dry_run = flag(request, "strict"), flag(request, "dryRun")
    loader = request.state["service"].edition().services.loader
    async with received(request, loader.folder) as path:
        with opened(path) as source, Refusals(None) as refusals:
            report = await loader.load(principal, source, refusals=refusals, strict=strict, dry_run=dry_run)
    names = request.state["service"].limits.names
    return Response(orjson.dumps(_answer(report, refusals, names=names)), media_type=JSON)


async def export_bulk(request: Request[State], principal: Principal) -> Response:
    """Give everything of the tenant, assets by id, then relationships."""
    exporter = request.state["service"].edition().services.exporter
    lines = exporter.lines(principal)
    return await patient(request, _pieces(lines), lines)


LOAD: Final = Operation(
    path="/v1/bulk",
    method="POST",
    summary="Load in bulk",
    description=(
        "The body is NDJSON, an asset or a relationship a line, and may be gzip. Everything is checked before the "
        "first line is written; lines that can't be loaded are left out and told, or with `strict` nothing is loaded. "
        "Send it as application/x-ndjson, application/gzip or application/octet-stream."
    ),
    handler=load_bulk,
    scope=Scope.WRITE,
    takes=TAKEN,
    answers={JSON: BulkAnswer},
    parameters=(
        Parameter(name="strict", where="query", meaning="Load nothing unless every line is valid", kind="boolean"),
        Parameter(name="dryRun", where="query", meaning="Check everything and write nothing", kind="boolean"),
    ),
    codes=("REQUEST_INVALID", "MEDIA_TYPE_UNSUPPORTED", "BULK_INPUT_BROKEN", "BULK_REFUSED"),
    writes=True,
)

EXPORT: Final = Operation(
    path="/v1/bulk",
    method="GET",
    summary="Export in bulk",
    description=(
        "The same revision gives the same bytes; what is given can be loaded again. Every line is right at some "
        "moment: it is all of one revision where `revision` is still that of the header Twin-Revision afterwards."
    ),
    handler=export_bulk,
    scope=Scope.READ,
    answers={NDJSON: None},
)


@asynccontextmanager
async def received(request: Request[State], folder: Path, *, most: int | None = None) -> AsyncGenerator[Path]:
    """Keep the body in a file of its own for the time of the block. Raises LimitExceeded beyond `most` bytes."""
    length = 0
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix="body-", dir=folder) as file:
        async for piece in request.stream():
            length += len(piece)
            if most is not None and length > most:
                raise too_long(most)
            await asyncio.to_thread(file.write, piece)
        await asyncio.to_thread(file.flush)
        yield Path(file.name)


async def _pieces(lines: AsyncIterator[tuple[str, bytes]]) -> AsyncGenerator[bytes]:
    """Join lines into pieces that are worth sending."""
    waiting: list[bytes] = []
    async for _, line in lines:
        waiting.append(line)
        if len(waiting) >= _WAITING_PIECES:
            yield b"".join(waiting)
            waiting.clear()
    yield b"".join(waiting)


def check_media_type(request: Request[State]) -> None:
    """Raise MediaTypeUnsupported unless the body comes as one of `TAKEN`."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in TAKEN:
        raise MediaTypeUnsupported(
            "The body must be NDJSON, or gzip of it",
            expected="Content-Type: " + " or ".join(TAKEN),
            actual=media_type[:80] or "none",
        )


def flag(request: Request[State], name: str) -> bool:
    """Return a parameter that is true or false, false where it isn't given. Raises BodyInvalid."""
    given = request.query_params.get(name, "false")
    if given not in ("true", "false"):
        raise BodyInvalid("Neither true nor false", place=name, expected="true or false", actual=given[:80])
    return given == "true"


def _answer(report: LoadReport, refusals: Refusals, *, names: bool) -> dict[str, object]:
    answer = BulkAnswer(
        lines=report.lines,
        refused=report.refused,
        assets_created=report.assets_created,
        assets_updated=report.assets_updated,
        relationships_created=report.relationships_created,
        relationships_updated=report.relationships_updated,
        revision=report.revision,
        resumed=report.resumed,
        problems=[
            RefusedLine(line=line, code=problem.code, message=str(told(problem, names=names)))
            for line, problem in refusals.first
        ],
    )
    return answer.model_dump(by_alias=True)
