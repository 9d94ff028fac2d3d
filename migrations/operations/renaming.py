"""Operations by which types go on under another name.

An asset type gets its new name above the old one first: from `apply` until `complete` the new name is an abstract type
with all that the old one had, and the old one is the only type below it. So both names find the same assets. What the
assets are called is changed in one moment, by `complete`.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Final, cast

from graph.ontology.names import plural_field
from migrations.operations.draft import ASSET_TYPES, RELATIONSHIP_TYPES, Definition, Draft
from migrations.operations.operation import Operation

_MOVED: Final = ("extends", "properties", "channels", "sourceOf", "lifecycle")
"""What the new name has from the beginning; the old one inherits it."""

_SAID_BY_BOTH: Final = ("displayName", "description")


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameAssetType:
    """Lets an asset type go on under another name; it stays the same thing and keeps its id."""

    name: str
    to: str
    kind = "rename_asset_type"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.name, "to": self.to}

    def prepare(self, draft: Draft) -> None:
        """Put the new name above the old one, or raise OperationRefused."""
        old = draft.element(ASSET_TYPES, self.name)
        new = {key: copy.deepcopy(old[key]) for key in (*_MOVED, *_SAID_BY_BOTH) if key in old}
        draft.add(ASSET_TYPES, self.to, {**new, "abstract": True})
        for key in _MOVED:
            old.pop(key, None)
        old["extends"] = [self.to]

    def close(self, draft: Draft) -> None:
        """Change nothing: nothing is taken away page by page."""

    def open(self, draft: Draft) -> None:
        """Change nothing: nothing comes back page by page."""

    def apply(self, draft: Draft) -> None:
        """Leave the new name alone, with all that the old one was."""
        old, new = draft.element(ASSET_TYPES, self.name), draft.element(ASSET_TYPES, self.to)
        moved = {key: new[key] for key in _MOVED if key in new}
        kept = {key: value for key, value in old.items() if key not in (*_MOVED, *_named_by_type(self.name, old))}
        draft.remove(ASSET_TYPES, self.name)
        draft.elements(ASSET_TYPES)[self.to] = {**kept, **moved}
        rename_references(draft, self.name, self.to)


def _named_by_type(name: str, definition: Definition) -> tuple[str, ...]:
    """Which names in GraphQL are made from the type's own, and so change with it."""
    shown = str(definition.get("graphql", name))
    plural = ("plural",) if definition.get("plural") == plural_field(shown) else ()
    return (*plural, "graphql") if shown == name else plural


def rename_references(draft: Draft, old: str, new: str) -> None:
    """Let all that names an asset type name another."""
    for definition in draft.elements(ASSET_TYPES).values():
        _rename_in(definition, "extends", old, new)
        _rename_replacement(definition, old, new)
    for definition in draft.elements(RELATIONSHIP_TYPES).values():
        for end in ("from", "to"):
            _rename_in(definition, end, old, new)


def _rename_in(definition: Definition, key: str, old: str, new: str) -> None:
    named = cast("list[str]", definition.get(key, []))
    if old in named:
        definition[key] = [new if each == old else each for each in named]


def _rename_replacement(definition: Definition, old: str, new: str) -> None:
    deprecation = cast("Definition", definition.get("deprecation") or {})
    if deprecation.get("replacement") == old:
        deprecation["replacement"] = new


def read_rename_asset_type(written: Definition) -> Operation:
    """Read `rename_asset_type`."""
    return RenameAssetType(name=str(written["type"]), to=str(written["to"]))
