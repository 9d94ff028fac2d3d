"""A GraphQL request as GraphQL over HTTP carries it: a JSON body, or the query of a URL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, cast

from starlette.datastructures import QueryParams

from app.http.asked import GraphQLRequest
from app.http.bodies import parse_object
from app.http.errors import BodyInvalid, NotAcceptable

EVENT_STREAM: Final = "text/event-stream"
RESPONSE_JSON: Final = "application/graphql-response+json"
LEGACY_JSON: Final = "application/json"


def from_body(body: Mapping[str, Any]) -> GraphQLRequest:
    """Return the request in a JSON body. Raises BodyInvalid."""
    query = body.get("query")
    document_id = _name(body.get("documentId"), "body.documentId") or None
    persisted_hash = _hash(_map(body.get("extensions"), "body.extensions").get("persistedQuery"))
    by_id = document_id is not None or persisted_hash is not None
    if not (by_id and query in (None, "")) and (not isinstance(query, str) or not query.strip()):
        raise BodyInvalid("`query` is missing", place="body.query", expected="a GraphQL document", actual=_kind(query))
    return GraphQLRequest(
        query=query or "",
        document_id=document_id,
        persisted_hash=persisted_hash,
        variables=_map(body.get("variables"), "body.variables"),
        operation_name=_name(body.get("operationName"), "body.operationName"),
    )


def from_url(parameters: QueryParams) -> GraphQLRequest:
    """Return the request in the query of a URL. Raises BodyInvalid."""
    body: dict[str, Any] = dict(parameters)
    for name in ("variables", "extensions"):
        if body.get(name):
            body[name] = parse_object(body[name], place=name)
        else:
            body.pop(name, None)
    return from_body({**body, "operationName": body.get("operationName") or None})


def media_type_for(accept: str) -> str:
    """Return the media type of the answer for an Accept header. Raises NotAcceptable.

    Only who names the newer one gets it, as older clients expect: its status codes tell more.
    """
    wanted = _preferences(accept)
    if RESPONSE_JSON in wanted:
        return RESPONSE_JSON
    if wanted & {LEGACY_JSON, "application/*", "*/*"}:
        return LEGACY_JSON
    raise NotAcceptable(
        "None of the forms in Accept is given here", expected=f"{RESPONSE_JSON} or {LEGACY_JSON}", actual=accept[:120]
    )


def wants_events(accept: str) -> bool:
    """Whether the results are asked for as server-sent events."""
    return EVENT_STREAM in _preferences(accept)


def prefers_html(accept: str) -> bool:
    """Whether a browser asks, which shall get a page."""
    return "text/html" in _preferences(accept) and RESPONSE_JSON not in _preferences(accept)


def _preferences(accept: str) -> frozenset[str]:
    """Media types that are taken; those with q=0 are not."""
    if not accept.strip():
        return frozenset({"*/*"})
    taken: set[str] = set()
    for part in accept.split(","):
        media_type, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if not any(parameter.replace(" ", "") in ("q=0", "q=0.0", "q=0.00", "q=0.000") for parameter in parameters):
            taken.add(media_type)
    return frozenset(taken)


def _map(value: object, place: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise BodyInvalid("Not a map", place=place, expected="a JSON object or null", actual=_kind(value))
    return cast("dict[str, Any]", value)


def _hash(persisted: object) -> str | None:
    if persisted is None:
        return None
    value = _map(persisted, "body.extensions.persistedQuery").get("sha256Hash")
    if not isinstance(value, str) or not value:
        place = "body.extensions.persistedQuery.sha256Hash"
        raise BodyInvalid("Not a hash", place=place, expected="SHA-256 in hexadecimal", actual=_kind(value))
    return value.lower()


def _name(value: object, place: str) -> str | None:
    if value is not None and not isinstance(value, str):
        raise BodyInvalid("Not a name", place=place, expected="text or null", actual=_kind(value))
    return value


def _kind(value: object) -> str:
    return "nothing" if value is None else "blank text" if isinstance(value, str) else type(value).__name__
