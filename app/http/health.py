"""Whether the process lives, and whether it can answer."""

from __future__ import annotations

import asyncio
from typing import Final

import orjson
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from app.http.exchange import State
from graph.errors import TwinError
from queries import named

CHECK_SECONDS: Final = 2.0


class Live(BaseModel):
    """The process runs."""

    status: str = "live"


class Check(BaseModel):
    """One thing that must hold for the service to answer; `detail` says what is wrong where it doesn't."""

    name: str
    ok: bool
    detail: str | None = None


class Ready(BaseModel):
    """Whether the service can answer, and what each check found."""

    status: str
    checks: list[Check]


async def live(_request: Request[State]) -> Response:
    """Say that the process runs."""
    return _json(Live(), 200)


async def ready(request: Request[State]) -> Response:
    """Say whether the service can answer: 200 if so, 503 with the checks that failed if not."""
    database, held = await _database(request)
    checks = [database, _ontology(request, held)]
    good = all(check.ok for check in checks)
    return _json(Ready(status="ready" if good else "not ready", checks=checks), 200 if good else 503)


async def _database(request: Request[State]) -> tuple[Check, str | None]:
    """Check that the database answers, and return the hash of the ontology it holds."""
    try:
        async with asyncio.timeout(CHECK_SECONDS):
            rows = await request.state["service"].database.rows(None, named("access/list_revisions"), {"tenants": []})
    except TwinError as error:
        return Check(name="database", ok=False, detail=str(error)), None
    except TimeoutError:
        return Check(name="database", ok=False, detail=f"no answer within {CHECK_SECONDS:g} seconds"), None
    return Check(name="database", ok=True), rows[0][0]


def _ontology(request: Request[State], held: str | None) -> Check:
    """Check that an ontology is served, and that it is the one in the database."""
    try:
        served = request.state["service"].edition().hash
    except TwinError as error:
        return Check(name="ontology", ok=False, detail=str(error))
    if served == held:
        return Check(name="ontology", ok=True)
    return Check(name="ontology", ok=False, detail=f"{served} is served, the database holds {held or 'none we know'}")


def _json(answer: BaseModel, status: int) -> Response:
    return Response(
        orjson.dumps(answer.model_dump(exclude_none=True)), status_code=status, media_type="application/json"
    )
