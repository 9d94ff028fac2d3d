"""The examples of a mapping file, tried: what comes of each, and what it says has to come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import orjson

from app.ingest.mapping import Mapping
from app.ingest.mapping_document import ExamplePart
from app.ingest.sparkplug import is_sparkplug, named_events
from graph.errors import Problem, TwinError
from graph.state import Event, EventInvalid


def failed_examples(mapping: Mapping, *, received: int) -> list[Problem]:
    """What of the mapping's own examples comes out otherwise than they say."""
    return [
        problem
        for number, example in enumerate(mapping.examples)
        if (problem := _failed(mapping, example, f"examples[{number}]", received)) is not None
    ]


def _failed(mapping: Mapping, example: ExamplePart, place: str, received: int) -> Problem | None:
    expected = None if example.values is None else {"asset": example.asset, "values": example.values}
    try:
        actual = _told(_events(mapping, example, received))
    except TwinError as error:
        if expected is None:
            return None
        return Problem(code=error.code, message=f"It is refused: {error.message}", place=place, expected=str(expected))
    if actual == expected:
        return None
    wanted = "refused" if expected is None else orjson.dumps(expected).decode()
    return Problem(
        code="VALUE_INVALID",
        message="It comes out otherwise",
        place=place,
        expected=wanted,
        actual=orjson.dumps(actual).decode(),
    )


def _events(mapping: Mapping, example: ExamplePart, received: int) -> Sequence[Event]:
    """What comes of an example; of Sparkplug's topics the payload is an object of values by name of metric."""
    if is_sparkplug(example.topic) and isinstance(example.payload, dict):
        return named_events(mapping, example.topic, cast("dict[str, object]", example.payload), received=received)
    payload = example.payload.encode() if isinstance(example.payload, str) else orjson.dumps(example.payload)
    return [mapping.event(example.topic, payload, received=received, key=example.key)]


def _told(events: Sequence[Event]) -> dict[str, object]:
    if len({event.asset for event in events}) != 1:
        raise EventInvalid("Not of one asset", actual=", ".join(event.asset for event in events)[:80] or "none")
    values = {value.channel: value.value for event in events for value in event.values}
    return {"asset": events[0].asset, "values": values}
