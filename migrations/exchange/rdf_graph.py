"""RDF as a graph, by rdflib. Nothing is fetched: a file that leans on another one behind an address is refused."""

from __future__ import annotations

import json
import warnings
from typing import TYPE_CHECKING, Any

from graph.bulk.formats import FormatNeedsExtra
from migrations.exchange.errors import ExchangeUnreadable
from migrations.exchange.trees import is_list, is_tree

if TYPE_CHECKING:
    from rdflib import Graph


def parsed(text: str, name: str, *, form: str) -> Graph:
    """Return the graph that `text` writes. Raises ExchangeUnreadable, FormatNeedsExtra."""
    try:
        from rdflib import Graph
        from rdflib.exceptions import ParserError
        from rdflib.plugins.parsers.notation3 import BadSyntax
    except ImportError as error:
        raise FormatNeedsExtra(name, library="rdflib", extra="brick") from error
    if form == "json-ld":
        _refuse_remote(text)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's own use of what it deprecates
            return Graph(bind_namespaces="none").parse(data=text, format=form)
    except (BadSyntax, ParserError, ValueError, SyntaxError, IndexError, AssertionError, KeyError, TypeError) as error:
        reason = str(getattr(error, "message", error))[:200]
        raise ExchangeUnreadable(f"{name} is no RDF in {form}", expected=form, actual=reason) from error


def _refuse_remote(text: str) -> None:
    """Raise ExchangeUnreadable where JSON-LD leans on a context behind an address, which rdflib would fetch."""
    try:
        waiting: list[Any] = [json.loads(text)]
    except ValueError as error:
        raise ExchangeUnreadable("That is no JSON", actual=str(error)[:120]) from error
    while waiting:
        at = waiting.pop()
        if is_list(at):
            waiting += at
        elif is_tree(at):
            waiting += at.values()
            context = at.get("@context")
            parts = context if is_list(context) else [context]
            remote = next((each for each in parts if isinstance(each, str)), None) or at.get("@import")
            if remote is not None:
                raise ExchangeUnreadable(
                    "A context behind an address is not fetched",
                    expected="@context written into the file",
                    actual=str(remote)[:120],
                    hint="Write the context into the file, or turn it into Turtle first",
                )
