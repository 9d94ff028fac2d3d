"""Operations by which the value of a property becomes an asset of its own, and an asset becomes a value again."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from migrations.operations.draft import ASSET_TYPES, PROPERTIES, RELATIONSHIP_TYPES, Definition, Draft
from migrations.operations.operation import Operation
from migrations.operations.succession import ease, retire

_DIGITS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class PromoteProperty:
    """Makes an asset of type `to` of each value of a property, and relates who had it to that `by` a type."""

    type: str
    name: str
    to: str
    by: str
    kind = "promote_property"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.type, "property": self.name, "to": self.to, "by": self.by}

    def prepare(self, draft: Draft) -> None:
        """Change nothing, or raise OperationRefused where one of them is not there."""
        draft.member(self.type, PROPERTIES, self.name)
        draft.element(ASSET_TYPES, self.to)
        draft.element(RELATIONSHIP_TYPES, self.by)

    def close(self, draft: Draft) -> None:
        """Let nobody write the property any more: its values are taken away."""
        retire(draft, self.type, self.name)

    def open(self, draft: Draft) -> None:
        """Let the property be missing until its values are back."""
        ease(draft, self.type, self.name)

    def apply(self, draft: Draft) -> None:
        """Remove the property, or raise OperationRefused."""
        draft.remove_member(self.type, PROPERTIES, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoteProperty:
    """Makes the name of the one asset that is related `by` a type the value of a property, and ends that relationship.

    Related assets whose type goes in the same version go with it.
    """

    type: str
    name: str
    by: str
    kind = "demote_property"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.type, "by": self.by, "property": self.name}

    def prepare(self, draft: Draft) -> None:
        """Change nothing, or raise OperationRefused where one of them is not there."""
        draft.member(self.type, PROPERTIES, self.name)
        draft.element(RELATIONSHIP_TYPES, self.by)

    def close(self, draft: Draft) -> None:
        """Let nobody relate anything any more; there may be fewer relationships than there must be."""
        by = draft.element(RELATIONSHIP_TYPES, self.by)
        by["closed"] = True
        by.pop("multiplicity", None)

    def open(self, draft: Draft) -> None:
        """Let there be fewer relationships than there must be until they are back."""
        draft.element(RELATIONSHIP_TYPES, self.by).pop("multiplicity", None)

    def apply(self, draft: Draft) -> None:
        """Change nothing: the relationship type stays, until an operation of its own removes it."""


def promoted_id(to: str, value: str) -> str:
    """Return the id of the asset that a value becomes: the same for one value of whatever property."""
    return f"{to}-{hashlib.sha256(f'{to}/{value}'.encode()).hexdigest()[:_DIGITS]}"


def promoted_system(to: str) -> str:
    """Return the system in whose ids a value is the id of the asset that it became."""
    return f"twin:{to}"


def read_promote(written: Definition) -> Operation:
    """Read `promote_property`."""
    return PromoteProperty(
        type=str(written["type"]), name=str(written["property"]), to=str(written["to"]), by=str(written["by"])
    )


def read_demote(written: Definition) -> Operation:
    """Read `demote_property`."""
    return DemoteProperty(type=str(written["type"]), name=str(written["property"]), by=str(written["by"]))
