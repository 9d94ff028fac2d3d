"""SHACL and RDFS in Turtle: asset types are classes with node shapes, relationship types are object properties.

What SHACL has no word for stands as JSON under `twin:facets`. It is written as text, sorted as the document is; the
optional library rdflib reads it back, and reads any ontology whose classes are OWL, RDFS or SHACL (Brick among them).
https://www.w3.org/TR/shacl
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from migrations.exchange.gathered import Body, without
from migrations.exchange.unit_names import qudt_unit

TWIN: Final = "urn:twin-ontology:terms#"
_PREFIXES: Final[Mapping[str, str]] = {
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "sh": "http://www.w3.org/ns/shacl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "qudt": "http://qudt.org/schema/qudt/",
    "unit": "http://qudt.org/vocab/unit/",
    "twin": TWIN,
}
_XSD: Final[Mapping[str, str]] = {
    "string": "string",
    "boolean": "boolean",
    "int": "long",
    "float": "double",
    "decimal": "decimal",
    "date": "date",
    "datetime": "dateTime",
    "duration": "duration",
}
_SAID: Final = ("datatype", "pattern", "minimum", "maximum", "exclusiveMinimum", "description", "enum", "required")


def to_shacl(document: Body) -> str:
    """Return an ontology document as Turtle."""
    return _Writing(document).text()


class _Writing:
    def __init__(self, document: Body) -> None:
        self._document = document
        self._base = f"urn:twin-ontology:{quote(document['name'])}#"
        self._lines: list[str] = []

    def text(self) -> str:
        document = self._document
        prefixes = [f"@prefix {name}: <{iri}> ." for name, iri in _PREFIXES.items()]
        prefixes.append(f"@prefix : <{self._base}> .")
        self._thing(
            f"<{self._base.removesuffix('#')}>",
            "owl:Ontology",
            [
                ("rdfs:label", _literal(document["name"])),
                *self._described(document),
                *_facets(document, "compatibility"),
            ],
        )
        for name, enum in document.get("enums", {}).items():
            values = " ".join(map(_literal, enum["values"]))
            facts = [
                ("twin:values", f"( {values} )"),
                *self._described(enum),
                *_facets(without(enum, "values", "description")),
            ]
            self._thing(f":{name}", "twin:Enum", [("rdfs:label", _literal(name)), *facts])
        for name, kind in document.get("assetTypes", {}).items():
            self._asset_type(name, kind)
        for name, link in document.get("relationshipTypes", {}).items():
            self._relationship_type(name, link)
        return "\n".join([*prefixes, *self._lines]) + "\n"

    def _asset_type(self, name: str, kind: Body) -> None:
        facts = [("rdfs:label", _literal(name))]
        facts += [("rdfs:subClassOf", f":{each}") for each in kind.get("extends", ())]
        # Statements have no order, and that of several supertypes says which is the nearest.
        said = (
            ("properties", "description")
            if len(kind.get("extends", ())) > 1
            else ("extends", "properties", "description")
        )
        facts += [*self._described(kind), *_facets(without(kind, *said))]
        facts += [("sh:property", self._shape(name, prop, each)) for prop, each in kind.get("properties", {}).items()]
        for link, each in self._document.get("relationshipTypes", {}).items():
            if name in each["from"]:
                facts.append(("sh:property", self._end(link, each)))
        self._thing(f":{name}", "owl:Class , sh:NodeShape", facts)

    def _relationship_type(self, name: str, link: Body) -> None:
        facts = [("rdfs:label", _literal(name))]
        facts += [(f"twin:{end}", f"( {' '.join(f':{each}' for each in link[end])} )") for end in ("from", "to")]
        facts += [*self._described(link), *_facets(without(link, "from", "to", "properties", "description"))]
        facts += [("twin:property", self._shape(name, prop, each)) for prop, each in link.get("properties", {}).items()]
        self._thing(f":{name}", "owl:ObjectProperty", facts)

    def _end(self, name: str, link: Body) -> str:
        """Return the shape of a relationship at its source: which classes it leads to, and how often."""
        least, _, most = link.get("multiplicity", {}).get("targets", "0..*").rpartition("..")
        classes = " ".join(f"[ sh:class :{each} ]" for each in link["to"])
        parts = [f"sh:path :{name}", f"sh:class :{link['to'][0]}" if len(link["to"]) == 1 else f"sh:or ( {classes} )"]
        if most != "*":
            parts += [f"sh:minCount {least or most}", f"sh:maxCount {most}"]
        return f"[ {' ; '.join(parts)} ]"

    def _shape(self, owner: str, name: str, body: Body) -> str:
        parts = [f"sh:path <{self._base}{owner}.{name}>", f"sh:name {_literal(name)}"]
        datatype = body["datatype"]
        if datatype in _XSD:
            parts.append(f"sh:datatype xsd:{_XSD[datatype]}")
        if datatype == "enum":
            values = self._document["enums"][body["enum"]]["values"]
            parts += [f"twin:enum :{body['enum']}", f"sh:in ( {' '.join(map(_literal, values))} )"]
        if datatype != "list":
            parts.append("sh:maxCount 1")
        if body.get("required"):
            parts.append("sh:minCount 1")
        if "pattern" in body:
            parts.append(f"sh:pattern {_literal(_anchored(body['pattern']))}")
        if "minimum" in body:
            parts.append(
                f"sh:{'minExclusive' if body.get('exclusiveMinimum') else 'minInclusive'} {_number(body['minimum'])}"
            )
        if "maximum" in body:
            parts.append(f"sh:maxInclusive {_number(body['maximum'])}")
        if "description" in body:
            parts.append(f"sh:description {_literal(body['description'])}")
        if (code := qudt_unit(body.get("unit"))) is not None:
            parts.append(f"qudt:hasUnit unit:{code}")
        said = _SAID if datatype in _XSD or datatype == "enum" else tuple(each for each in _SAID if each != "datatype")
        parts += [f"{name} {value}" for name, value in _facets(without(body, *said))]
        return f"[ {' ; '.join(parts)} ]"

    def _described(self, body: Body) -> list[tuple[str, str]]:
        return [("rdfs:comment", _literal(body["description"]))] if "description" in body else []

    def _thing(self, subject: str, kind: str, facts: list[tuple[str, str]]) -> None:
        self._lines += ["", f"{subject} a {kind} ;"]
        self._lines += [
            f"    {predicate} {value} {';' if n < len(facts) else '.'}" for n, (predicate, value) in enumerate(facts, 1)
        ]


def _facets(body: Mapping[str, Any], *only: str) -> list[tuple[str, str]]:
    kept = {name: value for name, value in body.items() if not only or name in only}
    return [("twin:facets", _literal(json.dumps(kept, ensure_ascii=False, sort_keys=True)))] if kept else []


def _anchored(pattern: str) -> str:
    return f"^(?:{pattern})$"


def _literal(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _number(value: float) -> str:
    return repr(value)
