"""The one place where errors become HTTP: `application/problem+json` (RFC 9457) with the error's stable code."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import Final, cast

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app.http.exchange import Exchange, State
from graph.access import TokenRefused, Unauthenticated
from graph.codes import meaning_of
from graph.errors import ManyProblems, Problem, TwinError, Unavailable
from graph.ontology.advice import told

MEDIA_TYPE: Final = "application/problem+json"
_BY_STATUS: Final = {404: "NO_SUCH_PAGE", 405: "METHOD_NOT_ALLOWED", 400: "REQUEST_INVALID"}


def problem_response(error: TwinError, exchange: Exchange, *, names: bool = True) -> Response:
    """Return the response to a refusal or an expected breakdown; without `names` it tells none of the ontology's."""
    meaning = meaning_of(error.code)
    body: dict[str, object] = _facts(told(error.problem, names=names))
    if isinstance(error, ManyProblems):
        body["problems"] = [_facts(told(problem, names=names)) for problem in error.problems]
    return _response(meaning.http_status, body, exchange, headers=_headers(error))


def http_problem(error: HTTPException, exchange: Exchange) -> Response:
    """Return the response to what the router refuses: unknown pages and wrong methods."""
    code = _BY_STATUS.get(error.status_code, "REQUEST_INVALID")
    body: dict[str, object] = {"code": code, "title": meaning_of(code).meaning, "detail": error.detail}
    return _response(error.status_code, body, exchange, headers=dict(error.headers or {}))


def fault_response(exchange: Exchange) -> Response:
    """Return the response to a fault of ours: it names the request to look for in the log, and nothing else."""
    detail = f"The log tells more under request {exchange.id}"
    body: dict[str, object] = {"code": "INTERNAL", "title": meaning_of("INTERNAL").meaning, "detail": detail}
    return _response(HTTPStatus.INTERNAL_SERVER_ERROR, body, exchange, headers={})


async def on_twin_error(request: Request, error: Exception) -> Response:
    """Starlette's handler of TwinError."""
    names = cast("Request[State]", request).state["service"].limits.names
    return problem_response(cast("TwinError", error), exchange_of(request), names=names)


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Starlette's handler of HTTPException."""
    return http_problem(cast("HTTPException", error), exchange_of(request))


def exchange_of(request: Request) -> Exchange:
    """Return what is known of the request."""
    return cast("Request[State]", request).state["exchange"]


def _facts(problem: Problem) -> dict[str, object]:
    given = {name: value for name, value in asdict(problem).items() if value is not None and name != "message"}
    return {**given, "title": meaning_of(problem.code).meaning, "detail": problem.message}


def _headers(error: TwinError) -> dict[str, str]:
    if isinstance(error, TokenRefused):
        return {"www-authenticate": 'Bearer realm="twin", error="invalid_token"'}
    if isinstance(error, Unauthenticated):
        return {"www-authenticate": 'Bearer realm="twin"'}
    return {"retry-after": str(error.retry_seconds)} if isinstance(error, Unavailable) else {}


def _response(status: int, body: dict[str, object], exchange: Exchange, *, headers: dict[str, str]) -> Response:
    exchange.code = str(body["code"])
    whole = {"type": f"/docs#{body['code']}", "status": int(status), "requestId": exchange.id, **body}
    return Response(orjson.dumps(whole), status_code=status, headers=headers, media_type=MEDIA_TYPE)
