"""Refuses what a browser could send for a page of another site without asking first.

A browser asks first (a preflight) for every request with a header of its own. So a GET has to have one, whatever it
is worth: then no page of another site can send it where CORS doesn't let it. POST has one always, its content type.
"""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers

from app.http.errors import PreflightNeeded

PREFLIGHTED: Final = (
    "authorization",
    "graphql-require-preflight",
    "apollo-require-preflight",
    "x-apollo-operation-name",
    "x-requested-with",
    "if-none-match",
    "twin-min-revision",
)
"""Headers that no browser sends for a page of another site without a preflight."""

_OWN_PAGES: Final = ("same-origin", "none")


def refuse_simple(headers: Headers) -> None:
    """Raise PreflightNeeded for a request that any page could have made a browser send."""
    if any(name in headers for name in PREFLIGHTED) or headers.get("sec-fetch-site") in _OWN_PAGES:
        return
    if headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json":
        return
    raise PreflightNeeded(
        "A browser could have sent this for a page of another site",
        place="headers",
        expected="a header that makes browsers ask first, as GraphQL-Require-Preflight: 1 or Authorization",
        hint="Send GraphQL-Require-Preflight: 1 with queries by GET",
    )
