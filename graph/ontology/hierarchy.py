"""Supertypes: that they exist, form no loop, and pass down nothing that contradicts itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from graph.ontology.document import AssetTypeDocument
from graph.ontology.problems import Problems

Parents = Mapping[str, tuple[str, ...]]


class Declared(Protocol):
    """What a type declares and passes down: a property or a channel."""

    @property
    def declared_by(self) -> str:
        """Name of the type that declares it."""
        ...


Part = TypeVar("Part", bound=Declared)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hierarchy:
    """Asset types by how they extend each other. `order` has supertypes before subtypes."""

    parents: Parents
    supertypes: Mapping[str, tuple[str, ...]]
    subtypes: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]

    def family(self, name: str) -> tuple[str, ...]:
        """Return `name` and all types below it."""
        return (name, *self.subtypes[name])


def hierarchy(documents: Mapping[str, AssetTypeDocument], problems: Problems) -> Hierarchy:
    """Link `extends`; what leads nowhere or round in a circle is noted and left out."""
    written = {name: _parents(name, document, documents, problems) for name, document in documents.items()}
    order, parents = _ordered(written, problems)
    supertypes = {name: _nearest_first(name, parents) for name in order}
    below: dict[str, list[str]] = {name: [] for name in documents}
    for name in sorted(order):
        for above in supertypes[name]:
            below[above].append(name)
    subtypes = {name: tuple(names) for name, names in below.items()}
    return Hierarchy(parents=parents, supertypes=supertypes, subtypes=subtypes, order=order)


def _parents(
    name: str, document: AssetTypeDocument, documents: Mapping[str, AssetTypeDocument], problems: Problems
) -> tuple[str, ...]:
    found: list[str] = []
    for position, parent in enumerate(document.extends):
        path = ("assetTypes", name, "extends", position)
        if parent not in documents:
            problems.unknown("UNKNOWN_TYPE", path, parent, documents, kind="asset type")
        elif parent in found:
            problems.value("DUPLICATE_NAME", path, f"{parent!r} is there twice", expected="each type once")
        else:
            found.append(parent)
    return tuple(found)


def _ordered(written: Parents, problems: Problems) -> tuple[tuple[str, ...], Parents]:
    """Return names with supertypes first, and parents without the ones that close a loop. Depth is not limited."""
    done: dict[str, None] = {}
    parents = {name: list(above) for name, above in written.items()}
    for root in sorted(written):
        trail: list[str] = [] if root in done else [root]
        while trail:
            name = trail[-1]
            above = next((parent for parent in parents[name] if parent not in done), None)
            if above is None:
                done[trail.pop()] = None
            elif above in trail:
                loop = " extends ".join((*trail[trail.index(above) :], above))
                path = ("assetTypes", name, "extends", written[name].index(above))
                problems.value(
                    "EXTENDS_LOOP", path, f"{above} would be its own supertype", expected="no loop", actual=loop
                )
                parents[name].remove(above)
            else:
                trail.append(above)
    return tuple(done), {name: tuple(above) for name, above in parents.items()}


def _nearest_first(name: str, parents: Parents) -> tuple[str, ...]:
    found: dict[str, None] = {}
    level: list[str] = list(parents[name])
    while level:
        fresh = [parent for parent in dict.fromkeys(level) if parent not in found]
        found.update(dict.fromkeys(fresh))
        level = [above for parent in fresh for above in parents[parent]]
    return tuple(found)


def inherited(
    tree: Hierarchy,
    own: Mapping[str, Mapping[str, Part]],
    conflict: Callable[[str, str, Part, Part], None],
) -> dict[str, dict[str, Part]]:
    """Return for each type its own and inherited parts, by name.

    Args:
        tree: the asset types.
        own: what each type declares itself, by name.
        conflict: told once (type, name, first, second) where one name comes from two declarations.
    """
    result: dict[str, dict[str, Part]] = {}
    told: set[tuple[str, str, str]] = set()
    for name in tree.order:
        parts: dict[str, Part] = {}
        sources = [*(result[parent] for parent in tree.parents[name]), own[name]]
        for part_name, part in (item for source in sources for item in source.items()):
            present = parts.setdefault(part_name, part)
            first, second = sorted((present.declared_by, part.declared_by))
            if first != second and (part_name, first, second) not in told:
                told.add((part_name, first, second))
                conflict(name, part_name, present, part)
        result[name] = dict(sorted(parts.items()))
    return result
