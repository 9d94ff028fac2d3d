"""`twin ingest`: events on their way in: sending them from files, and what messages become."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import print_json, say
from app.cli.state import event_files
from app.cli.verbs import FOUND, JsonFlag, add, group
from graph.errors import ValueInvalid

if TYPE_CHECKING:
    from app.ingest import Mapping, Message
    from graph.state import Event


def application() -> typer.Typer:
    """Return the verbs of `twin ingest`."""
    verbs = group("Events on their way in.")
    add(verbs, "send", event_files.send)
    add(verbs, "test", try_mapping)
    return verbs


def try_mapping(
    file: Annotated[Path | None, typer.Argument(help="Mapping file; default TWIN_MAPPING.")] = None,
    topic: Annotated[str | None, typer.Option("--topic", help="Show what a message on this topic becomes.")] = None,
    key: Annotated[str, typer.Option("--key", help="Its key, where the topic is one of Kafka's.")] = "",
    payload: Annotated[str, typer.Option("--payload", help="Its payload; @FILE reads it from a file.")] = "",
    births: Annotated[
        list[str] | None, typer.Option("--birth", help="Of Sparkplug: TOPIC=@FILE of a birth certificate before it.")
    ] = None,
    as_json: JsonFlag = False,
) -> int:
    """Try the examples of a mapping file, or show what one message becomes.

    Examples:
        twin ingest test site.yaml
        twin ingest test site.yaml --topic site/B1/7/air --payload '{"t": 21.5}'
        twin ingest test site.yaml --topic site/B1/7/air --payload @message.json --json
        twin ingest test site.yaml --birth spBv1.0/P/NBIRTH/N=@birth.bin --topic spBv1.0/P/NDATA/N --payload @data.bin
    """
    from app.ingest import Mapping, load_mapping_file
    from app.settings import load_settings

    path = file or load_settings().mapping
    if path is None:
        raise ValueInvalid("No mapping file", expected="a FILE, or TWIN_MAPPING")
    mapping = Mapping(load_mapping_file(path))
    if topic is None:
        return _examples(mapping, path, as_json=as_json)
    return _show(mapping, _message(topic, payload, key), _births(births or []), as_json=as_json)


def _examples(mapping: Mapping, path: Path, *, as_json: bool) -> int:
    from app.ingest import failed_examples

    failed = failed_examples(mapping, received=_now())
    number = len(mapping.examples)
    if as_json:
        print_json({"examples": number, "problems": failed})
    else:
        for problem in failed:
            say(problem)
        good = number - len(failed)
        tells = "example of {} comes out as it says" if good == 1 else "examples of {} come out as they say"
        say(f"{good} {tells.format(path)}")
    return FOUND if failed else 0


def _show(mapping: Mapping, message: Message, births: list[Message], *, as_json: bool) -> int:
    from app.ingest import shown

    events = shown(mapping, message, births=births)
    if as_json:
        documents = [_document(event) for event in events]
        print_json(documents[0] if len(documents) == 1 else documents)
        return 0
    for event in events:
        rows = [(value.channel, value.value, value.unit or "", value.quality) for value in event.values]
        width = max(len("asset"), *(len(row[0]) for row in rows))
        say(f"{'asset':{width}}  {event.asset}")
        for name, value, unit, quality in rows:
            trust = "" if quality == "GOOD" else f" ({quality})"
            say(f"{name:{width}}  {value} {unit}".rstrip() + trust)
    return 0


def _message(topic: str, payload: str, key: str = "") -> Message:
    from app.ingest import Message

    body = Path(payload[1:]).read_bytes() if payload.startswith("@") else payload.encode()
    return Message(topic=topic, payload=body, received=_now(), key=key)


def _births(given: list[str]) -> list[Message]:
    """Births as `TOPIC=@FILE`, in their order."""
    found: list[Message] = []
    for each in given:
        topic, divided, payload = each.partition("=")
        if not divided:
            raise ValueInvalid("Not a birth", place="--birth", expected="TOPIC=@FILE", actual=each[:80])
        found.append(_message(topic, payload))
    return found


def _document(event: Event) -> dict[str, object]:
    from graph.clock import text_of_micros

    return {
        "asset": event.asset,
        "time": text_of_micros(event.time),
        "source": event.source,
        "id": event.id,
        "epoch": event.epoch,
        "sequence": event.sequence,
        "values": {
            value.channel: {"value": value.value, "unit": value.unit, "quality": value.quality}
            for value in event.values
        },
    }


def _now() -> int:
    from graph.clock import SystemClock, epoch_micros

    return epoch_micros(SystemClock().now())
