"""What is wrong with a change set in itself, with its place in the caller's terms."""

from __future__ import annotations

from dataclasses import replace

from graph.errors import Problem, UnitInvalid, ValueInvalid
from graph.identity import IdInvalid, id_fault, parse_asset_id


class Faults:
    """Collects problems of one change after the other; `enter` says which change they are about."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self._index = 0
        self._member = ""
        self._asset = ""

    def enter(self, index: int, member: str, asset: str) -> None:
        """Begin the change at `index`, which is about `asset`."""
        self._index = index
        self._member = member
        self._asset = asset

    def add(
        self,
        code: str,
        message: str,
        *,
        at: str,
        property: str | None = None,  # noqa: A002  the problem's own word
        expected: str | None = None,
        actual: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Note a problem at a place inside the change."""
        self.found.append(
            Problem(
                code=code,
                message=message,
                place=f"changes[{self._index}].{self._member}{at}",
                change=self._index,
                asset=self._asset[:512],
                property=property,
                expected=expected,
                actual=actual,
                hint=hint,
            )
        )

    def add_value(self, error: ValueInvalid | UnitInvalid, name: str) -> None:
        """Note a value that can't be stored."""
        self.add(
            error.code,
            error.message,
            at=f".properties.{name}",
            property=name,
            expected=error.expected,
            actual=error.actual,
            hint=error.hint,
        )

    def check_id(self, at: str, text: str) -> bool:
        """Note what is wrong with an id, and return whether nothing is."""
        if id_fault(text) is None:
            return True
        try:
            parse_asset_id(text)
        except IdInvalid as error:
            self.add(error.code, error.message, at=at, expected=error.expected, actual=error.actual)
            return False
        return True

    def check_key(self, key: str) -> bool:
        """Note what is wrong with an idempotency key, and return whether nothing is."""
        try:
            parse_asset_id(key)
        except IdInvalid as error:
            problem = replace(error.problem, message="Not an idempotency key", place="idempotencyKey")
            self.found.append(problem)
            return False
        return True

    def check_text(self, at: str, text: str, length: int) -> bool:
        """Note a text that is too long or can't be stored, and return whether it is neither."""
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            size = -1
        fits = 0 <= size <= length
        if not fits:
            self.add(
                "VALUE_INVALID",
                "Not a name",
                at=at,
                expected=f"text of at most {length} bytes of UTF-8",
                actual=f"{size} bytes" if size > 0 else "half of a surrogate pair",
            )
        return fits
