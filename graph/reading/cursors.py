"""Cursors: where a page ended, as opaque text that serves the question it was made for and no other.

base64url of JSON: version, digest of the question, values that the last row was sorted by.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

import orjson

from graph.errors import CursorInvalid

Key: TypeAlias = "str | int | float | bool | None"

VERSION = 1
LONGEST = 131_072
"""Characters: those of an indexed text of 8,000 bytes and three long ones, each escaped in JSON and then in base64."""


def question(*parts: object) -> str:
    """Return the digest of what is asked, page apart; parts must have a `repr` of all that matters."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


def write_cursor(asked: str, keys: Sequence[Key]) -> str:
    """Return the cursor of the row with these sort values."""
    return base64.urlsafe_b64encode(orjson.dumps([VERSION, asked, *keys])).decode().rstrip("=")


def read_cursor(text: str, kinds: Sequence[type | tuple[type, ...]]) -> Cursor:
    """Return what `text` holds: one sort value of each of `kinds`, or raise CursorInvalid."""
    parts = _decoded(text)
    keys = parts[2:]
    if len(keys) != len(kinds) or parts[0] != VERSION or not isinstance(parts[1], str):
        raise _invalid(text, "It is not a cursor of this list")
    if not all(isinstance(key, kind) for key, kind in zip(keys, kinds, strict=True)):
        raise _invalid(text, "It is not a cursor of this list")
    return Cursor(text=text, asked=parts[1], keys=cast("tuple[Key, ...]", tuple(keys)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """A cursor that was read, not yet known to be of the right question."""

    text: str
    asked: str
    keys: tuple[Key, ...]

    def demand(self, asked: str) -> None:
        """Raise CursorInvalid unless the cursor was made for the question `asked`."""
        if self.asked != asked:
            raise _invalid(self.text, "It belongs to another list, filter or order")


def _decoded(text: str) -> list[object]:
    if len(text) > LONGEST:
        raise _invalid(text, f"It is longer than {LONGEST:,} characters")
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        parts = orjson.loads(raw)
    except (ValueError, binascii.Error) as error:
        raise _invalid(text, "It is not text that a cursor could be") from error
    return cast("list[object]", parts) if isinstance(parts, list) else []


def _invalid(text: str, why: str) -> CursorInvalid:
    return CursorInvalid(
        f"This cursor can't be used here. {why}",
        expected="an endCursor or edge cursor of the same list with the same arguments",
        actual=repr(text[:80]),
        hint="Start again without `after`",
    )
