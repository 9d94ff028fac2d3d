"""Payloads of Sparkplug B: read from bytes, and written for what we ask of nodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final, TypeAlias

from google.protobuf.message import DecodeError

from app.ingest.sparkplug.errors import SparkplugInvalid
from app.ingest.sparkplug.schema import payload_class
from graph.state import Quality

Plain: TypeAlias = "bool | int | float | str"

_GOOD, _UNCERTAIN, _OVER = 192, 64, 256
_QUALITY: Final = "Quality"
_COMPRESSED: Final = "SPBV1.0_COMPRESSED"
_REBIRTH: Final = "Node Control/Rebirth"


class Datatype(IntEnum):
    """The datatypes of metrics that have one plain value, by the specification's numbers."""

    INT8 = 1
    INT16 = 2
    INT32 = 3
    INT64 = 4
    UINT8 = 5
    UINT16 = 6
    UINT32 = 7
    UINT64 = 8
    FLOAT = 9
    DOUBLE = 10
    BOOLEAN = 11
    STRING = 12
    DATETIME = 13
    TEXT = 14
    UUID = 15


_BITS: Final[dict[int, int]] = {Datatype.INT8: 8, Datatype.INT16: 16, Datatype.INT32: 32, Datatype.INT64: 64}
_FIELDS: Final[dict[int, str]] = {
    Datatype.INT64: "long_value",
    Datatype.UINT32: "long_value",
    Datatype.UINT64: "long_value",
    Datatype.FLOAT: "float_value",
    Datatype.DOUBLE: "double_value",
    Datatype.BOOLEAN: "boolean_value",
    Datatype.STRING: "string_value",
    Datatype.DATETIME: "long_value",
    Datatype.TEXT: "string_value",
    Datatype.UUID: "string_value",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric: its name, its alias or both. `value` None is null; `plain` says whether it is a value at all.

    `time` is in microseconds since 1970, None where it has none of its own.
    """

    name: str = ""
    alias: int | None = None
    value: Plain | None = None
    datatype: int = 0
    time: int | None = None
    quality: Quality = Quality.GOOD
    plain: bool = True

    def signed(self, datatype: int) -> Plain | None:
        """The value, read as one of a datatype: what is negative comes as a large number."""
        bits = _BITS.get(datatype)
        if bits is None or not isinstance(self.value, int) or isinstance(self.value, bool):
            return self.value
        cut = self.value & ((1 << bits) - 1)
        return cut - (1 << bits) if cut >> (bits - 1) else cut


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """What a message says; `time` in microseconds since 1970, `sequence` 0 to 255, each None where it isn't said."""

    time: int | None = None
    sequence: int | None = None
    metrics: tuple[Metric, ...] = ()


def decode(body: bytes) -> Payload:
    """Return what the bytes say. Raises SparkplugInvalid."""
    try:
        read = payload_class().FromString(body)
        payload = Payload(
            time=read.timestamp * 1_000 if read.HasField("timestamp") else None,
            sequence=read.seq if read.HasField("seq") else None,
            metrics=tuple([_metric(each) for each in read.metrics]),
        )
        compressed = read.uuid == _COMPRESSED
    except (DecodeError, UnicodeDecodeError) as error:
        raise SparkplugInvalid("The payload is none of Sparkplug B", place="payload", actual=str(error)[:80]) from error
    if compressed:
        raise SparkplugInvalid("The payload is compressed", place="payload", hint="Let the node send it as it is")
    return payload


def encode(payload: Payload) -> bytes:
    """Return the bytes of a payload."""
    written = payload_class()()
    if payload.time is not None:
        written.timestamp = payload.time // 1_000
    if payload.sequence is not None:
        written.seq = payload.sequence
    for each in payload.metrics:
        _write(written.metrics.add(), each)
    return written.SerializeToString()


def rebirth(now: int) -> bytes:
    """Return what asks a node for its birth certificates; `now` in microseconds since 1970."""
    asked = Metric(name=_REBIRTH, value=True, datatype=Datatype.BOOLEAN, time=now)
    return encode(Payload(time=now, metrics=(asked,)))


def _metric(read: Any) -> Metric:
    field: str = read.WhichOneof("value") or ""
    plain = field not in ("", "bytes_value")
    return Metric(
        name=read.name,
        alias=read.alias if read.HasField("alias") else None,
        value=getattr(read, field) if plain and not read.is_null else None,
        datatype=read.datatype,
        time=read.timestamp * 1_000 if read.HasField("timestamp") else None,
        quality=_quality(zip(read.properties.keys, read.properties.values, strict=False)),
        plain=plain or read.is_null,
    )


def _quality(properties: Iterable[tuple[str, Any]]) -> Quality:
    """The metric's own quality: numbers are OPC's, as the specification takes them (192 good, 0 bad, 500 stale)."""
    for key, value in properties:
        if key == _QUALITY:
            number = value.int_value or value.long_value
            if not _UNCERTAIN <= number < _OVER:
                return Quality.BAD
            return Quality.GOOD if number >= _GOOD else Quality.UNCERTAIN
    return Quality.GOOD


def _write(written: Any, metric: Metric) -> None:
    if metric.name:
        written.name = metric.name
    if metric.alias is not None:
        written.alias = metric.alias
    if metric.time is not None:
        written.timestamp = metric.time // 1_000
    if metric.datatype:
        written.datatype = metric.datatype
    if metric.quality is not Quality.GOOD:
        written.properties.keys.append(_QUALITY)
        written.properties.values.add(type=Datatype.INT32, int_value=0 if metric.quality is Quality.BAD else _UNCERTAIN)
    if metric.value is None:
        written.is_null = True
        return
    field = _FIELDS.get(metric.datatype, "int_value")
    bits = 64 if field == "long_value" else 32
    is_number = field in ("int_value", "long_value")
    setattr(written, field, int(metric.value) & ((1 << bits) - 1) if is_number else metric.value)
