"""What can be wrong with an ontology document: stable codes, and the list that checks write to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from graph.errors import Problem
from graph.ontology.advice import nearest
from graph.ontology.source import Path, Places

ONTOLOGY_CODES: Mapping[str, str] = {
    "ONTOLOGY_NOT_FOUND": "No document is where one was looked for, or it can't be read",
    "ENCODING_INVALID": "The file is not UTF-8",
    "DOCUMENT_TOO_LARGE": "The file is larger than a document may be",
    "YAML_INVALID": "The file is not YAML, or uses parts of YAML that documents do without",
    "FORMAT_UNKNOWN": "The document names a format that this version does not read",
    "FIELD_UNKNOWN": "A field that the format does not have",
    "FIELD_MISSING": "A field that must be there is not",
    "FIELD_INVALID": "A field holds something of the wrong shape",
    "DUPLICATE_NAME": "The same name twice, in one file or in two",
    "DUPLICATE_ID": "Two elements have the same id",
    "NAME_INVALID": "A name is not spelled as its kind is",
    "NAME_RESERVED": "A name that the twin or GraphQL uses itself",
    "NAME_CLASH": "Two elements would have the same name in GraphQL or in queries",
    "UNKNOWN_TYPE": "A named asset type or relationship type does not exist",
    "UNKNOWN_ENUM": "A named enum does not exist",
    "EXTENDS_LOOP": "A type is its own supertype",
    "PROPERTY_CONFLICT": "A type gets one property, channel or lifecycle from two places",
    "DATATYPE_INVALID": "A field does not fit the datatype, or the datatype lacks one",
    "UNIT_INVALID": "A unit is unknown or measures something else",
    "RANGE_INVALID": "A minimum is above its maximum",
    "PATTERN_INVALID": "A pattern is not a regular expression",
    "INDEX_INVALID": "A property that can't be unique or indexed",
    "DEFAULT_INVALID": "A default is not a value of its own property",
    "DEFAULT_MISSING": "A property that must have a value, and that nobody may write, has no default",
    "FOLLOWS_INVALID": "A property follows another that it can't take the place of",
    "MULTIPLICITY_INVALID": "A multiplicity can't be read or holds for nothing",
    "ENDS_INVALID": "No asset could stand at an end of a relationship type",
    "IMPACT_INVALID": "Direction and kind of impact do not go together",
    "SYMMETRY_INVALID": "A symmetric relationship type whose ends differ",
    "SOURCE_INVALID": "A type is called a source of something that is not a FLOW",
    "CHANNEL_INVALID": "A channel's thresholds or freshness make no sense",
    "LIFECYCLE_INVALID": "A lifecycle's transitions do not fit its states",
}


@dataclass(slots=True)
class Problems:
    """Collects everything wrong with one document, with its place."""

    places: Places
    found: list[Problem] = field(default_factory=list[Problem])

    def value(
        self,
        code: str,
        path: Path,
        message: str,
        *,
        expected: str | None = None,
        actual: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Note that the value at `path` is wrong."""
        place = self.places.of(path)
        self._add(Problem(code=code, message=message, place=place, expected=expected, actual=actual, hint=hint))

    def key(
        self,
        code: str,
        path: Path,
        message: str,
        *,
        expected: str | None = None,
        actual: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Note that the name that ends `path` is wrong."""
        place = self.places.of_key(path)
        self._add(Problem(code=code, message=message, place=place, expected=expected, actual=actual, hint=hint))

    def unknown(self, code: str, path: Path, name: str, known: Mapping[str, object], *, kind: str) -> None:
        """Note that `name`, written at `path`, is no `kind` of this ontology."""
        close = nearest(name, known)
        self.value(
            code,
            path,
            f"No {kind} is called {name!r}",
            expected=f"the name of {'an' if kind[0] in 'aeiou' else 'a'} {kind} of this ontology",
            actual=name,
            hint=close if close.startswith("Did you mean") else None,
        )

    def _add(self, problem: Problem) -> None:
        if problem not in self.found:
            self.found.append(problem)

    def sorted(self) -> tuple[Problem, ...]:
        """Return the problems in the order of the document."""
        return tuple(sorted(self.found, key=_order))


def _order(problem: Problem) -> tuple[str, int, int]:
    file, line, column = ([*(problem.place or "").rsplit(":", 2), "", ""])[:3]
    return (file, int(line) if line.isdigit() else 0, int(column) if column.isdigit() else 0)
