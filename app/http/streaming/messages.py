"""Messages of graphql-transport-ws, and the codes that a connection is closed with.

https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, cast

import orjson
from graphql import GraphQLError
from strawberry.types.execution import ExecutionResult, PreExecutionError

SUBPROTOCOL: Final = "graphql-transport-ws"
ACK: Final = '{"type":"connection_ack"}'
PING: Final = '{"type":"ping"}'
PONG: Final = '{"type":"pong"}'
_LONGEST_REASON: Final = 120
"""A close frame has room for 123 bytes of reason."""


class Close(IntEnum):
    """Why a connection is closed."""

    GOING_AWAY = 1001
    TOO_BIG = 1009
    TRY_AGAIN = 1013
    BAD_REQUEST = 4400
    UNAUTHORIZED = 4401
    FORBIDDEN = 4403
    SUBPROTOCOL = 4406
    INIT_TIMEOUT = 4408
    SUBSCRIBER_EXISTS = 4409
    TOO_SLOW = 4413
    TOO_MANY_INITS = 4429
    INTERNAL = 4500


class Closed(Exception):
    """The connection is to be closed, for a reason."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason.encode()[:_LONGEST_REASON].decode(errors="ignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message of a client. `id` is that of the operation it is about."""

    type: str
    id: str = ""
    payload: Mapping[str, Any] | None = None


def parsed(text: str) -> Message:
    """Return the message in `text`. Raises Closed for anything else."""
    try:
        value: object = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise Closed(Close.BAD_REQUEST, "Not JSON") from error
    if not isinstance(value, dict):
        raise Closed(Close.BAD_REQUEST, "Not a JSON object")
    message = cast("dict[str, object]", value)
    kind, name, payload = message.get("type"), message.get("id"), message.get("payload")
    if not isinstance(kind, str):
        raise Closed(Close.BAD_REQUEST, "A message needs a type")
    if payload is not None and not isinstance(payload, dict):
        raise Closed(Close.BAD_REQUEST, f"The payload of {kind[:40]} is not an object")
    if kind in ("subscribe", "complete") and not (isinstance(name, str) and name):
        raise Closed(Close.BAD_REQUEST, f"A message {kind} needs an id")
    given = cast("dict[str, Any] | None", payload)
    return Message(type=kind, id=name if isinstance(name, str) else "", payload=given)


def next_message(operation: str, result: ExecutionResult) -> str:
    """Return the message that brings a result."""
    return _text({"id": operation, "type": "next", "payload": shown_result(result)})


def error_message(operation: str, errors: list[GraphQLError]) -> str:
    """Return the message that ends an operation by errors."""
    return _text({"id": operation, "type": "error", "payload": [error.formatted for error in errors]})


def complete_message(operation: str) -> str:
    """Return the message that ends an operation."""
    return _text({"id": operation, "type": "complete"})


def shown_result(result: ExecutionResult | PreExecutionError) -> dict[str, Any]:
    """Return a result as it is sent."""
    shown: dict[str, Any] = {} if isinstance(result, PreExecutionError) else {"data": result.data}
    if result.errors:
        shown["errors"] = [error.formatted for error in result.errors]
    if result.extensions:
        shown["extensions"] = result.extensions
    return shown


def code_of(errors: Sequence[GraphQLError] | None) -> str | None:
    """Return the code that errors are counted by, that of the first; None where there are none."""
    return str((errors[0].extensions or {}).get("code", "QUERY_INVALID")) if errors else None


def _text(message: object) -> str:
    return orjson.dumps(message, option=orjson.OPT_NON_STR_KEYS).decode()
