"""JSON Schema, draft 2020-12: asset types and relationship types are definitions, supertypes stand in `allOf`.

What the standard has no word for (units, channels, impact, ...) stands under the keyword `x-twin`, which validators
pass over. Reading takes definitions of any author: objects are asset types, references to them relationship types.
https://json-schema.org/draft/2020-12
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import orjson

from migrations.exchange.gathered import Body, Gathered, GatheredEnum, GatheredLink, GatheredType, without
from migrations.exchange.trees import is_list, is_texts, is_tree

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
TWIN: Final = "x-twin"
_DEFS: Final = "#/$defs/"
_FORMATS: Final[Mapping[str, str]] = {
    "date": "date",
    "datetime": "date-time",
    "duration": "duration",
    "decimal": "decimal",
}
_TYPES: Final[Mapping[str, str]] = {"string": "string", "boolean": "boolean", "int": "integer", "float": "number"}
_SAID: Final = (
    "datatype", "pattern", "minimum", "maximum", "exclusiveMinimum", "default", "description", "enum", "items",
    "fields", "required", "writable",
)  # fmt: skip
_READ: Final = frozenset(
    {
        "type", "format", "pattern", "minimum", "maximum", "exclusiveMinimum", "default", "description", "enum",
        "items", "properties", "required", "readOnly", "additionalProperties", "$ref", "title", "x-twin", "allOf",
        "$comment", "examples", "deprecated", "$id", "$anchor", "$schema", "$defs", "definitions", "const",
        "oneOf",
    }
)  # fmt: skip
_POINT: Final = ("longitude", "latitude", "height")


def to_json_schema(document: Body) -> str:
    """Return an ontology document as a JSON Schema."""
    definitions: Body = {}
    for name, enum in document.get("enums", {}).items():
        definitions[name] = _noted({"type": "string", "enum": enum["values"]}, enum, "values")
    for name, kind in document.get("assetTypes", {}).items():
        above = [{"$ref": f"{_DEFS}{each}"} for each in kind.get("extends", ())]
        schema: Body = {"type": "object", **({"allOf": above} if above else {}), **_members(kind.get("properties", {}))}
        definitions[name] = _noted(schema, kind, "extends", "properties", always={"assetType": True})
    for name, link in document.get("relationshipTypes", {}).items():
        ends = {end: {"anyOf": [{"$ref": f"{_DEFS}{each}"} for each in link[end]]} for end in ("from", "to")}
        schema = {"type": "object", **_members(link.get("properties", {}))}
        schema["properties"] = {**ends, **schema.get("properties", {})}
        schema["required"] = ["from", "to", *schema.get("required", [])]
        definitions[name] = _noted(schema, link, "from", "to", "properties", always={"relationshipType": True})
    concrete = [name for name, kind in document.get("assetTypes", {}).items() if not kind.get("abstract")]
    whole = {
        "$schema": DIALECT,
        "$id": f"urn:twin-ontology:{document['name']}",
        "title": document["name"],
        **({"description": document["description"]} if "description" in document else {}),
        TWIN: {key: document[key] for key in ("format", "compatibility") if key in document},
        "oneOf": [{"$ref": f"{_DEFS}{name}"} for name in concrete],
        "$defs": definitions,
    }
    return orjson.dumps(whole, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def from_json_schema(found: Mapping[str, Any], name: str) -> Gathered:
    """Return what the definitions of a schema say; unknown keywords are noted."""
    gathered = Gathered(str(found.get("title") or name))
    gathered.description = found.get("description")
    gathered.compatibility = found.get(TWIN, {}).get("compatibility")
    return _Reading(found, gathered).read()


# ---- writing ---------------------------------------------------------------------------------------------------------


def _members(properties: Mapping[str, Body]) -> Body:
    if not properties:
        return {}
    needed = [name for name, each in properties.items() if each.get("required")]
    members: Body = {"properties": {name: _schema(each) for name, each in properties.items()}}
    return {**members, "required": needed} if needed else members


def _schema(body: Body) -> Body:
    datatype = body["datatype"]
    schema: Body
    match datatype:
        case "enum":
            schema = {"$ref": f"{_DEFS}{body['enum']}"}
        case "list":
            schema = {"type": "array", "items": _schema(body["items"])}
        case "map":
            schema = {"type": "object", "additionalProperties": _schema(body["items"]) if "items" in body else True}
        case "object":
            schema = {"type": "object", **_members(body.get("fields", {})), "additionalProperties": False}
        case "point":
            numbers = {each: {"type": "number"} for each in _POINT}
            schema = {"type": "object", "format": "point", "properties": numbers, "required": list(_POINT[:2])}
        case _ if datatype in _FORMATS:
            schema = {"type": "string", "format": _FORMATS[datatype]}
        case _:
            schema = {"type": _TYPES[datatype]}
    if "pattern" in body:
        schema["pattern"] = f"^(?:{body['pattern']})$"
    if "minimum" in body:
        schema["exclusiveMinimum" if body.get("exclusiveMinimum") else "minimum"] = body["minimum"]
    if "maximum" in body:
        schema["maximum"] = body["maximum"]
    if "default" in body:
        schema["default"] = body["default"]
    if body.get("writable") is False:
        schema["readOnly"] = True
    return _noted(schema, body, *_SAID)


def _noted(schema: Body, body: Body, *said: str, always: Mapping[str, Any] | None = None) -> Body:
    """Return a schema with its description, and all that it doesn't say yet under the keyword of ours."""
    rest = {**(always or {}), **without(body, *said, "description")}
    return {
        **({"description": body["description"]} if "description" in body else {}),
        **schema,
        **({TWIN: rest} if rest else {}),
        **({"deprecated": True} if "deprecation" in body else {}),
    }


# ---- reading ---------------------------------------------------------------------------------------------------------


class _Reading:
    def __init__(self, found: Mapping[str, Any], gathered: Gathered) -> None:
        self._gathered = gathered
        self._definitions: dict[str, Any] = {**found.get("definitions", {}), **found.get("$defs", {})}
        self._root = found
        self._objects = {name for name, each in self._definitions.items() if _is_object(each)}

    def read(self) -> Gathered:
        for name, each in self._definitions.items():
            if is_tree(each) and is_texts(each.get("enum")):
                twin = each.get(TWIN, {})
                self._gathered.enums[name] = GatheredEnum(
                    name=name, values=list(each["enum"]), id=twin.get("id"), description=each.get("description")
                )
        for name, each in self._definitions.items():
            if name in self._objects and each.get(TWIN, {}).get("relationshipType"):
                self._link(name, each)
            elif name in self._objects:
                self._type(name, each)
            elif name not in self._gathered.enums:
                self._gathered.notes.left_out(name, "a definition that is neither an object nor an enum")
        if _is_object(self._root) and "properties" in self._root:
            self._type(str(self._root.get("title") or self._gathered.name), self._root)
        return self._gathered

    def _type(self, name: str, schema: Mapping[str, Any]) -> None:
        self._note_unread(name, schema)
        twin = without(schema.get(TWIN, {}), "assetType")
        kind = GatheredType(name=name, id=twin.pop("id", None) or schema.get("$id"))
        kind.channels, kind.sources = twin.pop("channels", {}), twin.pop("sourceOf", [])
        kind.body = {**_described(schema), **twin}
        parts = [schema, *(each for each in schema.get("allOf", ()) if "$ref" not in each)]
        for each in schema.get("allOf", ()):
            if (target := _target(each)) is not None:
                kind.extends.append(target)
        self._gathered.types[name] = kind
        for part in parts:
            for prop, each in part.get("properties", {}).items():
                self._member(kind, name, prop, each, required=prop in part.get("required", ()))

    def _member(self, kind: GatheredType, owner: str, name: str, schema: Any, *, required: bool) -> None:
        place = f"{owner}.{name}"
        many = is_tree(schema) and schema.get("type") == "array"
        target = _target(schema.get("items") if many else schema) if is_tree(schema) else None
        if target in self._objects:
            link = self._gathered.link(name, owner, target)
            link.body.update({} if many else {"multiplicity": {"targets": "1" if required else "0..1"}})
            link.body.update(_described(schema))
            return
        body = self._property(schema, place)
        if body is not None:
            kind.properties[name] = {**body, **({"required": True} if required else {})}

    def _link(self, name: str, schema: Mapping[str, Any]) -> None:
        twin = without(schema[TWIN], "relationshipType")
        properties = schema["properties"]
        link = GatheredLink(name=name, id=twin.pop("id", None), body={**_described(schema), **twin})
        link.sources, link.targets = (
            [target for each in properties[end]["anyOf"] if (target := _target(each)) is not None]
            for end in ("from", "to")
        )
        for prop, each in without(properties, "from", "to").items():
            body = self._property(each, f"{name}.{prop}")
            if body is not None:
                link.properties[prop] = {**body, **({"required": True} if prop in schema["required"] else {})}
        self._gathered.links[name] = link

    def _property(self, schema: Any, place: str) -> Body | None:
        if not is_tree(schema):
            self._gathered.notes.left_out(place, "a schema that takes anything")
            return None
        self._note_unread(place, schema)
        body = self._datatype(schema, place)
        if body is None:
            return None
        body |= {key: schema[key] for key in ("maximum", "default") if key in schema}
        for key in ("exclusiveMinimum", "minimum"):
            if isinstance(schema.get(key), int | float) and not isinstance(schema[key], bool):
                body |= {"minimum": schema[key], **({"exclusiveMinimum": True} if key == "exclusiveMinimum" else {})}
        if "pattern" in schema and body["datatype"] == "string":
            body["pattern"] = _whole(schema["pattern"])
        if schema.get("readOnly"):
            body["writable"] = False
        return {**body, **_described(schema), **schema.get(TWIN, {})}

    def _datatype(self, schema: Mapping[str, Any], place: str) -> Body | None:
        target, kind, form = _target(schema), schema.get("type"), schema.get("format")
        if is_list(kind):
            kind = next((each for each in kind if each != "null"), None)
        if target is not None and target in self._gathered.enums:
            return {"datatype": "enum", "enum": target}
        if target is not None and target in self._definitions:
            return self._datatype(self._definitions[target], place)
        if is_texts(schema.get("enum")):
            key = self._gathered.enum_of(list(schema["enum"]), place.replace(".", " "))
            return {"datatype": "enum", "enum": key}
        by_format = {name: datatype for datatype, name in _FORMATS.items()}
        if kind == "string":
            return {"datatype": by_format.get(form or "", "string")}
        if kind in ("integer", "number", "boolean"):
            return {"datatype": {"integer": "int", "number": "float", "boolean": "boolean"}[kind]}
        if kind == "array":
            items = self._property(schema.get("items", True), f"{place}[]")
            return None if items is None else {"datatype": "list", "items": items}
        if kind == "object" and form == "point":
            return {"datatype": "point"}
        if kind == "object" or "properties" in schema:
            return self._object(schema, place)
        self._gathered.notes.left_out(place, "a schema without one plain type")
        return None

    def _object(self, schema: Mapping[str, Any], place: str) -> Body:
        if not schema.get("properties"):
            values = schema.get("additionalProperties")
            items = self._property(values, f"{place}{{}}") if is_tree(values) else None
            return {"datatype": "map", **({"items": items} if items else {})}
        fields: Body = {}
        for name, each in schema["properties"].items():
            body = self._property(each, f"{place}.{name}")
            if body is not None:
                fields[name] = {**body, **({"required": True} if name in schema.get("required", ()) else {})}
        return {"datatype": "object", "fields": fields}

    def _note_unread(self, place: str, schema: Mapping[str, Any]) -> None:
        for keyword in sorted(schema.keys() - _READ):
            self._gathered.notes.left_out(place, f"the keyword {keyword}")


def _is_object(schema: Any) -> bool:
    return is_tree(schema) and (schema.get("type") == "object" or "properties" in schema or "allOf" in schema)


def _target(schema: Any) -> str | None:
    """Return the name of the definition that a schema refers to."""
    reference = schema.get("$ref") if is_tree(schema) else None
    return reference.rpartition("/")[2] if isinstance(reference, str) else None


def _described(schema: Mapping[str, Any]) -> Body:
    return {"description": schema["description"]} if isinstance(schema.get("description"), str) else {}


def _whole(pattern: str) -> str:
    """Return a pattern that the whole text must match: in JSON Schema it may stand anywhere in it."""
    if pattern.startswith("^(?:") and pattern.endswith(")$"):
        return pattern[4:-2]
    before = "" if pattern.startswith("^") else ".*"
    after = "" if pattern.endswith("$") and not pattern.endswith("\\$") else ".*"
    return f"{before}{pattern.removeprefix('^').removesuffix('$') if not after else pattern.removeprefix('^')}{after}"
