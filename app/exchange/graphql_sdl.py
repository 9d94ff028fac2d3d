"""GraphQL SDL: asset types are interfaces and objects, relationship types fields from one to another.

What SDL has no word for stands as JSON in the directive `@twin`. An asset type that others extend, or that is abstract,
is an interface, for objects can't be extended. A relationship type is also an object of its own, which has its
properties and both its ends. Reading takes the schema of any service: its root types and connections are passed over.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Final

from graphql import (
    DirectiveNode,
    EnumTypeDefinitionNode,
    EnumTypeExtensionNode,
    FieldDefinitionNode,
    GraphQLError,
    InterfaceTypeDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    ScalarTypeDefinitionNode,
    StringValueNode,
    TypeNode,
    UnionTypeDefinitionNode,
    parse,
)
from graphql.language.print_string import print_string

from graph.ontology.names import camel_field
from migrations.exchange import Body, ExchangeUnreadable, Gathered, GatheredEnum, GatheredLink, GatheredType, without
from migrations.exchange.trees import is_tree

_SCALARS: Final[Mapping[str, str]] = {
    "string": "String", "boolean": "Boolean", "int": "Long", "float": "Float", "decimal": "Decimal", "date": "Date",
    "datetime": "DateTime", "duration": "Duration", "point": "GeoPoint", "map": "JSON", "object": "JSON",
}  # fmt: skip
_DATATYPES: Final[Mapping[str, str]] = {
    "String": "string", "ID": "string", "Boolean": "boolean", "Int": "int", "Long": "int", "BigInt": "int",
    "Float": "float", "Decimal": "decimal", "BigDecimal": "decimal", "Date": "date", "DateTime": "datetime",
    "Timestamp": "datetime", "Duration": "duration", "GeoPoint": "point", "Point": "point", "JSON": "map",
    "JSONObject": "map", "URL": "string", "URI": "string", "UUID": "string", "EmailAddress": "string",
}  # fmt: skip
_OWN_SCALARS: Final = ("Long", "Decimal", "Date", "DateTime", "Duration", "GeoPoint", "JSON")
_ROOTS: Final = ("Query", "Mutation", "Subscription")
_PLUMBING: Final = ("Connection", "Edge", "PageInfo", "Payload")
_SAID: Final = ("datatype", "description", "required")
_ID: Final = "id"
_ROOT: Final = "Asset"
"""What all asset types are: where a relationship may lead to several of them."""


def to_sdl(document: Body) -> str:
    """Return an ontology document as GraphQL SDL."""
    return _Writing(document).text()


def from_sdl(text: str, name: str) -> Gathered:
    """Return what the types of a schema say. Raises ExchangeUnreadable."""
    try:
        document = parse(text, no_location=True)
    except (GraphQLError, RecursionError) as error:
        raise ExchangeUnreadable("That is no GraphQL SDL", actual=str(error)[:200]) from error
    return _Reading(Gathered(name)).read(document.definitions)


class _Writing:
    def __init__(self, document: Body) -> None:
        self._document = document
        self._types: Body = document.get("assetTypes", {})
        self._extended = {above for kind in self._types.values() for above in kind.get("extends", ())}

    def text(self) -> str:
        document = self._document
        about = _twin({key: document[key] for key in ("name", "description", "compatibility") if key in document})
        parts = [
            "directive @twin(facets: String!) on ENUM | INTERFACE | OBJECT | FIELD_DEFINITION | SCALAR",
            "\n".join(f"scalar {name}" for name in _OWN_SCALARS),
            f"scalar Ontology{about}",
        ]
        for name, enum in document.get("enums", {}).items():
            values = "\n".join(f"  {value}" for value in enum["values"])
            parts.append(f"{_text(enum)}enum {name}{_twin(without(enum, 'values', 'description'))} {{\n{values}\n}}")
        parts.append(f"interface {_ROOT}{_twin({'root': True})} {{\n  {_ID}: ID!\n}}")
        parts += [self._type(name, kind) for name, kind in self._types.items()]
        for name, link in document.get("relationshipTypes", {}).items():
            parts.append(self._link(name, link))
        return "\n\n".join(parts) + "\n"

    def _type(self, name: str, kind: Body) -> str:
        word = "interface" if kind.get("abstract") or name in self._extended else "type"
        above = self._above(name)
        facets = without(kind, "extends", "properties", "description", "abstract")
        # An interface says nothing of whether there are assets of just it, nor which of several is the nearest.
        facets |= {"abstract": True} if kind.get("abstract") else {}
        facets |= {"extends": kind["extends"]} if kind.get("extends") else {}
        fields = {_ID: f"  {_ID}: ID!"}
        for owner in reversed([name, *above]):
            for prop, each in self._types[owner].get("properties", {}).items():
                fields[prop] = self._property(prop, each, own=owner == name)
            for link, each in self._document.get("relationshipTypes", {}).items():
                if owner in each["from"]:
                    field = each.get("graphql", {}).get("name") or camel_field(link)
                    target = each["to"][0] if len(each["to"]) == 1 else _ROOT
                    fields.setdefault(field, f"  {field}: [{target}!]!{_twin({'relationship': link})}")
        lines = "\n".join(fields.values())
        return f"{_text(kind)}{word} {name} implements {' & '.join([*above, _ROOT])}{_twin(facets)} {{\n{lines}\n}}"

    def _property(self, name: str, body: Body, *, own: bool) -> str:
        """Return a field; what is inherited is told in full where it is declared."""
        facets = _twin(without(body, *_SAID, "enum") | self._shape(body)) if own else ""
        return f"{_text(body, '  ')}  {name}: {self._reference(body)}{'!' if body.get('required') else ''}{facets}"

    def _link(self, name: str, link: Body) -> str:
        """Return a relationship type as a type of its own, for it has properties and several ends at either side."""
        facets = {"relationshipType": without(link, "properties", "description")}
        fields = ["  from: ID!", "  to: ID!"]
        fields += [self._property(prop, each, own=True) for prop, each in link.get("properties", {}).items()]
        lines = "\n".join(fields)
        return f"{_text(link)}type {name}{_twin(facets)} {{\n{lines}\n}}"

    def _above(self, name: str) -> list[str]:
        found: dict[str, None] = {}
        waiting = list(self._types[name].get("extends", ()))
        while waiting:
            above = waiting.pop(0)
            if above not in found:
                found[above] = None
                waiting += self._types[above].get("extends", ())
        return list(found)

    def _shape(self, body: Body) -> Body:
        """Return what a scalar doesn't tell of a value."""
        held = body["datatype"] in ("object", "map", "list")
        return {"datatype": body["datatype"]} if held else {}

    def _reference(self, body: Body) -> str:
        if body["datatype"] == "enum":
            return body["enum"]
        if body["datatype"] == "list":
            return f"[{self._reference(body['items'])}!]"
        return _SCALARS[body["datatype"]]


class _Reading:
    def __init__(self, gathered: Gathered) -> None:
        self._gathered = gathered
        self._scalars: set[str] = set()
        self._unions: dict[str, list[str]] = {}
        self._nodes: dict[str, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode] = {}

    def read(self, definitions: Iterable[object]) -> Gathered:
        for node in definitions:
            self._note(node)
        for name, node in self._nodes.items():
            facets = _facets(node.directives)
            if "relationshipType" in facets:
                self._link(name, node, facets["relationshipType"])
            else:
                self._type(name, node, facets)
        return self._gathered

    def _note(self, node: object) -> None:
        match node:
            case EnumTypeDefinitionNode() | EnumTypeExtensionNode():
                values = [value.name.value for value in node.values or ()]
                known = self._gathered.enums.get(node.name.value)
                if known is not None:
                    known.values += values
                    return
                text = node.description.value if isinstance(node, EnumTypeDefinitionNode) and node.description else None
                self._gathered.enums[node.name.value] = GatheredEnum(
                    name=node.name.value, values=values, id=_facets(node.directives).get("id"), description=text
                )
            case ScalarTypeDefinitionNode():
                about = _facets(node.directives)
                if "name" in about:
                    self._gathered.name = about["name"]
                    self._gathered.description = about.get("description")
                    self._gathered.compatibility = about.get("compatibility")
                self._scalars.add(node.name.value)
            case UnionTypeDefinitionNode():
                self._unions[node.name.value] = [each.name.value for each in node.types or ()]
            case ObjectTypeDefinitionNode() | InterfaceTypeDefinitionNode():
                name = node.name.value
                if _facets(node.directives).get("root"):
                    return
                if name in _ROOTS or name.endswith(_PLUMBING):
                    self._gathered.notes.left_out(name, "a type of the interface, not of the ontology")
                else:
                    self._nodes[name] = node
            case _:
                named = getattr(getattr(node, "name", None), "value", None)
                if named is not None and type(node).__name__ != "DirectiveDefinitionNode":
                    self._gathered.notes.left_out(str(named), f"a {type(node).__name__.removesuffix('Node')}")

    def _type(self, name: str, node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, facets: Body) -> None:
        own = bool(node.directives)
        body = dict(facets)
        kind = GatheredType(name=name, id=body.pop("id", None))
        interfaces = [each.name.value for each in node.interfaces or ()]
        kind.extends = body.pop("extends", None) or _nearest(interfaces, self._nodes)
        kind.channels, kind.sources = body.pop("channels", {}), body.pop("sourceOf", [])
        kind.body = {**_described(node), **body}
        if isinstance(node, InterfaceTypeDefinitionNode) and not own:
            kind.body["abstract"] = True
        self._gathered.types[name] = kind
        inherited = {
            field.name.value for each in interfaces if each in self._nodes for field in self._nodes[each].fields or ()
        }
        for field in node.fields or ():
            ours = "relationship" in _facets(field.directives)
            if field.name.value not in inherited and field.name.value != _ID and not ours:
                self._field(kind, name, field)

    def _field(self, kind: GatheredType, owner: str, field: FieldDefinitionNode) -> None:
        name, place = field.name.value, f"{owner}.{field.name.value}"
        required, many, target = _unwrapped(field.type)
        targets = [target] if target in self._nodes else self._unions.get(target, [])
        if targets:
            links = [self._gathered.link(name, owner, each) for each in targets]
            link = links[0]
            link.body.update({} if many else {"multiplicity": {"targets": "1" if required else "0..1"}})
            link.body.update(_described(field))
            return
        if target.endswith(_PLUMBING):
            self._gathered.notes.left_out(place, f"a field of {target}")
            return
        if field.arguments:
            self._gathered.notes.left_out(place, "arguments of a field")
        body = self._property(field, place)
        if body is not None:
            kind.properties[name] = body

    def _link(self, name: str, node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, facets: Body) -> None:
        body = dict(facets)
        link = GatheredLink(name=name, id=body.pop("id", None), sources=body.pop("from"), targets=body.pop("to"))
        link.body = {**_described(node), **body}
        for field in node.fields or ():
            if field.name.value not in ("from", "to") and (found := self._property(field, name)) is not None:
                link.properties[field.name.value] = found
        self._gathered.links[name] = link

    def _property(self, field: FieldDefinitionNode, place: str) -> Body | None:
        facets = _facets(field.directives)
        required, _, _ = _unwrapped(field.type)
        body = {"datatype": facets.pop("datatype")} if "datatype" in facets else self._datatype(field.type, place)
        if body is None:
            return None
        return {**body, **_described(field), **({"required": True} if required else {}), **facets}

    def _datatype(self, node: TypeNode, place: str) -> Body | None:
        inner = node.type if isinstance(node, NonNullTypeNode) else node
        if isinstance(inner, ListTypeNode):
            items = self._datatype(inner.type, place)
            return None if items is None else {"datatype": "list", "items": items}
        name = inner.name.value if isinstance(inner, NamedTypeNode) else ""
        if name in self._gathered.enums:
            return {"datatype": "enum", "enum": name}
        if name in _DATATYPES:
            return {"datatype": _DATATYPES[name]}
        if name in self._scalars:
            self._gathered.notes.changed(place, f"the scalar {name}", "string")
            return {"datatype": "string"}
        self._gathered.notes.left_out(place, f"a value of {name}")
        return None


def _unwrapped(node: TypeNode) -> tuple[bool, bool, str]:
    """Return whether a value is needed, whether there may be several, and what it is."""
    required = isinstance(node, NonNullTypeNode)
    many, at = False, node
    while isinstance(at, NonNullTypeNode | ListTypeNode):
        many |= isinstance(at, ListTypeNode)
        at = at.type
    return required, many, at.name.value if isinstance(at, NamedTypeNode) else ""


def _nearest(
    interfaces: list[str], nodes: Mapping[str, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode]
) -> list[str]:
    """Return the interfaces that no other of them implements: SDL names all of them, however far up."""
    above = {each.name.value for name in interfaces if name in nodes for each in nodes[name].interfaces or ()}
    return [each for each in interfaces if each not in above and each in nodes]


def _facets(directives: tuple[DirectiveNode, ...] | list[DirectiveNode] | None) -> Body:
    for directive in directives or ():
        if directive.name.value == "twin":
            for argument in directive.arguments or ():
                if argument.name.value == "facets" and isinstance(argument.value, StringValueNode):
                    try:
                        found = json.loads(argument.value.value)
                    except ValueError as error:
                        raise ExchangeUnreadable("@twin holds no JSON", actual=argument.value.value[:80]) from error
                    return found if is_tree(found) else {}
    return {}


def _described(node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | FieldDefinitionNode) -> Body:
    return {"description": node.description.value} if node.description else {}


def _twin(facets: Body) -> str:
    if not facets:
        return ""
    return f" @twin(facets: {print_string(json.dumps(facets, ensure_ascii=False, sort_keys=True))})"


def _text(body: Body, indent: str = "") -> str:
    return f"{indent}{print_string(body['description'])}\n" if "description" in body else ""
