"""Reads what stands in a URL."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request

from app.http.errors import BodyInvalid
from app.http.exchange import State
from graph.ontology.advice import meant


def demand_known(request: Request[State], known: Mapping[str, object]) -> None:
    """Raise BodyInvalid for what a route's query doesn't have: who misspells a filter must not believe in it."""
    unknown = min(request.query_params.keys() - known.keys(), default=None)
    if unknown is not None:
        raise BodyInvalid(
            f"There is no parameter {unknown[:80]!r}",
            place=unknown[:80],
            expected=" or ".join(known) or "none: this route takes no parameters",
            hint=meant(unknown[:80], known),
        )


def number(request: Request[State], name: str, default: int) -> int:
    """A whole number in the query. Raises BodyInvalid for anything else."""
    given = request.query_params.get(name)
    if given is None:
        return default
    if not given.isascii() or not given.isdigit() or len(given) > 9:
        raise BodyInvalid("Not a whole number", place=name, expected="digits", actual=given[:80])
    return int(given)


def flag(request: Request[State], name: str) -> bool:
    """Whether something in the query is `true`; it isn't where it isn't there. Raises BodyInvalid for other words."""
    given = request.query_params.get(name, "false")
    if given not in ("true", "false"):
        raise BodyInvalid("Neither true nor false", place=name, expected="true or false", actual=given[:80])
    return given == "true"
