"""The mapping file: what a site's own topics and payloads mean, as it is written down."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from app.ingest.errors import MappingInvalid
from graph.errors import Problem, ValueInvalid
from graph.ontology.advice import nearest
from graph.ontology.source import Source, read_source

FORMAT: Final = "twin-mapping/1"
NAME: Final = re.compile(r"\{([a-z][A-Za-z0-9]*)\}")
_SPARKPLUG: Final = re.compile(r"spBv1\.0/[^/#]+/\+/[^/#]+(/[^/#]+)?")
_HINT: Final = "docs/brokers.md tells what a mapping file may hold"


class PayloadKind(StrEnum):
    """How a payload is read."""

    JSON = "json"
    TEXT = "text"
    SPARKPLUG = "sparkplug"
    """A channel's value is then the name of a metric, whole."""


class TimeForm(StrEnum):
    """How a payload writes its time."""

    ISO = "iso"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    MICROSECONDS = "microseconds"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Transport(StrEnum):
    """What a topic is one of: levels of MQTT's are divided by slashes, those of Kafka's by dots."""

    MQTT = "mqtt"
    KAFKA = "kafka"

    @property
    def divider(self) -> str:
        """What stands between two levels of a topic."""
        return "/" if self is Transport.MQTT else "."


class ChannelPart(_Part):
    """Where a channel's value stands in the payload; `values` says what the site's values mean."""

    value: str = ""
    unit: str | None = None
    quality: str | None = None
    values: dict[str, Any] | None = None


class TopicPart(_Part):
    """One form of topics, as `site/{building}/+/{asset}`, and what its payloads mean. Paths are `a.b.0`."""

    topic: str = Field(min_length=1)
    transport: Transport = Transport.MQTT
    asset: str = Field(min_length=1)
    channels: dict[str, ChannelPart] = Field(min_length=1)
    payload: PayloadKind = PayloadKind.JSON
    time: str | None = None
    time_form: TimeForm = Field(default=TimeForm.ISO, alias="timeForm")
    id: str | None = None
    sequence: str | None = None
    epoch: str | None = None
    source: str = "{topic}"

    @field_validator("channels", mode="before")
    @classmethod
    def _short_form(cls, value: object) -> object:
        """Let `temperature: t` stand for `temperature: {value: t}`."""
        if not isinstance(value, dict):
            return value
        entries = cast("dict[object, object]", value)
        return {name: {"value": to} if isinstance(to, str) else to for name, to in entries.items()}


class ExamplePart(_Part):
    """A message and what has to come of it: values by channel, of an asset; null where it has to be refused."""

    topic: str
    key: str = ""
    payload: Any
    asset: str | None = None
    values: dict[str, Any] | None = None


class MappingFile(_Part):
    """A mapping file. `assets` gives the ids of assets that the site calls otherwise; `examples` are its tests."""

    format: Literal["twin-mapping/1"]
    topics: tuple[TopicPart, ...] = Field(min_length=1)
    assets: dict[str, str] = Field(default_factory=dict)
    examples: tuple[ExamplePart, ...] = ()


def load_mapping_file(path: Path) -> MappingFile:
    """Return the mapping file at `path`.

    Raises ValueInvalid where it can't be opened, MappingInvalid with all that is wrong, each with line and column.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise ValueInvalid(f"{path} can't be opened", actual=error.strerror or str(error)) from error
    return parse_mapping_file(text, file=str(path))


def parse_mapping_file(text: str | bytes, *, file: str = "mapping.yaml") -> MappingFile:
    """Return the mapping file written in `text` (YAML); raises as `load_mapping_file` does."""
    source = read_source(text, file=file)
    if source.problems:
        raise _invalid(file, source.problems)
    try:
        found = MappingFile.model_validate({} if source.value is None else source.value)
    except ValidationError as error:
        problems = [_shape_problem(source, cast("dict[str, Any]", fault)) for fault in error.errors(include_url=False)]
        raise _invalid(file, tuple(problems)) from error
    unknown = tuple(problem for number in range(len(found.topics)) for problem in _unknown(found, source, number))
    if unknown:
        raise _invalid(file, unknown)
    return found


def _invalid(file: str, problems: tuple[Problem, ...]) -> MappingInvalid:
    return MappingInvalid(f"{file} is no mapping file", problems, hint=_HINT)


def _shape_problem(source: Source, fault: dict[str, Any]) -> Problem:
    loc = fault["loc"]
    if fault["type"] == "extra_forbidden":
        fields = MappingFile.model_fields | TopicPart.model_fields | ChannelPart.model_fields | ExamplePart.model_fields
        return Problem(
            code="FIELD_UNKNOWN",
            message=f"A mapping file has no field {loc[-1]!r} here",
            place=source.places.of_key(loc),
            hint=nearest(str(loc[-1]), fields),
        )
    name = ".".join(str(step) for step in loc) or "the file"
    return Problem(code="FIELD_INVALID", message=f"{name}: {fault['msg']}", place=source.places.of(loc))


def _unknown(found: MappingFile, source: Source, number: int) -> list[Problem]:
    """Names in templates that the topic doesn't give, and topics that no broker would take."""
    part = found.topics[number]
    given = {*NAME.findall(part.topic), "topic", *(("key",) if part.transport is Transport.KAFKA else ())}
    problems = [
        Problem(
            code="FIELD_INVALID",
            message=f"The topic has no {{{name}}}",
            place=source.places.of(("topics", number, field)),
            expected=", ".join(sorted(given)),
            actual=name,
        )
        for field, template in (
            ("asset", part.asset),
            ("source", part.source),
            *(("channels", n) for n in part.channels),
        )
        for name in NAME.findall(template)
        if name not in given
    ]
    levels = part.topic.split(part.transport.divider)
    if part.payload is PayloadKind.SPARKPLUG and not _SPARKPLUG.fullmatch(part.topic):
        problems.append(
            Problem(
                code="FIELD_INVALID",
                message="Not a form of Sparkplug's topics",
                place=source.places.of(("topics", number, "topic")),
                expected="spBv1.0/GROUP/+/NODE or spBv1.0/GROUP/+/NODE/DEVICE",
                actual=part.topic[:80],
            )
        )
    whole = all(level in ("+", "#") or NAME.fullmatch(level) or not set(level) & set("+#{}") for level in levels)
    if not whole or "#" in levels[:-1]:
        problems.append(
            Problem(
                code="FIELD_INVALID",
                message="Not a form of topics",
                place=source.places.of(("topics", number, "topic")),
                expected="levels between slashes (Kafka: dots): text, {name} or +, and # alone as the last",
                actual=part.topic[:80],
            )
        )
    return problems
