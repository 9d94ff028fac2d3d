"""What typed mutations mean as change sets, and where in them a problem of a change set is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, cast

from app.graphql.typed.ends import EndField
from app.graphql.typed.values import properties_of
from graph.changes import (
    Change,
    ChangeSet,
    DeleteAsset,
    DeleteRelationship,
    ExternalId,
    Presence,
    UpsertAsset,
    UpsertRelationship,
)
from graph.errors import Problem
from graph.identity import Revision
from graph.ontology.model import AssetType
from graph.reading import Direction

Given: TypeAlias = "Mapping[str, object]"

_PLACE: Final = re.compile(r"changes\[(\d+)\]\.\w+(?P<rest>.*)", re.DOTALL)
_PROPERTY: Final = ".properties."


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A change, and where in the mutation's arguments it was asked for.

    `ids` gives the places of the ids in it, by what a change set calls them.
    """

    change: Change
    at: str
    ids: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a mutation wants: the change set, and for its problems where in the arguments each change stands."""

    asset: str
    change_set: ChangeSet
    placed: tuple[Placed, ...]

    def problem(self, problem: Problem) -> Problem:
        """The problem with its place in the mutation's arguments instead of the change set's."""
        found = _PLACE.fullmatch(problem.place or "")
        if found is None:
            return replace(problem, change=None)
        placed, rest = self.placed[int(found[1])], found["rest"]
        return replace(problem, change=None, place=placed.ids.get(rest, f"{placed.at}{_rest(rest)}"))


def _rest(of: str) -> str:
    """What follows the place of a change: properties stand beside all else, and a type is that of the whole."""
    return "" if of == ".type" else f".{of.removeprefix(_PROPERTY)}" if of.startswith(_PROPERTY) else of


class TypeChanges:
    """Makes change sets of the mutations of one asset type."""

    def __init__(self, kind: AssetType, ends: Iterable[EndField]) -> None:
        self._kind = kind
        self._ends = {field.name: field for field in ends}

    def creation(self, given: Given) -> Wanted:
        """An asset that must be new, with its relationships."""
        wanted = cast("Given", given["input"])
        asset = cast("str", wanted["id"])
        placed = [self._asset(asset, wanted, Presence.NEW, "input.id")]
        for name, field in self._ends.items():
            several = cast("Sequence[Given]", wanted.get(name) or ())
            placed += _put(field, asset, several, at=f"input.{name}", own="input.id")
        return _wanted(f"create{self._kind.graphql}", asset, placed, given)

    def update(self, given: Given) -> Wanted:
        """What is to change of an asset that must be there, and of its relationships."""
        wanted, asset = cast("Given", given["input"]), cast("str", given["id"])
        placed = [self._asset(asset, wanted, Presence.THERE, "id")]
        for name, field in self._ends.items():
            changed = cast("Mapping[str, Sequence[Given] | None]", wanted.get(name) or {})
            at = f"input.{name}"
            placed += _removed(field, asset, changed.get("remove") or (), at=f"{at}.remove", own="id")
            placed += _put(field, asset, changed.get("put") or (), at=f"{at}.put", own="id")
        return _wanted(f"update{self._kind.graphql}", asset, placed, given)

    def deletion(self, given: Given) -> Wanted:
        """The end of an asset that must be of the type."""
        asset = cast("str", given["id"])
        change = DeleteAsset(id=asset, cascade=bool(given.get("cascade")), type=self._kind.name)
        placed = [Placed(change=change, at="id", ids={".id": "id"})]
        return _wanted(f"delete{self._kind.graphql}", asset, placed, given)

    def _asset(self, asset: str, given: Given, presence: Presence, place: str) -> Placed:
        external = cast("Sequence[Mapping[str, str]] | None", given.get("externalIds"))
        change = UpsertAsset(
            id=asset,
            type=self._kind.name,
            name=cast("str | None", given.get("name")),
            properties=properties_of(self._kind.properties, given),
            external_ids=None
            if external is None
            else tuple(ExternalId(system=each["system"], id=each["id"]) for each in external),
            source_of=_texts(given.get("sourceOf")),
            parents=_texts(given.get("parents")),
            presence=presence,
        )
        return Placed(change=change, at="input", ids={".id": place, ".type": place})


def _put(field: EndField, asset: str, several: Sequence[Given], *, at: str, own: str) -> Iterator[Placed]:
    for position, given in enumerate(several):
        place = f"{at}[{position}]"
        source, target, ids = _ends(field, asset, given, place=place, own=own)
        change = UpsertRelationship(
            type=field.relationship.name,
            source=source,
            target=target,
            key=cast("str | None", given.get("key")),
            properties=properties_of(field.relationship.properties, given),
        )
        yield Placed(change=change, at=place, ids=ids)


def _removed(field: EndField, asset: str, several: Sequence[Given], *, at: str, own: str) -> Iterator[Placed]:
    for position, given in enumerate(several):
        place = f"{at}[{position}]"
        source, target, ids = _ends(field, asset, given, place=place, own=own)
        key = cast("str | None", given.get("key"))
        change = DeleteRelationship(type=field.relationship.name, source=source, target=target, key=key)
        yield Placed(change=change, at=place, ids=ids)


def _ends(field: EndField, asset: str, given: Given, *, place: str, own: str) -> tuple[str, str, Mapping[str, str]]:
    """Source and target as they are stored, and the places that their ids stand at."""
    other, node = cast("str", given["node"]), f"{place}.node"
    reverse = field.direction is Direction.IN
    if field.direction is Direction.BOTH:
        reverse = field.relationship.ends(asset, other) != (asset, other)
    if reverse:
        return other, asset, {".from": node, ".to": own}
    return asset, other, {".from": own, ".to": node}


def _wanted(operation: str, asset: str, placed: Sequence[Placed], given: Given) -> Wanted:
    revision = cast("int | None", given.get("expectedRevision"))
    return Wanted(
        asset=asset,
        change_set=ChangeSet(
            changes=tuple(each.change for each in placed),
            idempotency_key=cast("str | None", given.get("idempotencyKey")),
            expected_revision=None if revision is None else Revision(revision),
            dry_run=bool(given.get("dryRun")),
            operation=operation,
        ),
        placed=tuple(placed),
    )


def _texts(value: object) -> tuple[str, ...] | None:
    return None if value is None else tuple(cast("Iterable[str]", value))
