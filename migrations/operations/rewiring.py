"""The operation by which a relationship type goes on under another name, and from the other end if it is to."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Final, cast

from graph.ontology.names import camel_field
from migrations.operations.draft import RELATIONSHIP_TYPES, Definition, Draft, OperationRefused
from migrations.operations.operation import Operation

_TURNED: Final = {"FORWARD": "REVERSE", "REVERSE": "FORWARD"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameRelationshipType:
    """Lets a relationship type go on under another name; it keeps its id. `reverse`: its ends change places."""

    name: str
    to: str
    reverse: bool = False
    kind = "rename_relationship_type"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.name, "to": self.to, **({"reverse": True} if self.reverse else {})}

    def prepare(self, draft: Draft) -> None:
        """Change nothing, or raise OperationRefused."""
        old = draft.element(RELATIONSHIP_TYPES, self.name)
        if self.to in draft.elements(RELATIONSHIP_TYPES):
            raise OperationRefused(f"The relationship type {self.to!r} exists already")
        if cast("dict[str, str]", old.get("impact") or {}).get("kind") == "FLOW":
            raise OperationRefused(
                f"{self.name} carries a flow, whose relationships belong together at every asset",
                hint="Add the new type, draw its relationships beside the old ones, then remove these and their type",
            )
        if self.reverse and old.get("containment"):
            raise OperationRefused(
                f"{self.name} forms the hierarchy, whose relationships go from what contains to what is contained",
                hint="Leave `reverse` out",
            )

    def close(self, draft: Draft) -> None:
        """Let nobody make relationships of the old type any more; both may be fewer than there must be."""
        old = draft.element(RELATIONSHIP_TYPES, self.name)
        new = self.successor(old)
        new.pop("id", None)
        for definition in (old, new):
            _ease(definition)
        for key in ("inverse", "graphql"):
            old.pop(key, None)
        old["closed"] = True
        draft.add(RELATIONSHIP_TYPES, self.to, new)

    def open(self, draft: Draft) -> None:
        """Let nobody make relationships of the new type any more; both may be fewer than there must be."""
        old = draft.element(RELATIONSHIP_TYPES, self.name)
        new = self.successor(old)
        for key in ("id", "inverse", "graphql"):
            new.pop(key, None)
        for definition in (old, new):
            _ease(definition)
        draft.add(RELATIONSHIP_TYPES, self.to, {**new, "closed": True})

    def apply(self, draft: Draft) -> None:
        """Leave the new name alone, with all that the old one was."""
        new = self.successor(draft.element(RELATIONSHIP_TYPES, self.name))
        draft.remove(RELATIONSHIP_TYPES, self.name)
        draft.add(RELATIONSHIP_TYPES, self.to, new)

    def successor(self, old: Definition) -> Definition:
        """Return what the type is under its new name."""
        new = copy.deepcopy(old)
        shown = cast("dict[str, str | None]", new.pop("graphql", None) or {})
        inverse = cast("str | None", old.get("inverse"))
        own = {
            "name": camel_field(self.name),
            "inverse": None if inverse is None else camel_field(inverse),
        }
        kept: Definition = {key: value for key, value in shown.items() if value is not None and value != own[key]}
        if self.reverse:
            new["from"], new["to"] = old["to"], old["from"]
            counts = cast("dict[str, str]", old.get("multiplicity") or {})
            new["multiplicity"] = {_other(end): count for end, count in counts.items()}
            impact = cast("dict[str, str]", old.get("impact") or {})
            if impact:
                direction = impact.get("direction", "NONE")
                new["impact"] = {**impact, "direction": _TURNED.get(direction, direction)}
            kept = {"inverse" if key == "name" else "name": value for key, value in kept.items()}
            new["inverse"] = self.name if inverse == self.to else inverse
            if new["inverse"] is None:
                new.pop("inverse")
        if kept:
            new["graphql"] = kept
        return new


def _other(end: str) -> str:
    return "targets" if end == "sources" else "sources"


def _ease(definition: Definition) -> None:
    counts = cast("dict[str, str]", definition.get("multiplicity") or {})
    definition["multiplicity"] = {end: f"0..{count.rpartition('..')[2]}" for end, count in counts.items()}


def read_rename_relationship_type(written: Definition) -> Operation:
    """Read `rename_relationship_type`."""
    return RenameRelationshipType(
        name=str(written["type"]), to=str(written["to"]), reverse=bool(written.get("reverse", False))
    )
