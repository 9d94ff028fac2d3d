"""Turtle by rdflib: the one place that knows the library. The whole graph is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from graph.bulk.errors import BulkInputBroken
from graph.bulk.formats.conversion import whole
from graph.bulk.formats.errors import FormatNeedsExtra
from graph.bulk.inputs import Input

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
LABEL = "http://www.w3.org/2000/01/rdf-schema#label"
SUBCLASS = "http://www.w3.org/2000/01/rdf-schema#subClassOf"
_CLASSES = frozenset({"http://www.w3.org/2002/07/owl#Class", "http://www.w3.org/2000/01/rdf-schema#Class"})
_OTHER_FORMS = "Copy the file again if it was cut off; turn RDF/XML, JSON-LD or other forms into Turtle first"


class Statements:
    """The statements of a Turtle file, by IRI; things without an IRI (blank nodes) are counted alone."""

    def __init__(self, source: Input) -> None:
        self._graph = _parsed(source)

    def blank_nodes(self) -> int:
        """Return how many things have no IRI."""
        from rdflib import BNode

        return sum(1 for node in set(self._graph.subjects()) if isinstance(node, BNode))

    def typed(self) -> dict[str, tuple[str, ...]]:
        """Return all things that have types and are no classes themselves, sorted, with their types."""
        from rdflib import URIRef

        types: dict[str, set[str]] = {}
        for node, kind in self._graph.subject_objects(URIRef(RDF_TYPE)):
            if isinstance(node, URIRef):
                types.setdefault(str(node), set()).add(str(kind))
        return {iri: tuple(sorted(types[iri])) for iri in sorted(types) if not types[iri] & _CLASSES}

    def supertypes(self, kind: str) -> frozenset[str]:
        """Return what the file says that a class is a subclass of, directly and further up."""
        from rdflib import URIRef

        above = self._graph.transitive_objects(URIRef(kind), URIRef(SUBCLASS))
        return frozenset(str(each) for each in above) - {kind}

    def literals(self, iri: str) -> dict[str, list[tuple[str, str | None]]]:
        """Return the texts of a thing by predicate, each with its language, sorted."""
        from rdflib import Literal, URIRef

        found: dict[str, list[tuple[str, str | None]]] = {}
        for predicate, value in self._graph.predicate_objects(URIRef(iri)):
            if isinstance(value, Literal):
                found.setdefault(str(predicate), []).append((str(value), value.language))
        return {predicate: sorted(found[predicate], key=_language_first) for predicate in sorted(found)}

    def links(self) -> Iterator[tuple[str, str, str]]:
        """Yield subject, predicate and object of all statements between IRIs, sorted."""
        from rdflib import URIRef

        def iris(nodes: tuple[Node, Node, Node]) -> bool:
            return all(isinstance(node, URIRef) for node in nodes)

        yield from sorted((str(one), str(predicate), str(two)) for one, predicate, two in filter(iris, self._graph))


def _language_first(text: tuple[str, str | None]) -> tuple[bool, bool, str, str]:
    value, language = text
    return (language is not None, not (language or "").startswith("en"), language or "", value)


def _parsed(source: Input) -> Graph:
    try:
        from rdflib import Graph
        from rdflib.plugins.parsers.notation3 import BadSyntax
    except ImportError as error:
        raise FormatNeedsExtra(source.name, library="rdflib", extra="brick") from error
    data = whole(source)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise BulkInputBroken(
            f"{source.name} is not UTF-8",
            place=f"{source.name}:{line}",
            expected="UTF-8",
            actual=f"byte 0x{data[error.start]:02x}",
        ) from error
    try:
        return Graph(bind_namespaces="none").parse(data=text, format="turtle")
    except BadSyntax as error:
        line = error.lines + 1
        raise BulkInputBroken(
            f"{source.name} is not Turtle from line {line} on",
            place=f"{source.name}:{line}",
            expected="RDF written in Turtle",
            actual=error.message,
            hint=_OTHER_FORMS,
        ) from error
    except (
        IndexError,
        ValueError,
        AssertionError,
    ) as error:  # what the parser runs into where the text ends in the middle of a word
        raise BulkInputBroken(
            f"{source.name} is not Turtle to its end", expected="RDF written in Turtle", hint=_OTHER_FORMS
        ) from error
