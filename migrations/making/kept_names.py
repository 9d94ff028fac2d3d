"""Names that values of channels are kept under: another one for what means something else than was kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import rfc8785

from graph.errors import Problem
from graph.ontology import ontology_from_canonical
from graph.ontology.channel_names import first_name
from graph.ontology.model import Json, Ontology
from migrations.effects import KEPT_AS, Keeping, Meaning, Memory, keepings, key_of, meaning_of, name_of_its_own
from migrations.errors import DifferenceUnexpressed
from migrations.making.channel_names import channels_of, same_channels, shared_channels
from migrations.making.successors import Answers
from migrations.operations import ENUMS, Definition, mapping, sparse


def with_kept_names(
    head: Ontology | None, desired: Ontology, answers: Answers, memory: Callable[[], Memory]
) -> Ontology:
    """Return what is desired, where channels that mean something else than was kept say under what they are kept.

    `memory` gives what was kept along the history that led to the head.

    Raises:
        DifferenceUnexpressed: an author keeps a channel under a name that means something else.
    """
    if head is None:
        return desired
    before, after = sparse(head), sparse(desired)
    names = _Names(before, after, answers, memory())
    changed = False
    for owner, name, definition in channels_of(after):
        wanted = names.wanted(owner, name, definition)
        if wanted != definition.get(KEPT_AS):
            definition[KEPT_AS] = wanted
            changed = True
    if problems := tuple(map(_clash, names.clashing())):
        raise DifferenceUnexpressed("A name would mean something else than what is kept under it", problems)
    return ontology_from_canonical(rfc8785.dumps(after).decode()) if changed else desired


@dataclass(slots=True)
class _Had:
    """A channel as it was at the head."""

    key: str
    kept_as: Json
    meaning: Meaning


class _Names:
    """Which channel is to be kept under which name."""

    def __init__(self, before: Definition, after: Definition, answers: Answers, memory: Memory) -> None:
        self._after = after
        self._memory = memory
        self._enums = mapping(after, ENUMS)
        self._taken = set(memory.taken) | {name for _, name, _ in channels_of(after)}
        old = mapping(before, ENUMS)
        self._had: dict[tuple[str, str], _Had] = {}
        for owner, had, has in shared_channels(before, after):
            for name, to in same_channels(owner, had, has, answers):
                was = had[name]
                meaning = meaning_of(owner, name, was, old)
                self._had[owner, to] = _Had(key_of(name, was), was.get(KEPT_AS), meaning)

    def wanted(self, owner: str, name: str, definition: Definition) -> Json:
        """Return what `keptAs` of a channel is to be, None where its first name will do."""
        said = definition.get(KEPT_AS)
        meaning = meaning_of(owner, name, definition, self._enums)
        had = self._had.get((owner, name))
        if had is None:
            return said if said is not None else self._of_new(owner, name, definition, meaning)
        if said not in (None, had.kept_as):
            return said
        return had.kept_as if meaning.held == had.meaning.held else self._own(name, definition, meaning)

    def clashing(self) -> list[tuple[Keeping, Meaning]]:
        """Return which channels are kept under a name that means something else, and what."""
        found = ((each, self._memory.clash(each)) for each in keepings(self._after) if not self._renamed(each))
        return [(each, was) for each, was in found if was is not None]

    def _renamed(self, keeping: Keeping) -> bool:
        """Whether it is what it was, whatever its id is made of."""
        had = self._had.get((keeping.owner, keeping.name))
        return had is not None and (had.key, had.meaning.held) == (keeping.key, keeping.meaning.held)

    def _of_new(self, owner: str, name: str, definition: Definition, meaning: Meaning) -> Json:
        """A channel that was there before takes up what was kept of it; one that was not begins with nothing."""
        first = key_of(name, definition)
        for key in reversed(self._memory.keys(meaning)):
            return None if key == first else key
        concerned = (each for each in keepings(self._after) if (each.owner, each.name) == (owner, name))
        if all(self._memory.clash(each) is None for each in concerned):
            return None
        return self._own(name, definition, meaning)

    def _own(self, name: str, definition: Definition, meaning: Meaning) -> str:
        formerly = cast("list[str]", definition.get("formerly") or [])
        own = name_of_its_own(first_name(formerly, name), meaning, self._taken)
        self._taken.add(own)
        return own


def _clash(found: tuple[Keeping, Meaning]) -> Problem:
    keeping, was = found
    return Problem(
        code="DIFFERENCE_UNEXPRESSED",
        message=f"The channel {keeping.owner}.{keeping.name} is to be kept as {keeping.key!r}, under which values of "
        "another meaning are kept",
        expected=f"a name that only {keeping.meaning} was kept under, or none",
        actual=str(was),
        hint="Leave `keptAs` out: `make` writes it in where it belongs",
    )
