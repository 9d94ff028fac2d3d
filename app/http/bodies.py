"""Request bodies: read within a limit, parsed as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from app.answers import place_of
from app.http.errors import BodyInvalid, BodyTooLarge, MediaTypeUnsupported
from app.http.exchange import State
from graph.errors import LimitExceeded, ManyProblems, Problem

Body = TypeVar("Body", bound=BaseModel)


class BodyRefused(ManyProblems, BodyInvalid):
    """A JSON body that doesn't fit what the route takes; all problems at once."""

    code = "BODY_REFUSED"


async def read_body(request: Request[State]) -> bytes:
    """Return the body. Raises BodyTooLarge before more than the limit was read."""
    limit = request.state["service"].limits.body
    if _promised(request) > limit:
        raise _too_large(limit)
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > limit:
            raise _too_large(limit)
        parts.append(part)
    return b"".join(parts)


async def read_json(request: Request[State]) -> Mapping[str, Any]:
    """Return the JSON object in the body. Raises MediaTypeUnsupported, BodyTooLarge, BodyInvalid."""
    _demand_json(request)
    return parse_object(await read_body(request), place="body")


async def read_json_or_list(request: Request[State], *, most: int) -> Mapping[str, Any] | list[Mapping[str, Any]]:
    """Return the JSON object in the body, or a list of at most `most` of them. Raises LimitExceeded, `read_json`'s."""
    _demand_json(request)
    text = await read_body(request)
    if not most or text.lstrip()[:1] != b"[":
        return parse_object(text, place="body")
    value = _parsed(text, place="body")
    if not isinstance(value, list) or not value:
        raise BodyInvalid("A batch of nothing", place="body", expected="a list of objects", actual="an empty list")
    listed = cast("list[object]", value)
    if len(listed) > most:
        raise LimitExceeded(
            "The batch has too many operations",
            place="body",
            expected=f"at most {most}",
            actual=str(len(listed)),
            hint="Send several batches. The limit is TWIN_BATCH_LIMIT",
        )
    return [_object(each, place=f"body[{number}]") for number, each in enumerate(listed)]


async def read_model(request: Request[State], model: type[Body]) -> Body:
    """Return the body as `model`. Raises BodyRefused with every field that is wrong, and what `read_json` does."""
    given = await read_json(request)
    try:
        return model.model_validate(given)
    except ValidationError as error:
        problems = tuple(_problem(dict(fault)) for fault in error.errors(include_url=False))
        raise BodyRefused("The body is not what this route takes", problems) from error


def parse_object(text: bytes | str, *, place: str) -> Mapping[str, Any]:
    """Return the JSON object in `text`. Raises BodyInvalid."""
    return _object(_parsed(text, place=place), place=place)


def _demand_json(request: Request[State]) -> None:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json":
        raise MediaTypeUnsupported(
            "The body must be JSON", expected="Content-Type: application/json", actual=media_type[:80] or "none"
        )


def _parsed(text: bytes | str, *, place: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BodyInvalid("Not JSON", place=place, expected="a JSON object in UTF-8", actual=str(error)) from error


def _object(value: object, *, place: str) -> Mapping[str, Any]:
    if isinstance(value, list):
        hint = "Send each in a request of its own; batches are taken by TWIN_BATCH_LIMIT alone"
        raise BodyInvalid("Not a JSON object", place=place, expected="an object", actual="a list", hint=hint)
    if not isinstance(value, dict):
        raise BodyInvalid("Not a JSON object", place=place, expected="an object", actual=type(value).__name__)
    return cast("dict[str, Any]", value)


def _promised(request: Request[State]) -> int:
    text = request.headers.get("content-length", "0")
    return int(text) if text.isdigit() else 0


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        "The request's body is too large",
        expected=f"at most {limit} bytes",
        hint="Send less at a time; many assets are loaded in bulk. The limit is TWIN_BODY_LIMIT",
    )


def _problem(fault: Mapping[str, Any]) -> Problem:
    place = place_of(fault["loc"])
    return Problem(
        code="FIELD_INVALID", message=str(fault["msg"]), place=place or "body", actual=repr(fault["input"])[:80]
    )
