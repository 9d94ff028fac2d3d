"""What narrows: which changes data, readers or writers that were right before may not fit any more.

By fields of written definitions; `demands` judges whole ontologies, whoever wrote the migration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, cast

from graph.ontology.model import Json
from migrations.operations import Definition

_Rule = Callable[[Json, Json], bool]


def narrows_property(old: Definition, new: Definition) -> frozenset[str]:
    """Return the fields of a property that differ and narrow."""
    return _narrowing(old, new, _OF_PROPERTY)


def narrows_type(old: Definition, new: Definition) -> frozenset[str]:
    """Return the fields of an asset type that differ and narrow."""
    return _narrowing(old, new, _OF_TYPE)


def narrows_relationship_type(old: Definition, new: Definition) -> frozenset[str]:
    """Return the fields of a relationship type that differ and narrow.

    More types at an end narrow where each asset there must have some: those that exist have none.
    """
    found = _narrowing(old, new, _OF_RELATIONSHIP_TYPE)
    written = cast("dict[str, str]", new.get("multiplicity") or {})
    needed = {"to": written.get("sources", "0"), "from": written.get("targets", "0")}
    return found | {end for end, count in needed.items() if bounds(count)[0] and old.get(end) != new.get(end)}


def bounds(count: str) -> tuple[int, float]:
    """Return least and most of a multiplicity as it is written."""
    least, dots, most = count.partition("..")
    if not dots:
        return int(least), int(least)
    return int(least), float("inf") if most == "*" else int(most)


def _narrowing(old: Definition, new: Definition, rules: Mapping[str, _Rule]) -> frozenset[str]:
    return frozenset(
        name for name, rule in rules.items() if old.get(name) != new.get(name) and rule(old.get(name), new.get(name))
    )


def _always(_old: Json, _new: Json) -> bool:
    return True


def _set(_old: Json, new: Json) -> bool:
    return bool(new)


def _unset(_old: Json, new: Json) -> bool:
    return new is False


def _raised(old: Json, new: Json) -> bool:
    return new is not None and (old is None or cast("float", new) > cast("float", old))


def _lowered(old: Json, new: Json) -> bool:
    return new is not None and (old is None or cast("float", new) < cast("float", old))


def _fewer(old: Json, new: Json) -> bool:
    return not set(cast("list[str]", old or [])) <= set(cast("list[str]", new or []))


def _tighter(old: Json, new: Json) -> bool:
    before, after = cast("dict[str, str]", old or {}), cast("dict[str, str]", new or {})
    for end in ("sources", "targets"):
        (least, most), (at_least, at_most) = bounds(before.get(end, "0..*")), bounds(after.get(end, "0..*"))
        if at_least > least or at_most < most:
            return True
    return False


def _turns(old: Json, _new: Json) -> bool:
    """What impact travelled along means another thing after any change; where it did not, nothing was said yet."""
    return old is not None and cast("dict[str, str]", old).get("direction") != "NONE"


_OF_PROPERTY: Final[Mapping[str, _Rule]] = {
    "datatype": _always,
    "unit": _always,
    "scale": _always,
    "enum": _always,
    "items": _always,
    "fields": _always,
    "required": _set,
    "unique": _set,
    "writable": _unset,
    "minimum": _raised,
    "maximum": _lowered,
    "exclusiveMinimum": _set,
    "pattern": _set,
}
_OF_TYPE: Final[Mapping[str, _Rule]] = {
    "extends": _always,
    "abstract": _set,
    "closed": _set,
    "plural": _always,
    "graphql": _always,
}
_OF_RELATIONSHIP_TYPE: Final[Mapping[str, _Rule]] = {
    "from": _fewer,
    "to": _fewer,
    "multiplicity": _tighter,
    "impact": _turns,
    "containment": _always,
    "symmetric": _always,
    "closed": _set,
    "inverse": _always,
    "graphql": _always,
}
