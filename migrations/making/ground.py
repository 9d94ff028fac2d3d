"""What a new version builds on: the head, or where branches are merged all of the heads, and the ontology there."""

from __future__ import annotations

from dataclasses import dataclass

from graph.ontology.model import Ontology
from migrations.effects import replay
from migrations.files import History


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """`parents` of a version, and the ontology that they give together; none for the first."""

    parents: tuple[str, ...] = ()
    ontology: Ontology | None = None

    @property
    def merges(self) -> bool:
        """Whether branches come together here."""
        return len(self.parents) > 1


def ground_of(history: History, *, merge: bool) -> Ground:
    """Return what the next version builds on; with `merge` that may be several heads.

    Raises:
        HistoryInvalid: there are several heads, and nobody asked for a merge.
        MigrationInvalid: what one branch does can't be done after the other.
    """
    parents = history.heads if merge else tuple(each for each in (history.head,) if each is not None)
    if not parents:
        return Ground()
    below = {each for parent in parents for each in (*history.ancestors(parent), parent)}
    return Ground(parents=parents, ontology=replay(history, below))
