"""AAS: an environment of submodel templates, one for each asset type and relationship type. Metamodel version 3.

What a template has no word for stands as JSON in an extension named `twin-ontology/1`. Reading takes templates of any
author: properties, collections, lists, ranges, references and relationship elements.
https://industrialdigitaltwin.org/en/content-hub/aasspecifications
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from graph.bulk.formats.spelling import last_segment
from migrations.exchange.errors import ExchangeUnreadable
from migrations.exchange.gathered import ANY, Body, Gathered, GatheredEnum, GatheredLink, GatheredType, without
from migrations.exchange.trees import is_list, is_tree

_EXTENSION: Final = "twin-ontology/1"
_XS: Final = {
    "string": "xs:string", "boolean": "xs:boolean", "int": "xs:long", "float": "xs:double", "decimal": "xs:decimal",
    "date": "xs:date", "datetime": "xs:dateTime", "duration": "xs:duration", "enum": "xs:string",
}  # fmt: skip
_DATATYPES: Final = {
    "xs:string": "string", "xs:boolean": "boolean", "xs:double": "float", "xs:float": "float", "xs:decimal": "decimal",
    "xs:date": "date", "xs:dateTime": "datetime", "xs:duration": "duration", "xs:anyURI": "string",
    **{f"xs:{name}": "int" for name in (
        "int", "integer", "long", "short", "byte", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte",
        "positiveInteger", "nonNegativeInteger", "negativeInteger", "nonPositiveInteger")},
}  # fmt: skip
_CARDINALITY: Final = ("SMT/Cardinality", "Cardinality", "Multiplicity")
_NEEDED: Final = ("One", "OneToMany")
_SAID: Final = ("datatype", "description", "required", "fields")


def to_aas(document: Body) -> str:
    """Return an ontology document as a JSON environment."""
    writer = _Writing(document)
    submodels = [
        writer.submodel(name, kind, {"assetType": without(kind, "properties", "description")})
        for name, kind in document.get("assetTypes", {}).items()
    ]
    submodels += [
        writer.submodel(name, link, {"relationshipType": without(link, "properties", "description")})
        for name, link in document.get("relationshipTypes", {}).items()
    ]
    concepts = [
        {
            "modelType": "ConceptDescription",
            "id": writer.iri(name),
            "idShort": name,
            **_described(enum),
            "extensions": [_extension({"enum": without(enum, "description")})],
        }
        for name, enum in document.get("enums", {}).items()
    ]
    environment = {
        "assetAdministrationShells": [writer.shell()],
        "submodels": submodels,
        **({"conceptDescriptions": concepts} if concepts else {}),
    }
    return orjson.dumps(environment, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def from_aas(found: Mapping[str, Any], name: str) -> Gathered:
    """Return what the submodel templates of an environment say. Raises ExchangeUnreadable."""
    if not is_list(found.get("submodels")):
        raise ExchangeUnreadable("That is no environment with submodels", expected='an object with "submodels"')
    return _Reading(found, Gathered(name)).read()


class _Writing:
    def __init__(self, document: Body) -> None:
        self._document = document

    def iri(self, *parts: str) -> str:
        return "/".join((f"urn:twin-ontology:{self._document['name']}", *parts))

    def shell(self) -> Body:
        document = self._document
        references = [
            {"type": "ModelReference", "keys": [{"type": "Submodel", "value": self.iri(name)}]}
            for section in ("assetTypes", "relationshipTypes")
            for name in document.get(section, {})
        ]
        return {
            "modelType": "AssetAdministrationShell",
            "id": self.iri(),
            "idShort": _short(document["name"]),
            **_described(document),
            "assetInformation": {"assetKind": "Type", "globalAssetId": self.iri()},
            "submodels": references,
            "extensions": [_extension({key: document[key] for key in ("name", "compatibility") if key in document})],
        }

    def submodel(self, name: str, body: Body, facets: Body) -> Body:
        elements = [self._element(prop, each, (name,)) for prop, each in body.get("properties", {}).items()]
        return {
            "modelType": "Submodel",
            "kind": "Template",
            "id": self.iri(name),
            "idShort": name,
            "semanticId": _reference(self.iri(name)),
            **_described(body),
            "extensions": [_extension(facets)],
            **({"submodelElements": elements} if elements else {}),
        }

    def _element(self, name: str, body: Body, path: tuple[str, ...]) -> Body:
        cardinality = "One" if body.get("required") else "ZeroToOne"
        rest = without(body, *_SAID, *(("enum",) if body["datatype"] != "enum" else ()))
        if body["datatype"] not in _XS or body["datatype"] == "enum":
            rest["datatype"] = body["datatype"]
        element: Body = {
            "idShort": name,
            **_described(body),
            "semanticId": _reference(self.iri(*path, name)),
            "qualifiers": [
                {"kind": "TemplateQualifier", "type": "SMT/Cardinality", "valueType": "xs:string", "value": cardinality}
            ],
            **({"extensions": [_extension(rest)]} if rest else {}),
        }
        if body["datatype"] == "object":
            fields = [self._element(field, each, (*path, name)) for field, each in body["fields"].items()]
            return {"modelType": "SubmodelElementCollection", **element, "value": fields}
        if body["datatype"] == "list":
            held = _XS.get(body["items"]["datatype"])
            kind = (
                {"typeValueListElement": "Property", "valueTypeListElement": held}
                if held
                else {"typeValueListElement": "SubmodelElementCollection"}
            )
            return {"modelType": "SubmodelElementList", **element, **kind}
        if body["datatype"] in ("map", "point"):
            return {"modelType": "SubmodelElementCollection", **element}
        return {"modelType": "Property", **element, "valueType": _XS[body["datatype"]]}


class _Reading:
    def __init__(self, found: Mapping[str, Any], gathered: Gathered) -> None:
        self._found = found
        self._gathered = gathered

    def read(self) -> Gathered:
        gathered = self._gathered
        for shell in self._found.get("assetAdministrationShells") or ():
            facets = _facets(shell)
            if "name" in facets:
                gathered.name, gathered.compatibility = facets["name"], facets.get("compatibility")
                gathered.description = _text(shell)
        for concept in self._found.get("conceptDescriptions") or ():
            enum = _facets(concept).get("enum")
            if is_tree(enum):
                name = str(concept.get("idShort"))
                gathered.enums[name] = GatheredEnum(
                    name=name, values=enum["values"], id=enum.get("id"), description=_text(concept)
                )
        for submodel in self._found["submodels"]:
            facets = _facets(submodel)
            if "relationshipType" in facets:
                self._link(submodel, facets["relationshipType"])
            else:
                self._type(submodel, facets.get("assetType"))
        return gathered

    def _type(self, submodel: Mapping[str, Any], facets: Body | None) -> None:
        name = str(submodel.get("idShort") or last_segment(str(submodel.get("id"))))
        if facets is None and submodel.get("kind") not in ("Template", None):
            self._gathered.notes.left_out(name, "a submodel that is an instance")
            return
        body = dict(facets or {})
        identity = body.pop("id", None) if facets is not None else str(submodel.get("id"))
        kind = GatheredType(name=name, id=identity, extends=body.pop("extends", []))
        kind.channels, kind.sources = body.pop("channels", {}), body.pop("sourceOf", [])
        kind.body = {**_text_body(submodel), **body}
        self._gathered.types[name] = kind
        for element in submodel.get("submodelElements") or ():
            self._member(kind, element)

    def _member(self, kind: GatheredType, element: Mapping[str, Any]) -> None:
        name, model = str(element.get("idShort")), element.get("modelType")
        if model in ("ReferenceElement", "RelationshipElement", "AnnotatedRelationshipElement"):
            self._gathered.link(name, kind.name, ANY)
            self._gathered.notes.changed(f"{kind.name}.{name}", "it may lead to any type", "all types at the top")
            return
        body = self._property(element, f"{kind.name}.{name}")
        if body is not None:
            kind.properties[name] = body

    def _link(self, submodel: Mapping[str, Any], facets: Body) -> None:
        name = str(submodel.get("idShort"))
        body = dict(facets)
        link = GatheredLink(name=name, id=body.pop("id", None), sources=body.pop("from"), targets=body.pop("to"))
        link.body = {**_text_body(submodel), **body}
        for element in submodel.get("submodelElements") or ():
            if (found := self._property(element, f"{name}.{element.get('idShort')}")) is not None:
                link.properties[str(element.get("idShort"))] = found
        self._gathered.links[name] = link

    def _property(self, element: Mapping[str, Any], place: str) -> Body | None:
        facets = _facets(element)
        body = self._datatype(element, facets.pop("datatype", None), place)
        if body is None:
            return None
        required = any(
            each.get("type") in _CARDINALITY and each.get("value") in _NEEDED
            for each in element.get("qualifiers") or ()
        )
        return {**body, **_text_body(element), **({"required": True} if required else {}), **facets}

    def _datatype(self, element: Mapping[str, Any], told: str | None, place: str) -> Body | None:
        if told in ("enum", "map", "point", "list"):
            return {"datatype": told}
        match element.get("modelType"):
            case "Property":
                kind = str(element.get("valueType"))
                if kind not in _DATATYPES:
                    self._gathered.notes.changed(place, f"the value type {kind}", "string")
                return {"datatype": _DATATYPES.get(kind, "string")}
            case "SubmodelElementCollection":
                fields = dict(self._fields(element, place))
                if fields:
                    return {"datatype": "object", "fields": fields}
            case "MultiLanguageProperty":
                return {"datatype": "map", "items": {"datatype": "string"}}
            case "Range":
                kind = _DATATYPES.get(str(element.get("valueType")), "float")
                return {"datatype": "object", "fields": {"min": {"datatype": kind}, "max": {"datatype": kind}}}
            case "SubmodelElementList" if element.get("typeValueListElement") == "Property":
                return {
                    "datatype": "list",
                    "items": {"datatype": _DATATYPES.get(str(element.get("valueTypeListElement")), "string")},
                }
            case "File" | "Blob":
                self._gathered.notes.changed(place, "a file", "its address as text")
                return {"datatype": "string"}
            case _:
                pass
        self._gathered.notes.left_out(place, f"an element {element.get('modelType')}")
        return None

    def _fields(self, element: Mapping[str, Any], place: str) -> Iterator[tuple[str, Body]]:
        for each in element.get("value") or ():
            name = str(each.get("idShort"))
            if (body := self._property(each, f"{place}.{name}")) is not None:
                yield name, body


def _extension(facets: Body) -> Body:
    value = json.dumps(facets, ensure_ascii=False, sort_keys=True)
    return {"name": _EXTENSION, "valueType": "xs:string", "value": value}


def _facets(element: Mapping[str, Any]) -> Body:
    for each in element.get("extensions") or ():
        if each.get("name") == _EXTENSION:
            try:
                found = json.loads(str(each.get("value")))
            except ValueError as error:
                raise ExchangeUnreadable(
                    "An extension of ours holds no JSON", actual=str(each.get("value"))[:80]
                ) from error
            return found if is_tree(found) else {}
    return {}


def _described(body: Mapping[str, Any]) -> Body:
    return {"description": [{"language": "en", "text": body["description"]}]} if "description" in body else {}


def _text(element: Mapping[str, Any]) -> str | None:
    texts = sorted(element.get("description") or (), key=lambda each: not str(each.get("language")).startswith("en"))
    return str(texts[0].get("text")) if texts else None


def _text_body(element: Mapping[str, Any]) -> Body:
    text = _text(element)
    return {"description": text} if text else {}


def _reference(iri: str) -> Body:
    return {"type": "ExternalReference", "keys": [{"type": "GlobalReference", "value": iri}]}


def _short(name: str) -> str:
    return "".join(each if each.isalnum() else "_" for each in name)
