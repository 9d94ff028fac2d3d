"""What one message becomes, for whoever tries a mapping file."""

from __future__ import annotations

from collections.abc import Sequence

from app.ingest.decoding import Message, decoded
from app.ingest.mapping import Mapping
from app.ingest.sparkplug import Host, is_sparkplug
from graph.errors import Problem
from graph.state import Event, EventInvalid


def shown(mapping: Mapping, message: Message, *, births: Sequence[Message] = ()) -> list[Event]:
    """Return the events of a message; of Sparkplug's, after the `births` before it.

    Raises EventInvalid where it is refused, or nothing comes of it.
    """
    if not is_sparkplug(message.topic):
        return [mapping.event(message.topic, message.payload, received=message.received, key=message.key)]
    host = Host(mapping, lambda: 0.0)
    for each in births:
        _events(decoded(each, mapping, host))
    found = _events(decoded(message, mapping, host))
    if not found:
        raise EventInvalid("Nothing comes of it", place="topic", hint="No form of the file speaks of what it says")
    return found


def _events(found: Sequence[Event | Problem]) -> list[Event]:
    for each in found:
        if isinstance(each, Problem):
            raise EventInvalid(each.message, place=each.place, expected=each.expected, actual=each.actual)
    return [each for each in found if isinstance(each, Event)]
