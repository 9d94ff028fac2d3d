"""The messages of Sparkplug B, as far as we read them, written down for the runtime of Protocol Buffers.

Names and numbers are those of the specification (Eclipse Sparkplug 3.0, `sparkplug_b.proto`). What is left out (data
sets, templates, extensions) stays unread.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_PACKAGE: Final = "org.eclipse.tahu.protobuf"
_METRIC, _SET, _PROPERTY = (f".{_PACKAGE}.Payload.{name}" for name in ("Metric", "PropertySet", "PropertyValue"))

_PAYLOAD_FIELDS: Final = (
    ("timestamp", 1, "UINT64"),
    ("metrics", 2, _METRIC),
    ("seq", 3, "UINT64"),
    ("uuid", 4, "STRING"),
    ("body", 5, "BYTES"),
)
_METRIC_FIELDS: Final = (
    ("name", 1, "STRING"),
    ("alias", 2, "UINT64"),
    ("timestamp", 3, "UINT64"),
    ("datatype", 4, "UINT32"),
    ("is_historical", 5, "BOOL"),
    ("is_transient", 6, "BOOL"),
    ("is_null", 7, "BOOL"),
    ("properties", 9, _SET),
)
_METRIC_VALUES: Final = (
    ("int_value", 10, "UINT32"),
    ("long_value", 11, "UINT64"),
    ("float_value", 12, "FLOAT"),
    ("double_value", 13, "DOUBLE"),
    ("boolean_value", 14, "BOOL"),
    ("string_value", 15, "STRING"),
    ("bytes_value", 16, "BYTES"),
)
_SET_FIELDS: Final = (("keys", 1, "STRING"), ("values", 2, _PROPERTY))
_PROPERTY_FIELDS: Final = (("type", 1, "UINT32"), ("is_null", 2, "BOOL"))
_PROPERTY_VALUES: Final = (("int_value", 3, "UINT32"), ("long_value", 4, "UINT64"))
_MANY: Final = frozenset({"metrics", "keys", "values"})


@cache
def payload_class() -> Any:
    """Return the class of payloads; made when it is first asked for."""
    file = descriptor_pb2.FileDescriptorProto(name="twin/sparkplug_b.proto", package=_PACKAGE, syntax="proto2")
    payload = file.message_type.add(name="Payload")
    _add(payload, _PAYLOAD_FIELDS)
    for name, fields, values in (
        ("Metric", _METRIC_FIELDS, _METRIC_VALUES),
        ("PropertySet", _SET_FIELDS, ()),
        ("PropertyValue", _PROPERTY_FIELDS, _PROPERTY_VALUES),
    ):
        message = payload.nested_type.add(name=name)
        _add(message, fields)
        if values:
            message.oneof_decl.add(name="value")
            _add(message, values, oneof_index=0)
    pool = descriptor_pool.DescriptorPool()  # one of our own: others may have the specification's file in theirs
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{_PACKAGE}.Payload"))


def _add(message: Any, fields: tuple[tuple[str, int, str], ...], **choice: int) -> None:
    of = descriptor_pb2.FieldDescriptorProto
    for name, number, kind in fields:
        label = of.LABEL_REPEATED if name in _MANY else of.LABEL_OPTIONAL
        what = {"type_name": kind, "type": of.TYPE_MESSAGE} if kind[0] == "." else {"type": getattr(of, f"TYPE_{kind}")}
        message.field.add(name=name, number=number, label=label, **what, **choice)
