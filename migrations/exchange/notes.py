"""What an exchange changed, and what it could not say: nothing is dropped without a note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from graph.ontology.model import Json


class Change(StrEnum):
    """What became of something."""

    RENAMED = "RENAMED"
    CHANGED = "CHANGED"
    LEFT_OUT = "LEFT_OUT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing that is not as it was: where (in the terms of what was read), what, and what it is now."""

    change: Change
    place: str
    what: str
    now: str | None = None

    def __str__(self) -> str:
        return f"{self.place}: {self.what}" + (f" -> {self.now}" if self.now else "")


class Notes:
    """Collects notes, each once, in the order in which they come."""

    def __init__(self) -> None:
        self._found: dict[Note, None] = {}

    def renamed(self, place: str, before: str, now: str) -> None:
        """Note another name, unless it is the same."""
        if before != now:
            self._add(Note(change=Change.RENAMED, place=place, what=before, now=now))

    def changed(self, place: str, what: str, now: str | None = None) -> None:
        """Note something that is said in another way."""
        self._add(Note(change=Change.CHANGED, place=place, what=what, now=now))

    def left_out(self, place: str, what: str) -> None:
        """Note something that could not be said."""
        self._add(Note(change=Change.LEFT_OUT, place=place, what=what))

    @property
    def found(self) -> tuple[Note, ...]:
        """All notes."""
        return tuple(self._found)

    def _add(self, note: Note) -> None:
        self._found[note] = None


def counted(notes: Sequence[Note]) -> Mapping[Change, int]:
    """Return how many notes there are of each kind."""
    return Counter(note.change for note in notes)


def lost(before: Json, after: Json, path: tuple[str, ...] = ()) -> Iterator[Note]:
    """Yield what `after` lacks of `before` or says otherwise, by the deepest place that tells it."""
    if before == after:
        return
    place = ".".join(path) or "the ontology"
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before:
            yield from lost(before[key], after.get(key), (*path, key))
        return
    if after is None:
        yield Note(change=Change.LEFT_OUT, place=place, what=_short(before))
    else:
        yield Note(change=Change.CHANGED, place=place, what=_short(before), now=_short(after))


def _short(value: Json) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(value) + "}"
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= 80 else text[:79] + "…"
