"""Writing an ontology in another standard's form, and reading one: each with notes of what it could not say."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, cast

from graph.ontology import Ontology, parse_ontology
from migrations.exchange.aas import from_aas, to_aas
from migrations.exchange.dtdl import from_dtdl, to_dtdl
from migrations.exchange.errors import ExchangeUnreadable, FormatUnknown
from migrations.exchange.gathered import Body, Gathered
from migrations.exchange.json_schema import from_json_schema, to_json_schema
from migrations.exchange.notes import Note, lost
from migrations.exchange.plain import plain
from migrations.exchange.rdf import from_rdf
from migrations.exchange.settling import settled
from migrations.exchange.shacl import to_shacl
from migrations.exchange.trees import is_list, is_tree

_TURTLE: Final = re.compile(r"\s*(#[^\n]*\n\s*)*(@prefix|@base|prefix\s|base\s)", re.IGNORECASE)


class Standard(StrEnum):
    """Standards that ontologies are exchanged in. GraphQL's is known to the doors alone."""

    JSON_SCHEMA = "json-schema"
    DTDL = "dtdl"
    SHACL = "shacl"
    AAS = "aas"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An ontology in another standard's form, and what this could not carry: found by reading it back."""

    text: str
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An ontology document made of another standard's file, what it means, and what had to change."""

    text: str
    document: Body
    ontology: Ontology
    notes: tuple[Note, ...]


def write(ontology: Ontology, standard: Standard) -> Written:
    """Return `ontology` in the form of `standard`; the same ontology gives the same text.

    Raises FormatNeedsExtra for SHACL where rdflib is not installed: it is read back to tell what is lost.
    """
    return written(ontology, _WRITERS[standard], lambda text, name: gathered_from(text, name, standard))


def written(ontology: Ontology, to: Callable[[Body], str], back: Callable[[str, str], Gathered]) -> Written:
    """Return what `to` makes of an ontology, with notes of all that `back` doesn't find in it again."""
    document = plain(ontology)
    text = to(document)
    again = plain(read_gathered(back(text, ontology.name)).ontology)
    return Written(text=text, notes=tuple(lost(cast("Any", document), cast("Any", again))))


def read(text: str, name: str, standard: Standard | None = None) -> Read:
    """Return the ontology document that `text` means; `name` is the file's, which names an ontology without a name.

    Raises FormatUnknown, ExchangeUnreadable, FormatNeedsExtra.
    """
    return read_gathered(gathered_from(text, name, standard or recognised(text)))


def read_gathered(gathered: Gathered) -> Read:
    """Return the document of what an importer gathered. Raises ExchangeUnreadable."""
    document, text = settled(gathered)
    return Read(text=text, document=document, ontology=parse_ontology(text), notes=gathered.notes.found)


def gathered_from(text: str, name: str, standard: Standard) -> Gathered:
    """Return what a file of `standard` says. Raises ExchangeUnreadable, FormatNeedsExtra."""
    if standard is Standard.SHACL:
        return from_rdf(text, name, form=_form(text))
    found = _json(text)
    if standard is Standard.DTDL:
        return from_dtdl(found, name)
    if not is_tree(found):
        raise ExchangeUnreadable(f"That is no file of {standard.value}", expected="a JSON object")
    return from_aas(found, name) if standard is Standard.AAS else from_json_schema(found, name)


def recognised(text: str) -> Standard:
    """Return which standard a file is of, told from its contents. Raises FormatUnknown."""
    if _TURTLE.match(text) or text.lstrip().startswith(("<?xml", "<rdf:RDF")):
        return Standard.SHACL
    found = _json(text) if text.lstrip()[:1] in ("{", "[") else None
    first = found[0] if is_list(found) and found else found
    if is_tree(first):
        context = json.dumps(first.get("@context", ""))
        if "dtmi:dtdl:context" in context or first.get("@type") == "Interface":
            return Standard.DTDL
        if "@context" in first or "@graph" in first:
            return Standard.SHACL
        if "submodels" in first or "assetAdministrationShells" in first:
            return Standard.AAS
        if first.keys() & {"$schema", "$defs", "definitions", "properties"}:
            return Standard.JSON_SCHEMA
    raise FormatUnknown(
        "It is not known what kind of file that is",
        expected="DTDL, RDF (Turtle, JSON-LD), JSON Schema, GraphQL SDL, or AAS",
        hint="Name the format with --format",
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ExchangeUnreadable("That is no JSON", actual=str(error)[:120]) from error


def _form(text: str) -> str:
    start = text.lstrip()
    if start.startswith(("{", "[")):
        return "json-ld"
    return "xml" if start.startswith(("<?xml", "<rdf:RDF")) else "turtle"


_WRITERS: Final[Mapping[Standard, Callable[[Body], str]]] = {
    Standard.JSON_SCHEMA: to_json_schema,
    Standard.DTDL: to_dtdl,
    Standard.SHACL: to_shacl,
    Standard.AAS: to_aas,
}
