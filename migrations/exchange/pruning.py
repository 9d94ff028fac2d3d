"""Takes out of a document what the rules of an ontology refuse, place by place, so that what is left always passes."""

from __future__ import annotations

from typing import Any, Final, cast

from graph.errors import OntologyInvalid
from graph.ontology import parse_ontology
from graph.ontology.model import Json
from graph.ontology.source import Path, read_source
from migrations.exchange.errors import ExchangeUnreadable
from migrations.exchange.gathered import Body
from migrations.exchange.notes import Notes
from migrations.exchange.writing import document_text

_ROUNDS: Final = 50
_NEEDED: Final = ("datatype", "values", "from", "to")


def valid(document: Body, notes: Notes) -> tuple[Body, str]:
    """Take out what the rules refuse, until nothing is refused; return the document and its text.

    Raises ExchangeUnreadable where that leads nowhere.
    """
    for _ in range(_ROUNDS):
        text = document_text(document)
        try:
            parse_ontology(text)
        except OntologyInvalid as error:
            places = read_source(text, file="ontology.yaml").places
            paths = {str(each): path for path, each in (*places.values.items(), *places.keys.items())}
            before = repr(document)
            for problem in error.problems:
                path = paths.get(problem.place or "")
                if path and _remove(cast("Json", document), path):
                    notes.left_out(".".join(map(str, path)), problem.message)
            if repr(document) == before:
                raise ExchangeUnreadable(
                    "It can't be made an ontology",
                    actual=str(error.problems[0]),
                    hint="Correct the file, and import it again",
                ) from error
        else:
            return document, text
    raise ExchangeUnreadable("It can't be made an ontology", hint="Correct the file, and import it again")


def _remove(document: Json, path: Path) -> bool:
    """Take the part at `path` out; of what is needed, the whole around it. Return whether it was there."""
    last = path[-1]
    if last in _NEEDED or path[-2:-1] in (("from",), ("to",), ("values",)):
        return _remove(document, path[: -1 if last in _NEEDED else -2])
    at = document
    for step in path[:-1]:
        try:
            at = cast("Any", at)[step]
        except (KeyError, IndexError, TypeError):  # it went with something around it
            return False
    try:
        del cast("Any", at)[last]
    except (KeyError, IndexError, TypeError):
        return False
    return True
