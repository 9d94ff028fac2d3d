"""The gate that every door passes: who calls, may they, and is the revision there that they ask for."""

from __future__ import annotations

from starlette.requests import Request

from app.http.errors import BodyInvalid
from app.http.exchange import Exchange, State
from graph.access import Principal, Scope
from graph.errors import Unavailable
from graph.identity import Revision


async def admit(request: Request[State], scope: Scope | None = None) -> Principal:
    """Return who calls, after their scope was checked and `Twin-Min-Revision` was waited for.

    `scope` None leaves the check to the services behind (GraphQL: each field demands its own). Raises Unauthenticated,
    Forbidden, BodyInvalid, RevisionNotReached.
    """
    service, exchange = request.state["service"], request.state["exchange"]
    principal = await service.authenticator.principal(request.headers)
    exchange.principal = principal
    if scope is not None:
        principal.demand(scope)
    minimum = _minimum(request.headers.get("twin-min-revision"))
    exchange.revision = await service.revisions.reach(principal.tenant, minimum)
    return principal


async def note_write(request: Request[State], principal: Principal) -> None:
    """Make the response name a revision that holds what the request wrote, or none where it can't be found out."""
    exchange: Exchange = request.state["exchange"]
    try:
        exchange.revision = await request.state["service"].revisions.look(principal.tenant)
    except Unavailable:
        exchange.revision = None  # what was written is no failure for that


def _minimum(text: str | None) -> Revision:
    if text is None:
        return Revision(0)
    if not text.isascii() or not text.isdigit() or len(text) > 16:
        raise BodyInvalid(
            "Not a revision", place="header Twin-Min-Revision", expected="digits, at most 16", actual=repr(text[:40])
        )
    return Revision(int(text))
