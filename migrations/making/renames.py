"""Which types go on under another name: told by their ids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from migrations.operations import (
    ASSET_TYPES,
    RELATIONSHIP_TYPES,
    Definition,
    Operation,
    RenameAssetType,
    RenameRelationshipType,
    mapping,
)


def renames(before: Definition, after: Definition) -> tuple[Operation, ...]:
    """Return the operations by which types of `before` get the names that they have in `after`, in their order."""
    old, new = mapping(before, RELATIONSHIP_TYPES), mapping(after, RELATIONSHIP_TYPES)
    return (
        *(_of_relationships(name, to, old[name], new[to]) for name, to in _renamed(old, new)),
        *(
            RenameAssetType(name=name, to=to)
            for name, to in _renamed(mapping(before, ASSET_TYPES), mapping(after, ASSET_TYPES))
        ),
    )


def _of_relationships(name: str, to: str, old: Definition, new: Definition) -> Operation:
    """Turned round where more of it agrees then."""
    ways = (RenameRelationshipType(name=name, to=to, reverse=reverse) for reverse in (False, True))
    return max(ways, key=lambda each: _agreeing(each.successor(old), new))


def _agreeing(made: Definition, wanted: Definition) -> int:
    return sum(made.get(key) == wanted.get(key) for key in ("from", "to", "multiplicity", "impact"))


def _renamed(old: Mapping[str, Definition], new: Mapping[str, Definition]) -> Iterator[tuple[str, str]]:
    names = {definition.get("id"): name for name, definition in new.items() if name not in old}
    for name in sorted(set(old) - set(new)):
        to = names.get(old[name].get("id"))
        if to is not None:
            yield name, to
