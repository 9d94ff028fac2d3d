"""The operation by which assets become ones of other types: splits, merges, and whatever else tells them apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from migrations.operations.draft import ASSET_TYPES, Definition, Draft
from migrations.operations.operation import Operation

OTHERWISE = ""
"""Stands for every other value, and for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetypeAssets:
    """Makes assets of a type ones of others: all of them, or `by` the value of one of its properties.

    `types` has the type for each value, under OTHERWISE that for all others. `properties` names what values go over to
    where it is called otherwise, `drop` those that nobody needs any more.
    """

    type: str
    types: Mapping[str, str]
    by: str | None = None
    properties: Mapping[str, str] = field(default_factory=dict[str, str])
    drop: tuple[str, ...] = ()
    kind = "retype_assets"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        said: Definition = {"type": self.type}
        cases: Definition = {value: name for value, name in self.types.items() if value != OTHERWISE}
        if self.by is None:
            said["to"] = self.types[OTHERWISE]
        else:
            said |= {"by": self.by, "cases": cases}
            if OTHERWISE in self.types:
                said["otherwise"] = self.types[OTHERWISE]
        if self.properties:
            said["properties"] = dict(self.properties)
        if self.drop:
            said["drop"] = list(self.drop)
        return said

    def prepare(self, draft: Draft) -> None:
        """Change nothing, or raise OperationRefused where a type is not there."""
        for name in (self.type, *self.types.values()):
            draft.element(ASSET_TYPES, name)

    def close(self, draft: Draft) -> None:
        """Let no more assets of the type be made meanwhile."""
        draft.element(ASSET_TYPES, self.type)["closed"] = True

    def open(self, draft: Draft) -> None:
        """Change nothing: assets of both are made."""

    def apply(self, draft: Draft) -> None:
        """Change nothing: the type stays, until an operation of its own removes it."""


def read_retype(written: Definition) -> Operation:
    """Read `retype_assets`."""
    types = cast("dict[str, str]", written.get("cases") or {})
    rest = written.get("to") or written.get("otherwise")
    return RetypeAssets(
        type=str(written["type"]),
        types={**types, **({} if rest is None else {OTHERWISE: str(rest)})},
        by=cast("str | None", written.get("by")),
        properties=cast("dict[str, str]", written.get("properties") or {}),
        drop=tuple(cast("list[str]", written.get("drop") or [])),
    )
