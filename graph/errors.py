"""Errors of the twin.

    TwinError                      every refusal has a stable code, a place, what was expected, what came, what to do
    ├── InvalidInput               what the caller sent can't be right, whatever the database holds
    │   ├── OntologyInvalid        an ontology document that doesn't hold together (all problems at once)
    │   └── LimitExceeded          a depth, page size or length over its ceiling
    ├── Refused                    right in itself, but not against what is there
    │   ├── ChangesRefused         a change set (all problems at once)
    │   ├── RevisionConflict       something the change set touches is newer than expected
    │   └── NotFound               a named thing does not exist
    ├── Forbidden                  the principal may not do this
    └── Unavailable                the service can't answer now; try again or repair the installation
        ├── DatabaseUnavailable    Neo4j does not answer, or is not one we can work with
        └── RevisionNotReached     the revision asked for has not arrived in time

An error is a class with fields; its text is made from them. Doors translate errors in one place each.
Codes and what they mean are listed in `graph/codes.py`, which the documentation's table is made from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong with one piece of input.

    `place` says where in the caller's own terms (`file:line:column`, `changes[3].upsertAsset.properties.power`);
    `change` is the position of the change in its change set, `asset` and `property` name what it is about.
    """

    code: str
    message: str
    place: str | None = None
    change: int | None = None
    asset: str | None = None
    property: str | None = None
    expected: str | None = None
    actual: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        where = f"{self.place}: " if self.place else ""
        facts = [
            f"expected {self.expected}" if self.expected else "",
            f"got {self.actual}" if self.actual else "",
        ]
        detail = ", ".join(fact for fact in facts if fact)
        text = f"{where}{self.message}" + (f" ({detail})" if detail else "")
        return f"{text}. {self.hint}" if self.hint else text


class TwinError(Exception):
    """Root of every expected refusal or breakdown; `code` is stable and documented."""

    code: ClassVar[str] = "INTERNAL"

    def __init__(
        self,
        message: str,
        *,
        place: str | None = None,
        expected: str | None = None,
        actual: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.expected = expected
        self.actual = actual
        self.hint = hint

    def __str__(self) -> str:
        return str(self.problem)

    @property
    def problem(self) -> Problem:
        """The same refusal as a value, the shape that doors show."""
        return Problem(
            code=self.code,
            message=self.message,
            place=self.place,
            expected=self.expected,
            actual=self.actual,
            hint=self.hint,
        )


class InvalidInput(TwinError):
    """What the caller sent can't be right, whatever the database holds."""

    code = "INPUT_INVALID"


class UnknownType(InvalidInput):
    """A named asset type or relationship type is not in the ontology."""

    code = "UNKNOWN_TYPE"


class UnknownProperty(InvalidInput):
    """A named property is not in the ontology, or not on that type."""

    code = "UNKNOWN_PROPERTY"


class ValueInvalid(InvalidInput):
    """A value is of the wrong datatype, out of range, or not in the form asked for."""

    code = "VALUE_INVALID"


class UnitInvalid(InvalidInput):
    """A unit is unknown, or of another dimension than the property's."""

    code = "UNIT_INVALID"


class CursorInvalid(InvalidInput):
    """A cursor was not made by this service for this question."""

    code = "CURSOR_INVALID"


class LimitExceeded(InvalidInput):
    """A depth, page size or length is over its ceiling."""

    code = "LIMIT_EXCEEDED"


class ManyProblems(TwinError):
    """Several problems reported at once; `problems` is never empty."""

    def __init__(self, message: str, problems: tuple[Problem, ...], *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join([self.message, *(f"  {problem}" for problem in self.problems)])


class OntologyInvalid(ManyProblems, InvalidInput):
    """An ontology document that doesn't hold together."""

    code = "ONTOLOGY_INVALID"


class Refused(TwinError):
    """Right in itself, but not against what is there."""

    code = "REFUSED"


class NotFound(Refused):
    """A named asset, relationship or revision does not exist."""

    code = "UNKNOWN_ASSET"


class ChangesRefused(ManyProblems, Refused):
    """A change set broke rules; nothing of it was written."""

    code = "CHANGES_REJECTED"


class RevisionConflict(Refused):
    """Something the change set touches changed after the revision its author looked at."""

    code = "REVISION_CONFLICT"

    def __init__(self, *, expected: int, actual: int) -> None:
        super().__init__(
            "Something this change set touches has changed since the revision you looked at",
            expected=f"no change after revision {expected}",
            actual=f"a change at revision {actual}",
            hint="Read it again, decide, and send the change with the new revision",
        )
        self.expected_revision = expected
        self.actual_revision = actual


class IdempotencyMismatch(Refused):
    """The idempotency key was used before for other content."""

    code = "IDEMPOTENCY_MISMATCH"


class Forbidden(TwinError):
    """The principal lacks a scope."""

    code = "FORBIDDEN"


class Unavailable(TwinError):
    """The service can't answer now; `retry_seconds` is when to try again."""

    code = "UNAVAILABLE"
    retry_seconds: int = 1


class DatabaseUnavailable(Unavailable):
    """Neo4j does not answer, or is not one we can work with."""

    code = "DATABASE_UNAVAILABLE"


class RevisionNotReached(Unavailable):
    """The revision asked for has not arrived within the time we wait."""

    code = "REVISION_NOT_REACHED"
