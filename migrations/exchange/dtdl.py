"""DTDL, the Digital Twins Definition Language: asset types are interfaces. Version 3 is written, 2 to 4 are read.

Ids without their version are the ids here, so that a newer version of a model is the same type.
https://github.com/Azure/opendigitaltwins-dtdl
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson

from graph.bulk.formats.spelling import last_segment
from migrations.exchange.errors import ExchangeUnreadable
from migrations.exchange.gathered import ANY, Body, Gathered, GatheredType
from migrations.exchange.trees import is_list, is_tree
from migrations.exchange.unit_names import dtdl_unit, unit_of_dtdl

_CONTEXT: Final = "dtmi:dtdl:context;{}"
_QUANTITIES: Final = "dtmi:dtdl:extension:quantitativeTypes;1"
_ID: Final = "twin id "
_SCHEMAS: Final[Mapping[str, str]] = {
    "string": "string", "boolean": "boolean", "int": "long", "float": "double", "decimal": "double", "date": "date",
    "datetime": "dateTime", "duration": "duration", "point": "point",
}  # fmt: skip
_DATATYPES: Final[Mapping[str, str]] = {
    "string": "string", "boolean": "boolean", "long": "int", "integer": "int", "double": "float", "float": "float",
    "date": "date", "dateTime": "datetime", "duration": "duration", "point": "point", "time": "string",
    "uuid": "string",
    "byte": "int", "short": "int", "unsignedByte": "int", "unsignedShort": "int", "unsignedInteger": "int",
    "unsignedLong": "int", "decimal": "float", "bytes": "string",
}  # fmt: skip
_READ: Final = frozenset(
    ("@id", "@type", "@context", "name", "displayName", "description", "comment", "schema", "unit", "writable")
)
_NOT_NAME: Final = re.compile(r"[^A-Za-z0-9_]+")


def to_dtdl(document: Body) -> str:
    """Return an ontology document as a list of DTDL interfaces."""
    writer = _Writing(document)
    interfaces = [writer.interface(name, kind) for name, kind in document.get("assetTypes", {}).items()]
    return orjson.dumps(interfaces, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def from_dtdl(found: Any, name: str) -> Gathered:
    """Return what interfaces say; what has no place in an ontology is noted. Raises ExchangeUnreadable."""
    interfaces = [each for each in (found if is_list(found) else [found]) if is_tree(each)]
    gathered = Gathered(name)
    reading = _Reading(gathered)
    for each in interfaces:
        if "Interface" not in _listed(each.get("@type")) or "@id" not in each:
            raise ExchangeUnreadable(
                "That is no DTDL interface", expected='"@type": "Interface" with an "@id"', actual=str(each)[:120]
            )
        reading.interface(each)
    return gathered


class _Writing:
    def __init__(self, document: Body) -> None:
        self._document = document
        self._prefix = _NOT_NAME.sub("_", document["name"]).strip("_")
        self._enums = document.get("enums", {})

    def interface(self, name: str, kind: Body) -> Body:
        contents = [self._content("Property", prop, each) for prop, each in kind.get("properties", {}).items()]
        contents += [self._content("Telemetry", channel, each) for channel, each in kind.get("channels", {}).items()]
        for link, each in self._document.get("relationshipTypes", {}).items():
            if name in each["from"]:
                contents.append(self._relationship(link, each))
        return {
            "@context": [_CONTEXT.format(3), _QUANTITIES],
            "@id": self._dtmi(name),
            "@type": "Interface",
            **_texts(kind),
            **_comment(kind),
            **({"extends": [self._dtmi(each) for each in kind["extends"]]} if kind.get("extends") else {}),
            "contents": contents,
        }

    def _relationship(self, name: str, link: Body) -> Body:
        bounds = link.get("multiplicity", {}).get("targets", "0..*").rpartition("..")
        most = bounds[2]
        properties = [self._content("Property", prop, each) for prop, each in link.get("properties", {}).items()]
        return {
            "@type": "Relationship",
            "name": name,
            **_texts(link),
            **_comment(link),
            **({"target": self._dtmi(link["to"][0])} if len(link["to"]) == 1 else {}),
            **({"maxMultiplicity": int(most)} if most != "*" else {}),
            **({"properties": properties} if properties else {}),
        }

    def _content(self, what: str, name: str, body: Body) -> Body:
        quantity = dtdl_unit(body.get("unit"))
        return {
            "@type": [what, quantity[0]] if quantity else what,
            "name": name,
            **_texts(body),
            **_comment(body),
            "schema": self._schema(body),
            **({"unit": quantity[1]} if quantity else {}),
            **({"writable": True} if what == "Property" and body.get("writable", True) else {}),
        }

    def _schema(self, body: Body) -> Any:
        match body["datatype"]:
            case "enum":
                values = [{"name": value, "enumValue": value} for value in self._enums[body["enum"]]["values"]]
                return {"@type": "Enum", "displayName": body["enum"], "valueSchema": "string", "enumValues": values}
            case "list":
                return {"@type": "Array", "elementSchema": self._schema(body["items"])}
            case "map":
                value = {"name": "value", "schema": self._schema(body.get("items", {"datatype": "string"}))}
                return {"@type": "Map", "mapKey": {"name": "key", "schema": "string"}, "mapValue": value}
            case "object":
                fields = [
                    {"name": name, **_texts(each), "schema": self._schema(each)}
                    for name, each in body["fields"].items()
                ]
                return {"@type": "Object", "fields": fields}
            case datatype:
                return _SCHEMAS[datatype]

    def _dtmi(self, name: str) -> str:
        return f"dtmi:{self._prefix}:{name};1"


class _Reading:
    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._schemas: dict[str, Any] = {}

    def interface(self, found: Mapping[str, Any]) -> None:
        key = _unversioned(found["@id"])
        name = last_segment(found["@id"])
        if key in self._gathered.types:
            self._gathered.notes.left_out(found["@id"], "another version of an interface that is there")
            return
        kind = GatheredType(name=name, id=_own_id(found) or key, body=self._described(found, name))
        if _own_id(found) is None and found.get("comment", "").startswith(_ID.strip()):
            kind.id = None
        kind.extends = [_unversioned(each) for each in _references(found.get("extends"))]
        self._schemas |= {each["@id"]: each for each in _listed(found.get("schemas")) if is_tree(each)}
        self._gathered.types[key] = kind
        for keyword in sorted(found.keys() - _READ - {"extends", "contents", "schemas"}):
            self._gathered.notes.left_out(name, f"the keyword {keyword}")
        for each in _listed(found.get("contents")):
            self._content(key, kind, each)

    def _content(self, key: str, kind: GatheredType, found: Mapping[str, Any]) -> None:
        types, name = _listed(found.get("@type")), str(found.get("name"))
        place = f"{kind.name}.{name}"
        if "Property" in types:
            if (body := self._value(found, place)) is not None:
                kind.properties[name] = {**body, **({} if found.get("writable") else {"writable": False})}
        elif "Telemetry" in types:
            self._telemetry(kind, name, self._value(found, place), place)
        elif "Relationship" in types:
            self._relationship(key, found, place)
        elif "Component" in types:
            link = self._gathered.link(name, key, _unversioned(str(found.get("schema"))))
            link.body.setdefault("multiplicity", {"targets": "0..1"})
            self._gathered.notes.changed(place, "a component", "a relationship type")
        else:
            self._gathered.notes.left_out(place, f"a {', '.join(map(str, types)) or 'content without a type'}")

    def _telemetry(self, kind: GatheredType, name: str, body: Body | None, place: str) -> None:
        if body is None:
            return
        if body["datatype"] not in ("boolean", "int", "float", "string", "enum"):
            self._gathered.notes.left_out(place, f"telemetry that is a {body['datatype']}")
            return
        kind.channels[name] = {
            part: body[part] for part in ("id", "datatype", "unit", "enum", "description") if part in body
        }

    def _relationship(self, key: str, found: Mapping[str, Any], place: str) -> None:
        target = found.get("target")
        link = self._gathered.link(str(found.get("name")), key, ANY if target is None else _unversioned(target))
        link.id = link.id or _own_id(found)
        if target is None:
            self._gathered.notes.changed(place, "it may lead to any type", "all types at the top")
        link.body.update(self._described(found, place, names=False))
        if isinstance(found.get("maxMultiplicity"), int):
            least = found.get("minMultiplicity", 0)
            link.body["multiplicity"] = {"targets": f"{least}..{found['maxMultiplicity']}"}
        for each in _listed(found.get("properties")):
            if (body := self._value(each, f"{place}.{each.get('name')}")) is not None:
                link.properties[str(each.get("name"))] = body
        for keyword in sorted(found.keys() - _READ - {"target", "maxMultiplicity", "minMultiplicity", "properties"}):
            self._gathered.notes.left_out(place, f"the keyword {keyword}")

    def _value(self, found: Mapping[str, Any], place: str) -> Body | None:
        body = self._schema(found.get("schema"), place)
        if body is None:
            return None
        for keyword in sorted(found.keys() - _READ):
            self._gathered.notes.left_out(place, f"the keyword {keyword}")
        if (unit := found.get("unit")) is not None:
            known = unit_of_dtdl(str(unit))
            if known is None or body["datatype"] not in ("int", "float"):
                self._gathered.notes.left_out(place, f"the unit {unit}")
            else:
                body["unit"] = known
        return {
            **body,
            **self._described(found, place, names=False),
            **({"id": own} if (own := _own_id(found)) else {}),
        }

    def _schema(self, schema: Any, place: str) -> Body | None:
        if isinstance(schema, str):
            if schema in self._schemas:
                return self._schema(self._schemas[schema], place)
            datatype = _DATATYPES.get(schema.removeprefix("dtmi:dtdl:instance:Schema:").partition(";")[0])
            if datatype is None:
                self._gathered.notes.left_out(place, f"the schema {schema}")
                return None
            if schema in ("decimal", "time", "uuid", "bytes"):
                self._gathered.notes.changed(place, f"the schema {schema}", datatype)
            return {"datatype": datatype}
        if not is_tree(schema):
            self._gathered.notes.left_out(place, "a value without a schema")
            return None
        return self._complex(schema, place)

    def _complex(self, schema: Mapping[str, Any], place: str) -> Body | None:
        types = _listed(schema.get("@type"))
        if "Enum" in types:
            values = [str(each.get("name")) for each in _listed(schema.get("enumValues"))]
            if any(str(each.get("enumValue")) != each.get("name") for each in _listed(schema.get("enumValues"))):
                self._gathered.notes.changed(place, "an enum's values", "their names")
            name = _text(schema.get("displayName")) or place.replace(".", " ")
            return {"datatype": "enum", "enum": self._gathered.enum_of(values, name)}
        if "Array" in types:
            items = self._schema(schema.get("elementSchema"), f"{place}[]")
            return None if items is None else {"datatype": "list", "items": items}
        if "Map" in types:
            items = self._schema(_tree(schema.get("mapValue")).get("schema"), f"{place}{{}}")
            return {"datatype": "map", **({"items": items} if items else {})}
        if "Object" in types:
            fields: Body = {}
            for each in _listed(schema.get("fields")):
                if (body := self._value(each, f"{place}.{each.get('name')}")) is not None:
                    fields[str(each.get("name"))] = body
            return {"datatype": "object", "fields": fields} if fields else None
        self._gathered.notes.left_out(place, f"the schema {', '.join(map(str, types))}")
        return None

    def _described(self, found: Mapping[str, Any], place: str, *, names: bool = True) -> Body:
        body: Body = {}
        if text := _text(found.get("description")):
            body["description"] = text
        shown = found.get("displayName")
        if names and shown:
            body["displayName"] = shown if is_tree(shown) else {"en": str(shown)}
        elif shown and not names:
            self._gathered.notes.left_out(place, f"its display name {_text(shown)}")
        if (comment := found.get("comment")) and not str(comment).startswith(_ID.strip()):
            self._gathered.notes.left_out(place, f"the comment {str(comment)[:60]}")
        return body


def _texts(body: Body) -> Body:
    shown = {"displayName": body["displayName"]} if body.get("displayName") else {}
    text = body.get("description")
    return {**shown, **({"description": text[:512]} if text else {})}


def _comment(body: Body) -> Body:
    """Return a comment that keeps the id; one that follows from the name is kept as that."""
    return {"comment": f"{_ID}{body.get('id', '')}".strip()}


def _own_id(found: Mapping[str, Any]) -> str | None:
    comment = str(found.get("comment") or "")
    return comment.removeprefix(_ID) if comment.startswith(_ID) else None


def _unversioned(dtmi: str) -> str:
    return dtmi.partition(";")[0]


def _references(extends: Any) -> list[str]:
    return [each if isinstance(each, str) else str(each.get("@id")) for each in _listed(extends)]


def _listed(value: Any) -> Sequence[Any]:
    return value if is_list(value) else [] if value is None else [value]


def _text(value: Any) -> str | None:
    if is_tree(value):
        return next((str(text) for language, text in sorted(value.items()) if language.startswith("en")), None) or next(
            (str(text) for text in value.values()), None
        )
    return None if value is None else str(value)


def _tree(value: Any) -> Body:
    return value if is_tree(value) else {}
