"""What a question of REST is answered by, and its answer as a document."""

from __future__ import annotations

import orjson
from starlette.requests import Request
from starlette.responses import Response

from app.answers import Document
from app.graphql import Context, TwinSchema
from app.http.exchange import State
from app.http.routes.forms import JSON
from graph.access import Principal


def answered_by(request: Request[State], principal: Principal) -> tuple[TwinSchema, Context]:
    """The schema of the edition that is served now, and the context of the request in it."""
    edition = request.state["service"].edition()
    return edition.schema, edition.context(principal, request.state["exchange"].id)


def document(answer: Document) -> Response:
    """An answer as one JSON document."""
    return Response(orjson.dumps(answer), media_type=JSON)
