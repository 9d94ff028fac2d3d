"""What values of channels are kept under, along a history: no name may come to mean something else.

Values that were kept stay where they are when a channel changes or goes. Whatever is kept under the same name later, of
assets of the same type, would be told in another unit or datatype, or as of another channel.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from typing import Final, TypeAlias, cast

from graph.errors import Problem
from graph.ontology.channel_names import first_name, kept_as
from graph.ontology.model import ChannelDefinition, Ontology
from migrations.effects.relabelling import heirs_of
from migrations.files import Migration, Placed
from migrations.operations import (
    ASSET_TYPES,
    CHANNELS,
    ENUMS,
    AddChannel,
    AddElement,
    ChangeElement,
    ChangeMember,
    Definition,
    RenameAssetType,
    RenameChannel,
    RenameEnum,
    RetypeAssets,
    mapping,
)

KEPT_AS: Final = "keptAs"
Unfolded: TypeAlias = "tuple[Migration, Definition, Definition]"

_NAMING: Final = (RenameAssetType, RenameEnum)
"""What lets more than channels go on under other names."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the values of a channel are: of which channel, and in what."""

    id: str
    datatype: str
    unit: str | None
    enum: str | None

    @property
    def held(self) -> tuple[str, ...]:
        """What a value is by itself, whichever channel said it."""
        return self.datatype, self.unit or "", self.enum or ""

    def __str__(self) -> str:
        return " ".join((self.datatype, *([f"in {self.unit}"] if self.unit else []))) + f" of {self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What one channel of assets of a type is kept under; `owner` declares it."""

    type: str
    owner: str
    name: str
    key: str
    meaning: Meaning


class Memory:
    """What was ever kept of assets of each type, by the name that it is kept under."""

    def __init__(self) -> None:
        self._meant: dict[str, dict[str, set[Meaning]]] = {}

    @classmethod
    def of(cls, unfolded: Iterable[Unfolded]) -> Memory:
        """Return what is remembered after versions, in the order they ran."""
        memory = cls()
        for migration, _, after in unfolded:
            memory.go_on(migration, after)
        return memory

    def go_on(self, migration: Migration, after: Definition) -> None:
        """Take note of a version, and of the document that it gives."""
        self.rename(heirs_of(migration))
        for each in keepings(after):
            self._meant.setdefault(each.type, {}).setdefault(each.key, set()).add(each.meaning)
        for placed in migration.contract:
            if isinstance(placed.operation, RetypeAssets):
                for to in placed.operation.types.values():
                    self._join(placed.operation.type, to)

    def rename(self, heirs: Mapping[str, str]) -> None:
        """Let types go on under other names."""
        for old, new in heirs.items():
            self._join(old, new)
            self._meant.pop(old, None)

    def meant(self, kind: str, key: str) -> Collection[Meaning]:
        """Return what was kept of assets of a type under a name."""
        return self._meant.get(kind, {}).get(key, ())

    def keys(self, meaning: Meaning) -> tuple[str, ...]:
        """Return the names that one meaning was kept under, of whatever type."""
        return tuple(key for kept in self._meant.values() for key, meant in kept.items() if meaning in meant)

    @property
    def taken(self) -> frozenset[str]:
        """Return all names that anything was ever kept under."""
        return frozenset(key for kept in self._meant.values() for key in kept)

    def clash(self, keeping: Keeping, *, by_id: bool = True) -> Meaning | None:
        """Return what else was kept under the name that a channel is to be kept under."""
        meant = self.meant(keeping.type, keeping.key)
        if any(_one(keeping.meaning, each, by_id=by_id) for each in meant):
            return None
        return min(meant, key=str, default=None)

    def _join(self, old: str, new: str) -> None:
        for key, meant in self._meant.get(old, {}).items():
            self._meant.setdefault(new, {}).setdefault(key, set()).update(meant)


def keepings(document: Definition) -> Iterator[Keeping]:
    """Yield what the channels of all assets that there may be are kept under."""
    kinds, enums = mapping(document, ASSET_TYPES), mapping(document, ENUMS)
    for kind, definition in sorted(kinds.items()):
        if definition.get("abstract"):
            continue
        for owner in _lineage(kinds, kind):
            for name, channel in mapping(kinds[owner], CHANNELS).items():
                key, meaning = key_of(name, channel), meaning_of(owner, name, channel, enums)
                yield Keeping(type=kind, owner=owner, name=name, key=key, meaning=meaning)


def key_of(name: str, channel: Definition) -> str:
    """Return the name that a channel's values are kept under."""
    return str(channel.get(KEPT_AS) or first_name(cast("list[str]", channel.get("formerly") or []), name))


def meaning_of(owner: str, name: str, channel: Definition, enums: Mapping[str, Definition]) -> Meaning:
    """Return what the values of a channel are."""
    unit, enum = cast("str | None", channel.get("unit")), cast("str | None", channel.get("enum"))
    return Meaning(
        id=str(channel.get("id") or f"type:{owner}#{name}"),
        datatype=str(channel.get("datatype")),
        unit=unit,
        enum=None if enum is None else str(enums.get(enum, {}).get("id") or f"enum:{enum}"),
    )


def name_of_its_own(first: str, meaning: Meaning, taken: Collection[str]) -> str:
    """Return a name that nothing was ever kept under: made of the meaning, so that two branches don't choose one."""
    for number in count():
        said = "\n".join((meaning.id, *meaning.held, str(number)))
        name = f"{first[:50]}{sha256(said.encode()).hexdigest()[:8]}"
        if name not in taken:
            return name
    raise AssertionError("there are names without end")


def begun_anew(before: Ontology, after: Ontology) -> tuple[ChannelDefinition, ...]:
    """Return the channels that are kept under another name than before, so that nothing was ever said of them."""
    had = {each.id: each for each in _declared(before)}
    return tuple(
        each for each in _declared(after) if (was := had.get(each.id)) is not None and kept_as(was) != kept_as(each)
    )


def judges_keeping(migration: Migration) -> bool:
    """Whether a version may let a name mean something else: most can't, and to find out costs a replay."""
    placed = (*migration.expand, *migration.contract)
    return len(migration.parents) > 1 or (bool(migration.parents) and any(_turns(each.operation) for each in placed))


def wrong_keeping(unfolded: Iterable[Unfolded]) -> Iterator[Problem]:
    """Yield why the last of some versions lets values that are kept mean something else."""
    *before, (migration, _, after) = unfolded
    memory = Memory.of(before)
    memory.rename(heirs_of(migration))
    placed = (*migration.expand, *migration.contract)
    naming = any(isinstance(each.operation, _NAMING) for each in placed)
    renamed = {(each.type, each.to) for each in (at.operation for at in placed) if isinstance(each, RenameChannel)}
    seen: set[tuple[str, str]] = set()
    for each in keepings(after):
        # An id that nobody wrote down is made of names, and changes with them.
        was = memory.clash(each, by_id=not naming and (each.owner, each.name) not in renamed)
        if was is not None and (each.owner, each.name) not in seen:
            seen.add((each.owner, each.name))
            yield _problem(migration, _place(placed, each), each, was, memory)
    for retype in placed:
        if isinstance(retype.operation, RetypeAssets):
            for each, was in _mixed(retype.operation, memory, after):
                yield _problem(migration, retype, each, was, memory)


def _mixed(retype: RetypeAssets, memory: Memory, after: Definition) -> Iterator[tuple[Keeping, Meaning]]:
    """Yield channels of types that assets become, under whose name these were told something else."""
    for each in keepings(after):
        if each.type in retype.types.values() and each.type != retype.type:
            meant = memory.meant(retype.type, each.key)
            for was in sorted((was for was in meant if was.held != each.meaning.held), key=str)[:1]:
                yield each, was


def _declared(ontology: Ontology) -> Iterator[ChannelDefinition]:
    for name, kind in sorted(ontology.asset_types.items()):
        yield from (each for each in kind.channels.values() if each.declared_by == name)


def _one(is_: Meaning, was: Meaning, *, by_id: bool) -> bool:
    return is_ == was if by_id else is_.held[:2] == was.held[:2]


def _turns(operation: object) -> bool:
    match operation:
        case AddChannel() | RetypeAssets():
            return True
        case ChangeMember(collection=collection, put=put, unset=unset):
            return collection == CHANNELS and not {"datatype", "unit", "enum", KEPT_AS}.isdisjoint({*put, *unset})
        case AddElement(section=section):
            return section == ASSET_TYPES
        case ChangeElement(section=section, put=put, unset=unset):
            return section == ASSET_TYPES and not {"extends", "abstract"}.isdisjoint({*put, *unset})
        case _:
            return False


def _lineage(kinds: Mapping[str, Definition], name: str) -> Iterator[str]:
    """Yield a type and all that it extends, each once."""
    waiting, seen = [name], set[str]()
    while waiting:
        at = waiting.pop()
        if at in kinds and at not in seen:
            seen.add(at)
            yield at
            waiting.extend(cast("list[str]", kinds[at].get("extends") or []))


def _place(placed: Iterable[Placed], keeping: Keeping) -> Placed | None:
    """Return the operation by which a channel is what it is; None where branches come together."""
    found: Placed | None = None
    for each in placed:
        match each.operation:
            case AddChannel(type=owner, name=name) | ChangeMember(collection="channels", type=owner, name=name):
                if (owner, name) == (keeping.owner, keeping.name):
                    return each
            case RenameChannel(type=owner, to=name):
                if (owner, name) == (keeping.owner, keeping.name):
                    found = found or each
            case AddElement(section="assetTypes") | ChangeElement(section="assetTypes"):
                found = found or each
            case _:
                continue
    return found


def _problem(migration: Migration, placed: Placed | None, keeping: Keeping, was: Meaning, memory: Memory) -> Problem:
    own = name_of_its_own(keeping.name, keeping.meaning, memory.taken)
    by = "" if placed is None else f"{placed.operation.kind}: "
    return Problem(
        code="OPERATION_REFUSED",
        message=f"{by}{keeping.owner}.{keeping.name} would tell what was kept as {keeping.key!r} of assets of type "
        f"{keeping.type} as {keeping.meaning}",
        place=migration.file if placed is None or placed.place is None else placed.place,
        expected="a name of its own to keep its values under",
        actual=f"{keeping.key!r}, which values are kept under that are {was}",
        hint=f"Write `keptAs: {own}` into the channel, here and in the document, or make the version anew by "
        "`twin ontology make`: its values begin anew then",
    )
