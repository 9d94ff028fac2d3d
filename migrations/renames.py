"""Which types go on under another name: told by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from migrations.draft import ASSET_TYPES, Definition
from migrations.operations import Operation, RenameAssetType


def renames(before: Definition, after: Definition) -> tuple[Operation, ...]:
    """Return the operations by which types of `before` get the names that they have in `after`, in their order."""
    old, new = _section(before, ASSET_TYPES), _section(after, ASSET_TYPES)
    names = {definition.get("id"): name for name, definition in new.items() if name not in old}
    found = {name: names.get(old[name].get("id")) for name in sorted(set(old) - set(new))}
    return tuple(RenameAssetType(name=name, to=to) for name, to in found.items() if to is not None)


def _section(document: Definition, section: str) -> Mapping[str, Definition]:
    return cast("dict[str, Definition]", document.get(section, {}))
