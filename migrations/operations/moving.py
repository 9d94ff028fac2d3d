"""The operation by which properties move up and down the hierarchy of types; values stay where they are."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import cast

from migrations.operations.draft import ASSET_TYPES, PROPERTIES, Definition, Draft, OperationRefused, apart_from_id
from migrations.operations.operation import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveProperty:
    """Lets other types declare a property: those above, for all that is below them, or those below, for them alone.

    It keeps its id where it moves to one type; several have one each.
    """

    name: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    kind = "move_property"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"property": self.name, "from": list(self.sources), "to": list(self.targets)}

    def apply(self, draft: Draft) -> None:
        """Move the property, or raise OperationRefused."""
        found: list[Definition] = []
        for name in self.sources:
            draft.element(ASSET_TYPES, name)
            found.append(copy.deepcopy(draft.member(name, PROPERTIES, self.name)))
            draft.remove_member(name, PROPERTIES, self.name)
        first = found[0]
        if any(apart_from_id(each) != apart_from_id(first) for each in found):
            raise OperationRefused(
                f"{self.name} is not the same in {' and '.join(self.sources)}",
                expected="one definition, but for ids",
                hint="Change them to be alike in a version before",
            )
        for name in self.targets:
            draft.element(ASSET_TYPES, name)
            draft.add_member(name, PROPERTIES, self.name, first if len(self.targets) == 1 else apart_from_id(first))


def read_move(written: Definition) -> Operation:
    """Read `move_property`."""
    return MoveProperty(
        name=str(written["property"]),
        sources=tuple(cast("list[str]", written["from"])),
        targets=tuple(cast("list[str]", written["to"])),
    )
