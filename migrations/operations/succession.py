"""Operations by which one property takes the place of another: under another name, in another unit or datatype.

Both are there from `apply` until `complete`, and kept in step by every write, so that who knows only one of them reads
and writes as ever. The old one is taken away in the end.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias, cast

from migrations.operations.draft import (
    ASSET_TYPES,
    PROPERTIES,
    RELATIONSHIP_TYPES,
    Definition,
    Draft,
    OperationRefused,
    apart_from_id,
)
from migrations.operations.operation import Operation, named

_LATER: Final = ("required", "unique", "default", "follows")
"""What a property gets only once it stands alone: the old one answers for it until then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenameProperty:
    """Lets a property go on under another name; it stays the same thing and keeps its id."""

    type: str
    name: str
    to: str
    kind = "rename_property"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        return {"type": self.type, "property": self.name, "to": self.to}

    @property
    def successor(self) -> str:
        """Name of the property that takes its place."""
        return self.to

    def prepare(self, draft: Draft) -> None:
        """Add the new name beside the old one, or raise OperationRefused."""
        old = draft.member(self.type, PROPERTIES, self.name)
        _add_follower(draft, self.type, self.name, self.to, apart_from_id(old), {})

    def close(self, draft: Draft) -> None:
        """Let nobody write the old name any more; the new one is what it is to be, but for being unique."""
        final = copy.deepcopy(draft.member(self.type, PROPERTIES, self.name))
        retire(draft, self.type, self.name)
        _part(draft, self.type, self.to, final)

    def open(self, draft: Draft) -> None:
        """Let the old one be missing until its values are back."""
        ease(draft, self.type, self.name)

    def apply(self, draft: Draft) -> None:
        """Leave the new name alone, with all that the old one was."""
        old = copy.deepcopy(draft.member(self.type, PROPERTIES, self.name))
        draft.remove_member(self.type, PROPERTIES, self.name)
        draft.members(self.type, PROPERTIES)[self.to] = old


@dataclass(frozen=True, slots=True, kw_only=True)
class ConvertProperty:
    """Lets another property take the place of one, with values converted; `values` is a table for some of them."""

    type: str
    name: str
    to: str
    definition: Definition
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    kind = "convert_property"

    @property
    def written(self) -> Definition:
        """Its arguments as they stand in a file."""
        table: Definition = {"values": dict(self.values)} if self.values else {}
        return {"type": self.type, "property": self.name, "to": {"name": self.to, **self.definition}, **table}

    @property
    def successor(self) -> str:
        """Name of the property that takes its place."""
        return self.to

    def prepare(self, draft: Draft) -> None:
        """Add the new property beside the old one, or raise OperationRefused."""
        draft.member(self.type, PROPERTIES, self.name)
        _add_follower(draft, self.type, self.name, self.to, self.definition, self.values)

    def close(self, draft: Draft) -> None:
        """Let nobody write the old property any more; the new one is what it is to be, but for being unique."""
        retire(draft, self.type, self.name)
        _part(draft, self.type, self.to, self.definition)

    def open(self, draft: Draft) -> None:
        """Let the old one be missing until its values are back."""
        ease(draft, self.type, self.name)

    def apply(self, draft: Draft) -> None:
        """Leave the new property alone."""
        draft.remove_member(self.type, PROPERTIES, self.name)
        draft.members(self.type, PROPERTIES)[self.to] = copy.deepcopy(self.definition)


SucceedProperty: TypeAlias = RenameProperty | ConvertProperty


def retire(draft: Draft, owner: str, name: str) -> None:
    """Let a property be written no more, and be missing: it is about to be taken away."""
    ease(draft, owner, name)
    draft.member(owner, PROPERTIES, name)["writable"] = False


def ease(draft: Draft, owner: str, name: str) -> None:
    """Let a property be missing, and nothing stand for it: its values are on their way back."""
    old = draft.member(owner, PROPERTIES, name)
    for field_name in ("required", "default"):
        old.pop(field_name, None)


def leave(draft: Draft, before: Draft) -> None:
    """Let nobody write the properties that `before` lacks: the migration that added them is being taken back."""
    for section in (ASSET_TYPES, RELATIONSHIP_TYPES):
        for owner in draft.elements(section):
            if owner not in before.elements(section):
                draft.element(section, owner)["closed"] = True
                continue
            known = before.members(owner, PROPERTIES)
            for name, definition in draft.members(owner, PROPERTIES).items():
                if name not in known:
                    definition.pop("follows", None)
                    retire(draft, owner, name)


def _part(draft: Draft, owner: str, name: str, final: Definition) -> None:
    follower = draft.member(owner, PROPERTIES, name)
    follower.pop("follows", None)
    follower.update({key: final[key] for key in ("required", "default") if key in final})


def _add_follower(
    draft: Draft, owner: str, leader: str, name: str, definition: Definition, values: Mapping[str, str]
) -> None:
    if draft.member(owner, PROPERTIES, leader).get("follows"):
        raise OperationRefused(
            f"{owner}.{leader} takes the place of another property itself at this point of the history",
            hint="Complete that first, and let a version of its own go on from there",
        )
    follows: Definition = {"property": leader, **({"values": dict(values)} if values else {})}
    kept = {key: value for key, value in definition.items() if key not in _LATER}
    if kept.get("id") == draft.member(owner, PROPERTIES, leader).get("id"):
        kept.pop("id", None)  # the same thing under two names for a while; the new one has its default id meanwhile
    draft.add_member(owner, PROPERTIES, name, {**kept, "follows": follows})


def read_rename(written: Definition) -> Operation:
    """Read `rename_property`."""
    return RenameProperty(type=str(written["type"]), name=str(written["property"]), to=str(written["to"]))


def read_convert(written: Definition) -> Operation:
    """Read `convert_property`."""
    name, definition = named(written, "to")
    return ConvertProperty(
        type=str(written["type"]),
        name=str(written["property"]),
        to=name,
        definition=definition,
        values=cast("dict[str, str]", written.get("values", {})),
    )
