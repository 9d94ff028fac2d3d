"""What metrics mean, by the mapping's forms: events about assets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Mappable
from typing import cast

from app.ingest.mapping import Mapping, meant
from app.ingest.mapping_document import TopicPart
from app.ingest.sparkplug.life import Said
from app.ingest.sparkplug.payload import Plain
from app.ingest.sparkplug.topic import Topic, parse_topic
from graph.errors import Problem, TwinError
from graph.state import Event, EventInvalid, Value


def events_of(
    mapping: Mapping, told: Topic, device: str, metrics: Sequence[Said], *, marks: tuple[str, int, int]
) -> Iterator[Event | Problem]:
    """Yield what metrics of a device (empty: the node itself) mean: an event for each asset and time, or why it isn't.

    `marks` are the events' id, epoch and sequence.
    """
    name, epoch, sequence = marks
    for part, names in mapping.sparkplug_forms(told.said_of(device)):
        known = {**names, "topic": told.source_of(device)}
        by_time: dict[int, list[Said]] = {}
        for each in metrics:
            by_time.setdefault(each.time, []).append(each)
        for time, said in by_time.items():
            try:
                values = _values(mapping, part, known, said)
            except TwinError as refusal:
                yield refusal.problem
                continue
            if values:
                yield Event(
                    asset=mapping.asset_of(part, known),
                    time=time,
                    source=mapping.filled(part.source, known),
                    id=name,
                    values=values,
                    epoch=epoch,
                    sequence=sequence,
                )


def named_events(mapping: Mapping, topic: str, values: Mappable[str, object], *, received: int) -> list[Event]:
    """Return the events of values by name of metric, as a node or device says them on a topic at `received`.

    Raises EventInvalid where it is no topic of births or data, or a value is none that the forms know.
    """
    told = parse_topic(topic)
    if told is None:
        raise EventInvalid("Not a topic that nodes send on", place="topic", actual=topic[:80])
    said = [Said(name=name, value=cast("Plain | None", value), time=received) for name, value in values.items()]
    found: list[Event] = []
    for each in events_of(mapping, told, told.device, said, marks=("example", 0, 0)):
        if isinstance(each, Problem):
            raise EventInvalid(each.message, place=each.place, expected=each.expected, actual=each.actual)
        found.append(each)
    return found


def _values(mapping: Mapping, part: TopicPart, names: dict[str, str], said: Sequence[Said]) -> tuple[Value, ...]:
    by_name = {each.name: each for each in said}
    found: list[Value] = []
    for name, channel in part.channels.items():
        each = by_name.get(channel.value)
        if each is None:
            continue
        if not each.plain:
            raise EventInvalid("The metric is no plain value", place=f"metrics.{each.name[:80]}")
        value = None if each.value is None else meant(name, channel, each.value)
        found.append(Value(channel=mapping.filled(name, names), value=value, unit=channel.unit, quality=each.quality))
    return tuple(found)
