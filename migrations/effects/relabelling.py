"""Relabelling: which labels assets get and lose when types change their names or get supertypes.

An asset carries the labels of its type and all supertypes. Labels that an ontology doesn't know say nothing under it
(`Ontology.type_of`). So the labels of the next ontology are given, page by page, while the one before is in force, and
what that leaves behind is taken away once nobody knows it any more: no reader ever meets an asset under too few labels,
and the change itself is a moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, TypeAlias

from graph.ontology.model import Ontology
from migrations.files import Migration
from migrations.operations import RenameAssetType

UNCHANGED: Final[Mapping[str, str]] = MappingProxyType({})
"""No type goes on under another name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveLabel:
    """Gives `label` to all assets that have the label of `type`."""

    type: str
    label: str

    def __str__(self) -> str:
        return f"label {self.type} as {self.label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeLabel:
    """Takes `label` away from all assets."""

    label: str

    def __str__(self) -> str:
        return f"take away label {self.label}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relabelling:
    """What labels do when one ontology takes the place of `before`: what is given `ahead`, and which go `behind` it.

    `heirs` are the concrete types that go on under another name; their counts go with them.
    """

    before: Ontology | None = None
    ahead: tuple[GiveLabel, ...] = ()
    behind: tuple[str, ...] = ()
    heirs: Mapping[str, str] = field(default_factory=lambda: UNCHANGED)


AS_THEY_ARE: Final = Relabelling()
"""Labels stay as they are."""


def heirs_of(migration: Migration) -> Mapping[str, str]:
    """Return which asset types a migration lets go on under which name."""
    renames = (placed.operation for placed in migration.contract)
    return {each.name: each.to for each in renames if isinstance(each, RenameAssetType)}


def relabelling(before: Ontology | None, after: Ontology, heirs: Mapping[str, str] = UNCHANGED) -> Relabelling:
    """Return what labels do from `before` to `after`, where types go on as their `heirs`."""
    if before is None:
        return AS_THEY_ARE
    lacking: dict[str, set[str]] = {}
    leaving: set[str] = set()
    for name in before.concrete_types:
        if not labels_can_follow(before, after, name, heirs):
            continue
        had, has = set(before.asset_types[name].labels), set(after.asset_types[heirs.get(name, name)].labels)
        leaving |= had - has
        for label in has - had:
            lacking.setdefault(label, set()).add(name)
    return Relabelling(
        before=before,
        ahead=tuple(
            GiveLabel(type=each, label=label)
            for label in sorted(lacking)
            for each in _family(before, frozenset(lacking[label]))
        ),
        behind=tuple(sorted(leaving)),
        heirs={old: new for old, new in heirs.items() if old in before.concrete_types},
    )


def labels_can_follow(before: Ontology, after: Ontology, name: str, heirs: Mapping[str, str]) -> bool:
    """Whether assets of a type can have the labels of both ontologies at once, and be the same under each."""
    has = after.asset_types.get(heirs.get(name, name))
    if has is None or has.abstract:
        return False
    had = set(before.asset_types[name].labels)
    return (
        not (set(has.labels) - had) & before.asset_types.keys()
        and not (had - set(has.labels)) & after.asset_types.keys()
    )


def _family(ontology: Ontology, names: frozenset[str]) -> Iterator[str]:
    """Yield the one type whose concrete types these are, or each of them."""
    whole = (each for each in sorted(ontology.asset_types) if ontology.concrete(each) == names)
    one = next(whole, None)
    yield from [one] if one is not None else sorted(names)


LabelStep: TypeAlias = GiveLabel | TakeLabel
