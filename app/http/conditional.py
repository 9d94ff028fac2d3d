"""Conditional reads: an answer carries an `ETag`, and who sends it back gets 304 as long as nothing was written.

An answer is made of the tenant's data at a revision, the ontology, and the question; so is its tag, and 304 takes no
reading. What depends on more than these must have none.
"""

from __future__ import annotations

import hashlib
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from app.http.exchange import State
from app.http.version import served_version
from graph.access import Principal

_HEADERS: Final = {"cache-control": "private, no-cache", "vary": "Accept, Authorization"}


async def unchanged(request: Request[State], principal: Principal) -> Response | None:
    """Return 304 where the caller has the answer already.

    The database is asked for its revision before: the one that is known may be a moment old, and an answer never is.
    """
    given = _given(request)
    if not given or tag_of(request, principal) not in given:
        return None
    exchange = request.state["exchange"]
    exchange.revision = await request.state["service"].revisions.look(principal.tenant)
    tag = tag_of(request, principal)
    return Response(status_code=304, headers={"etag": tag, **_HEADERS}) if tag in given else None


def tagged(response: Response, tag: str) -> Response:
    """Return the response with its tag, to be kept by its caller alone."""
    response.headers["etag"] = tag
    response.headers.update(_HEADERS)
    return response


def tag_of(request: Request[State], principal: Principal) -> str:
    """Return the tag of what is read from now on: weak, for the bytes may differ and the answer not.

    It is made of the revision that was known when the request was admitted: what is read may be newer, and then the
    next request finds another tag.
    """
    parts = (
        served_version(),
        request.state["service"].edition().hash,
        principal.tenant,
        ",".join(sorted(principal.scopes)),
        str(request.state["exchange"].revision),
        request.url.path,
        request.url.query,
        request.headers.get("accept", ""),
        str("twin-show-cost" in request.headers),
    )
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def _given(request: Request[State]) -> frozenset[str]:
    """Tags in If-None-Match, all as weak ones: so they are compared."""
    texts = (text.strip() for text in request.headers.get("if-none-match", "").split(","))
    return frozenset(text if text.startswith("W/") else f"W/{text}" for text in texts if text)
