"""The contract's scalars: what goes out, what comes in.

Rows carry moments as epoch milliseconds and durations as microseconds, so that thousands of them cost nothing on the
way; both are written out here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NewType

import strawberry
from graphql import ValueNode, value_from_ast_untyped
from strawberry.types.scalar import ScalarDefinition

from graph.clock import from_epoch_millis
from graph.errors import ValueInvalid
from graph.ontology.model import Json as JsonValue
from graph.ontology.temporal import format_datetime, format_duration, parse_date, parse_datetime, parse_duration

Long = NewType("Long", int)
JSON = NewType("JSON", object)

GREATEST: Final = 2**53


def shown_moment(value: object) -> str:
    """A moment (datetime, UTC epoch milliseconds, or text that is one already) as ISO 8601 with offset."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        value = from_epoch_millis(value)
    if not isinstance(value, datetime):
        raise TypeError(f"{value!r} is no moment")
    return format_datetime(value)


def read_moment(value: object) -> datetime:
    """An ISO 8601 moment with offset. Raises ValueInvalid for anything else."""
    return parse_datetime(value if isinstance(value, str) else repr(value))


def shown_duration(value: object) -> str:
    """A duration (timedelta, microseconds, or text that is one already) as ISO 8601."""
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        value = timedelta(microseconds=value)
    if not isinstance(value, timedelta):
        raise TypeError(f"{value!r} is no duration")
    return format_duration(value)


def read_duration(value: object) -> timedelta:
    """An ISO 8601 duration of weeks to seconds. Raises ValueInvalid for anything else, months and years among it."""
    return parse_duration(value if isinstance(value, str) else repr(value))


def read_date(value: object) -> str:
    """A day of the calendar, as text. Raises ValueInvalid for anything else."""
    return parse_date(value if isinstance(value, str) else repr(value)).isoformat()


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > GREATEST:
        raise ValueInvalid("Not a Long", expected="an integer from -2^53 to 2^53", actual=repr(value))
    return value


def _as_it_is(value: JsonValue) -> JsonValue:
    return value


def _literal(node: ValueNode, variables: dict[str, object] | None = None) -> JsonValue:
    return value_from_ast_untyped(node, variables)


SCALARS: Final[dict[object, ScalarDefinition]] = {
    datetime: strawberry.scalar(
        name="DateTime", description="ISO 8601 with offset.", serialize=shown_moment, parse_value=read_moment
    ),
    timedelta: strawberry.scalar(
        name="Duration",
        description="ISO 8601, weeks to seconds.",
        serialize=shown_duration,
        parse_value=read_duration,
    ),
    JSON: strawberry.scalar(
        name="JSON",
        description="Any JSON value.",
        serialize=_as_it_is,
        parse_value=_as_it_is,
        parse_literal=_literal,
    ),
    Long: strawberry.scalar(
        name="Long", description="An integer up to 2^53, a JSON number.", serialize=_whole, parse_value=_whole
    ),
}
