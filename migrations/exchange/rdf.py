"""Reads classes, shapes and properties from RDF by the optional library rdflib: ours, and those of other ontologies.

Classes of OWL, RDFS and SHACL become asset types; object properties with a domain and a range, or shapes with a class,
become relationship types; datatype properties and shapes with a datatype become properties. The whole graph is in
memory. Blank classes (restrictions, unions) are noted and left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from graph.bulk.formats.spelling import last_segment
from migrations.exchange.errors import ExchangeUnreadable
from migrations.exchange.gathered import ANY, Body, Gathered, GatheredEnum, GatheredLink, GatheredType
from migrations.exchange.rdf_graph import parsed
from migrations.exchange.shacl import TWIN
from migrations.exchange.trees import is_tree
from migrations.exchange.unit_names import unit_of_qudt

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node, URIRef

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
_OWL: Final = "http://www.w3.org/2002/07/owl#"
_SH: Final = "http://www.w3.org/ns/shacl#"
_QUDT: Final = "http://qudt.org/schema/qudt/"
_SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_CLASSES: Final = (f"{_OWL}Class", f"{_RDFS}Class")
_OTHERS: Final = (_RDF, _RDFS, _OWL, _SH, _XSD)
_DATATYPES: Final = {
    "string": "string", "boolean": "boolean", "integer": "int", "int": "int", "long": "int", "short": "int",
    "nonNegativeInteger": "int", "positiveInteger": "int", "double": "float", "float": "float", "decimal": "decimal",
    "date": "date", "dateTime": "datetime", "duration": "duration", "dayTimeDuration": "duration", "anyURI": "string",
    "langString": "string", "normalizedString": "string", "token": "string",
}  # fmt: skip


def from_rdf(text: str, name: str, *, form: str) -> Gathered:
    """Return what the classes of a graph say. `form` is turtle, json-ld or xml, as rdflib calls them.

    Raises ExchangeUnreadable, and FormatNeedsExtra where rdflib is not installed.
    """
    return _Reading(parsed(text, name, form=form), Gathered(name)).read()


class _Reading:
    def __init__(self, graph: Graph, gathered: Gathered) -> None:
        self._graph = graph
        self._gathered = gathered

    def read(self) -> Gathered:
        self._read_ontology()
        for each in self._named(TWIN + "Enum"):
            values = [str(value) for value in self._list(self._one(each, TWIN + "values"))]
            self._gathered.enums[str(each)] = GatheredEnum(
                name=self._label(each), values=values, id=self._facets(each).get("id"), description=self._comment(each)
            )
        classes = sorted({each for kind in _CLASSES for each in self._named(kind)} | self._shaped())
        for each in classes:
            self._read_class(each)
        for each in sorted({*self._named(_OWL + "ObjectProperty"), *self._named(_RDF + "Property")}):
            self._read_link(each)
        for each in self._named(_OWL + "DatatypeProperty"):
            self._read_datatype_property(each)
        for each in classes:
            for shape in self._all(each, _SH + "property"):
                self._read_shape(each, shape)
        return self._gathered

    # ---- classes -----------------------------------------------------------------------------------------------------

    def _read_ontology(self) -> None:
        for each in self._named(_OWL + "Ontology")[:1]:
            self._gathered.name = self._label(each)
            self._gathered.description = self._comment(each)
            self._gathered.compatibility = self._facets(each).get("compatibility")

    def _shaped(self) -> set[URIRef]:
        """Return classes that shapes are for: those that target one are told by their class."""
        from rdflib import URIRef

        found: set[URIRef] = set()
        for shape in self._named(_SH + "NodeShape"):
            targets = [each for each in self._all(shape, _SH + "targetClass") if isinstance(each, URIRef)]
            found.update(targets or [shape])
        return found

    def _read_class(self, node: URIRef) -> None:
        facets = self._facets(node)
        ours = self._is_ours(node)
        kind = GatheredType(name=self._label(node), id=facets.pop("id", None) if ours else str(node))
        kind.channels, kind.sources = facets.pop("channels", {}), facets.pop("sourceOf", [])
        for channel in kind.channels.values():
            if "enum" in channel:
                channel["enum"] = self._enum_key(node, channel["enum"])
        kind.sources = [self._sibling(node, each) for each in kind.sources]
        order = facets.pop("extends", [])
        comment = self._comment(node)
        kind.body = {**({"description": comment} if comment else {}), **facets}
        if not ours and (names := self._labels(node)):
            kind.body["displayName"] = names
        for above in self._all(node, _RDFS + "subClassOf"):
            if not _iri(above):
                self._gathered.notes.left_out(kind.name, "a supertype without an IRI (a restriction or union)")
            elif not str(above).startswith(_OTHERS):
                kind.extends.append(str(above))
        kind.extends.sort(key=lambda each: order.index(last_segment(each)) if last_segment(each) in order else 0)
        self._gathered.types[str(node)] = kind

    # ---- properties and relationships --------------------------------------------------------------------------------

    def _read_link(self, node: URIRef) -> None:
        facets, name = self._facets(node), self._label(node)
        sources, targets = self._ends(node, "from", "domain"), self._ends(node, "to", "range")
        datatypes = [each for each in self._all(node, _RDFS + "range") if str(each).startswith(_XSD)]
        if datatypes:
            self._read_datatype_property(node)
            return
        if not sources and not targets:
            self._gathered.notes.left_out(name, "a property that is for no class")
            return
        link = GatheredLink(name=name, id=facets.pop("id", None) if self._is_ours(node) else str(node))
        link.sources, link.targets = sources or [ANY], targets or [ANY]
        comment = self._comment(node)
        link.body = {**({"description": comment} if comment else {}), **facets}
        inverse = self._one(node, _OWL + "inverseOf")
        if inverse is not None and _iri(inverse) and "inverse" not in link.body:
            if str(inverse) in self._gathered.links:
                self._gathered.notes.changed(name, "a property of its own", f"the inverse of {self._label(inverse)}")
                self._gathered.links[str(inverse)].body["inverse"] = name
                return
            link.body["inverse"] = self._label(inverse)
        if str(_OWL + "SymmetricProperty") in {str(each) for each in self._all(node, _RDF + "type")}:
            link.body["symmetric"] = True
        for shape in self._all(node, TWIN + "property"):
            prop, body = self._property(shape, name)
            if body is not None:
                link.properties[prop] = body
        self._gathered.links[str(node)] = link

    def _ends(self, node: Node, ours: str, theirs: str) -> list[str]:
        found = [*self._list(self._one(node, TWIN + ours)), *self._all(node, _RDFS + theirs)]
        return [str(each) for each in found if str(each) in self._gathered.types]

    def _read_datatype_property(self, node: URIRef) -> None:
        name = last_segment(str(node))
        owners = self._ends(node, "from", "domain")
        ranges = [str(each).removeprefix(_XSD) for each in self._all(node, _RDFS + "range")]
        datatype = _DATATYPES.get(ranges[0]) if ranges else "string"
        if not owners or datatype is None:
            self._gathered.notes.left_out(
                name, "a datatype property that is for no class, or of a datatype unknown here"
            )
        for owner in owners if datatype else ():
            comment = self._comment(node)
            body: Body = {"datatype": datatype, **({"description": comment} if comment else {})}
            self._gathered.types[owner].properties.setdefault(name, body)

    def _read_shape(self, owner: URIRef, shape: Node) -> None:
        kind = self._gathered.types[str(owner)]
        path = self._one(shape, _SH + "path")
        classes = [
            self._one(shape, _SH + "class"),
            *(self._one(each, _SH + "class") for each in self._list(self._one(shape, _SH + "or"))),
        ]
        targets = [str(each) for each in classes if each is not None]
        if not targets:
            name, body = self._property(shape, kind.name)
            if body is not None:
                kind.properties[name] = body
            return
        if str(path) in self._gathered.links:
            link = self._gathered.links[str(path)]
            if not self._is_ours(owner):
                link.sources = [*dict.fromkeys([*(each for each in link.sources if each != ANY), str(owner)])]
                link.targets = [*dict.fromkeys([*(each for each in link.targets if each != ANY), *targets])]
            return
        if not _iri(path):
            self._gathered.notes.left_out(kind.name, "a shape whose path is no property")
            return
        for target in targets:
            link = self._gathered.link(last_segment(str(path)), str(owner), target)
            link.id = str(path)

    def _property(self, shape: Node, place: str) -> tuple[str, Body | None]:
        path = self._one(shape, _SH + "path")
        name = str(self._one(shape, _SH + "name") or last_segment(str(path)))
        facets = self._facets(shape)
        body: Body = {}
        datatype = self._one(shape, _SH + "datatype")
        enum = self._one(shape, TWIN + "enum")
        allowed = [str(each) for each in self._list(self._one(shape, _SH + "in"))]
        if enum is not None:
            body |= {"datatype": "enum", "enum": str(enum)}
        elif allowed:
            body |= {
                "datatype": "enum",
                "enum": self._gathered.enum_of([*map(last_segment, allowed)], f"{place} {name}"),
            }
        elif datatype is not None:
            known = _DATATYPES.get(str(datatype).removeprefix(_XSD))
            if known is None:
                self._gathered.notes.left_out(f"{place}.{name}", f"the datatype {datatype}")
                return name, None
            body["datatype"] = known
        elif "datatype" not in facets:
            self._gathered.notes.left_out(f"{place}.{name}", "a shape without datatype or class")
            return name, None
        body |= dict(self._bounds(shape))
        code = self._one(shape, _QUDT + "hasUnit") or self._one(shape, _QUDT + "unit")
        if code is not None and "unit" not in facets:
            unit = unit_of_qudt(last_segment(str(code)))
            if unit is None or body["datatype"] not in ("int", "float", "decimal"):
                self._gathered.notes.left_out(f"{place}.{name}", f"the unit {code}")
            else:
                body["unit"] = unit
        return name, self._linked(shape, {**body, **facets})

    def _bounds(self, shape: Node) -> Iterator[tuple[str, Any]]:
        pattern, text = self._one(shape, _SH + "pattern"), self._one(shape, _SH + "description")
        if pattern is not None:
            yield (
                "pattern",
                str(pattern).removeprefix("^(?:").removesuffix(")$")
                if str(pattern).startswith("^(?:")
                else f".*(?:{pattern}).*",
            )
        if text is not None:
            yield "description", str(text)
        for name, exclusive in (("minInclusive", False), ("minExclusive", True)):
            if (value := self._one(shape, _SH + name)) is not None:
                yield "minimum", float(str(value))
                if exclusive:
                    yield "exclusiveMinimum", True
        if (value := self._one(shape, _SH + "maxInclusive")) is not None:
            yield "maximum", float(str(value))
        if str(self._one(shape, _SH + "minCount") or "0") != "0":
            yield "required", True

    def _linked(self, node: Node, body: Body) -> Body:
        """Return a property whose items and fields name enums by their keys."""
        for part in (body.get("items"), *body.get("fields", {}).values()):
            if part is not None:
                if "enum" in part:
                    part["enum"] = self._enum_key(node, part["enum"])
                self._linked(node, part)
        return body

    # ---- the graph ---------------------------------------------------------------------------------------------------

    def _enum_key(self, _node: Node, name: str) -> str:
        return next((key for key, each in self._gathered.enums.items() if each.name == name), name)

    def _sibling(self, node: URIRef, name: str) -> str:
        return f"{str(node).rpartition('#')[0]}#{name}"

    def _is_ours(self, node: Node) -> bool:
        return str(node).startswith("urn:twin-ontology:")

    def _named(self, kind: str) -> list[URIRef]:
        from rdflib import URIRef

        return sorted(
            each for each in self._graph.subjects(URIRef(_RDF + "type"), URIRef(kind)) if isinstance(each, URIRef)
        )

    def _all(self, node: Node, predicate: str) -> list[Node]:
        from rdflib import URIRef

        # Blank nodes have names of the moment: what they say puts them into one order.
        return sorted(self._graph.objects(node, URIRef(predicate)), key=self._order)

    def _order(self, node: Node) -> tuple[bool, str]:
        from rdflib import BNode, URIRef

        if not isinstance(node, BNode):
            return (False, str(node))
        path = self._graph.value(node, URIRef(_SH + "path"))
        return (True, str(path))

    def _one(self, node: Node | None, predicate: str) -> Node | None:
        found = [] if node is None else self._all(node, predicate)
        return found[0] if found else None

    def _list(self, node: Node | None) -> Iterable[Node]:
        from rdflib.collection import Collection

        return () if node is None else Collection(self._graph, node)

    def _facets(self, node: Node) -> Body:
        found = self._one(node, TWIN + "facets")
        if found is None:
            return {}
        try:
            facets = json.loads(str(found))
        except ValueError as error:
            raise ExchangeUnreadable("twin:facets holds no JSON", actual=str(found)[:80]) from error
        return facets if is_tree(facets) else {}

    def _label(self, node: Node) -> str:
        """Return the name: of ours the label, of others the last part of the IRI, which people chose as a name."""
        label = self._one(node, _RDFS + "label") if self._is_ours(node) else None
        return str(label) if label is not None else last_segment(str(node))

    def _labels(self, node: Node) -> dict[str, str]:
        return {
            str(getattr(each, "language", None) or "en").lower(): str(each) for each in self._all(node, _RDFS + "label")
        }

    def _comment(self, node: Node) -> str | None:
        found = self._one(node, _RDFS + "comment") or self._one(node, _SKOS + "definition")
        return None if found is None else str(found)


def _iri(node: Node | None) -> bool:
    from rdflib import URIRef

    return isinstance(node, URIRef)
