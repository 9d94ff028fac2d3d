"""The versions of a history as lint looks at them: their ontologies, made once, and which operation changed what."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import cast

from graph.ontology.document import FORMAT
from graph.ontology.model import Json, Ontology
from graph.ontology.source import Path
from migrations.effects import Reach, changes, replay, replay_to
from migrations.files import History, Migration, Placed
from migrations.operations import Draft


class Versions:
    """Ontologies of a history's versions; raises MigrationInvalid where a file's operations don't fit."""

    def __init__(self, history: History) -> None:
        self.history = history
        self._after: dict[str, Ontology] = {}

    def after(self, revision: str) -> Ontology:
        """The ontology that a version gives, with what its contract phase takes away gone."""
        if revision not in self._after:
            self._after[revision] = replay_to(self.history, revision)
        return self._after[revision]

    def before(self, revision: str) -> Ontology | None:
        """The ontology that a version begins with; None of the first."""
        parents = self.history[revision].parents
        if not parents:
            return None
        if len(parents) == 1:
            return self.after(parents[0])
        return replay(self.history, self.history.ancestors(revision))

    def place(self, revision: str, paths: Iterable[Path]) -> dict[Path, str]:
        """Return where the last operation of a version stands that changed what is at each of `paths`.

        Where none did, as of what a supertype brings, the file's first line.
        """
        migration = self.history[revision]
        draft = Draft({"format": FORMAT})
        for each in self.history.ancestors(revision):
            for _, change in changes(self.history[each], Reach.AFTER):
                change(draft)
        found = dict.fromkeys(paths, f"{migration.file}:1:1")
        seen = {path: _at(draft, path) for path in found}
        for placed, change in changes(migration, Reach.AFTER):
            change(draft)
            for path, was in seen.items():
                now = _at(draft, path)
                if now != was:
                    seen[path] = now
                    found[path] = _place(placed, migration)
        return found


def _place(placed: Placed, migration: Migration) -> str:
    return placed.place or f"{migration.file}:1:1"


def _at(draft: Draft, path: Path) -> str:
    """What stands at a path, as text; of the values of an enum whether one is among them."""
    at: Json = cast("Json", draft.elements(str(path[0])))
    for step in path[1:]:
        if isinstance(at, list):
            return str(step in at)
        at = at.get(str(step)) if isinstance(at, dict) else None
    return json.dumps(at, sort_keys=True)
