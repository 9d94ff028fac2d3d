"""One list of all forms that ontologies are exchanged in."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from app.exchange.graphql_sdl import from_sdl, to_sdl
from graph.ontology import Ontology
from migrations.exchange import ExchangeUnreadable, Read, Standard, Written, read, read_gathered, write, written
from migrations.exchange.trees import is_list

_SDL: Final = re.compile(
    r"^\s*(extend\s+)?(type|interface|enum|scalar|union|directive|schema)\b[^=\n]*(\{|@|$)", re.MULTILINE
)


class Form(StrEnum):
    """Forms that ontologies are exchanged in."""

    JSON_SCHEMA = "json-schema"
    GRAPHQL_SDL = "graphql-sdl"
    DTDL = "dtdl"
    SHACL = "shacl"
    AAS = "aas"


def export_ontology(ontology: Ontology, form: Form) -> Written:
    """Return an ontology in a form, with notes of what this can't carry. Raises FormatNeedsExtra for SHACL."""
    if form is Form.GRAPHQL_SDL:
        return written(ontology, to_sdl, from_sdl)
    return write(ontology, Standard(form.value))


def import_ontology(text: str, name: str, form: Form | None = None) -> Read:
    """Return the ontology document that a file means; its form is told from its contents where none is named.

    Raises FormatUnknown, ExchangeUnreadable, FormatNeedsExtra.
    """
    if form is Form.GRAPHQL_SDL or (form is None and _is_sdl(text)):
        return read_gathered(from_sdl(text, name))
    return read(text, name, None if form is None else Standard(form.value))


def joined(texts: Sequence[str]) -> str:
    """Return several files as one: lists of DTDL interfaces, which come one or some a file.

    Raises ExchangeUnreadable for files that are no JSON.
    """
    if len(texts) == 1:
        return texts[0]
    interfaces: list[object] = []
    for text in texts:
        try:
            found = json.loads(text.removeprefix("\ufeff"))
        except ValueError as error:
            raise ExchangeUnreadable(
                "Only files of DTDL are read together", expected="JSON in each", actual=str(error)[:120]
            ) from error
        interfaces += found if is_list(found) else [found]
    return json.dumps(interfaces)


def _is_sdl(text: str) -> bool:
    return text.lstrip()[:1] not in ("{", "[", "<", "@") and _SDL.search(text) is not None
