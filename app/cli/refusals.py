"""Errors of a running service as errors of the twin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.errors import InvalidInput, ManyProblems, Problem, TwinError, Unavailable

_FACTS = ("place", "expected", "actual", "hint")


class ServiceRefused(InvalidInput):
    """A service refused a request; it gave its own code."""

    code = "SERVICE_REFUSED"


class ServiceRefusedMany(ManyProblems, ServiceRefused):
    """The same, for several problems at once."""


class ServiceUnreachable(Unavailable):
    """No service answers at the address given."""

    code = "SERVICE_UNREACHABLE"


def refusal_of(error: Mapping[str, Any]) -> TwinError:
    """Return an error of a GraphQL response as an error of the twin."""
    extensions: Mapping[str, Any] = error.get("extensions") or {}
    return refused({**extensions, "detail": error["message"]})


def refused(told: Mapping[str, Any]) -> TwinError:
    """Return the refusal that an application/problem+json tells of, with the code that the service gave it."""
    message = told.get("detail") or told.get("title") or "The service refused"
    problems = tuple(_problem(each) for each in told.get("problems") or ())
    error: TwinError = (
        ServiceRefusedMany(message, problems, hint=told.get("hint"))
        if problems
        else ServiceRefused(message, **{name: told.get(name) for name in _FACTS})
    )
    error.code = told.get("code") or error.code  # pyright: ignore[reportAttributeAccessIssue] - of this one refusal
    return error


def _problem(told: Mapping[str, Any]) -> Problem:
    message = told.get("message") or told.get("detail") or told.get("title") or ""
    return Problem(code=told.get("code", "REFUSED"), message=message, **{name: told.get(name) for name in _FACTS})
