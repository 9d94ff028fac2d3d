"""Names of the ontology that operations pass as texts: which of them mean nothing, or something else, afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from app.graphql.naming import PLACES, Known, Named, Open, Role
from graph.ontology.model import AssetType, Deprecation, Ontology, PropertyDefinition, RelationshipType

_Owner: TypeAlias = AssetType | RelationshipType

_SHOWN = 5
_CALLED = {
    Role.ASSET_TYPE: "asset type",
    Role.MADE_TYPE: "asset type",
    Role.RELATIONSHIP_TYPE: "relationship type",
    Role.SUPPLY_TYPE: "relationship type",
    Role.FLOW_TYPE: "relationship type",
    Role.VALUE: "value",
    Role.CHANNEL: "channel",
}
_UNFIT = {
    Role.MADE_TYPE: "is abstract then",
    Role.SUPPLY_TYPE: "carries no impact then",
    Role.FLOW_TYPE: "is not of kind FLOW then",
}


class NameJudge:
    """Knows what becomes of names from one ontology to another."""

    def __init__(self, before: Ontology, after: Ontology) -> None:
        self._before, self._after = Known(before), Known(after)
        self._lost: dict[Role, tuple[str, ...]] = {}

    def lost(self, named: Iterable[Named]) -> tuple[str, ...]:
        """Return what breaks who passes these names. What means nothing before doesn't count."""
        said = (self._fate(each) for each in named if each in self._before)
        return tuple(dict.fromkeys(each for each in said if each is not None))

    def unseen(self, opened: Iterable[Open], seen: Iterable[Named]) -> tuple[str, ...]:
        """Return by which variables names may be passed that go, where nobody saw which are."""
        known = {each.role for each in seen}
        return tuple(dict.fromkeys(says for each in opened for says in self._open(each, known)))

    def _open(self, each: Open, seen: set[Role]) -> Iterator[str]:
        going = sorted({name for role in each.roles - seen for name in self._going(role)})
        if going:
            more = f" and {len(going) - _SHOWN} more" if len(going) > _SHOWN else ""
            yield (
                f"${each.variable} passes names to {each.place}, and nobody knows which; these go or change: "
                f"{', '.join(going[:_SHOWN])}{more}"
            )

    def _going(self, role: Role) -> tuple[str, ...]:
        """Return the names of a role that break who passes them."""
        known = self._lost.get(role)
        if known is None:
            place = next(place for place, of in PLACES.items() if of is role)
            known = tuple(each.name for each in self._named(role, place) if self.lost((each,)))
            self._lost[role] = known
        return known

    def _named(self, role: Role, place: str) -> Iterator[Named]:
        if role is Role.VALUE:
            yield from (Named(place, value, (name,)) for name, value in self._before.values())
            return
        for name in self._before.names(role):
            each = Named(place, name)
            yield each
            if role not in _CALLED or role is Role.CHANNEL:
                yield from (Named(place, name, (owner,)) for owner in self._before.holders(each))

    def _fate(self, named: Named) -> str | None:
        if named.role is Role.VALUE:
            return self._fate_of_value(named)
        if named.role in _CALLED and named.role is not Role.CHANNEL:
            return self._fate_of_type(named)
        return self._fate_of_member(named)

    def _fate_of_type(self, named: Named) -> str | None:
        if named in self._after:
            return None
        had, has = _types(self._before.ontology, named.role), _types(self._after.ontology, named.role)
        if named.name in has:
            return f"{_said(named)}, which {_UNFIT[named.role]}"
        instead = _renamed(had[named.name].id, has) or _replacement(had[named.name].deprecation, has)
        return _gone(named, f"{_CALLED[named.role]} {named.name!r}", instead)

    def _fate_of_value(self, named: Named) -> str | None:
        name, value = named.of[0], named.name
        declared = self._after.holders(Named("PropertyFilter.name", name))
        if named in self._after or not declared:
            return None  # where the property went itself, its name says so
        had = self._before.holders(Named("PropertyFilter.name", name)).values()
        enums = [each.enum for each in (*had, *declared.values()) if each.enum is not None]
        instead = next((each.replaced[value] for each in enums if value in each.replaced), None)
        return _gone(named, f"value {value!r} of {name}", instead)

    def _fate_of_member(self, named: Named) -> str | None:
        of = tuple(now for now in (self._now(owner, named.role) for owner in named.of) if now is not None)
        if named.of and not of:
            return None  # where the types went, their names say so
        had, has = self._before.holders(named), self._after.holders(Named(named.place, named.name, of))
        called = _CALLED.get(named.role, "property")
        if not has:
            whose = f" of {' or '.join(named.of)}" if named.of else ""
            return _gone(named, f"{called} {named.name!r}{whose}", self._instead(named))
        for owner, before in had.items():
            now = self._now(owner, named.role)
            after = has.get(now or "")
            if now is not None and after is None and named.role is Role.CHANNEL:
                return _gone(named, f"{called} {named.name!r} of {now}", self._instead(named))
            if after is not None and before.datatype is not after.datatype:
                return f"{_said(named)}, which is {after.datatype} in {now} then, and was {before.datatype}"
            if after is not None and before.unit != after.unit and named.role is not Role.ORDER:
                had_in, has_in = before.unit or "none", after.unit or "no unit"
                return f"{_said(named)}, which {now} has in {has_in} then, and had in {had_in}"
        return None

    def _now(self, owner: str, role: Role) -> str | None:
        """Return what a type is called afterwards; None where there is none."""
        before, after = self._before.ontology, self._after.ontology
        if role is Role.WRITTEN_LINK:
            link = before.relationship_types.get(owner)
            return owner if owner in after.relationship_types else _renamed(link and link.id, after.relationship_types)
        kind = before.asset_types.get(owner)
        return owner if owner in after.asset_types else _renamed(kind and kind.id, after.asset_types)

    def _instead(self, named: Named) -> str | None:
        """Return the name of what takes the place of a property or a channel that goes."""
        for owner, before in self._before.holders(named).items():
            now = self._now(owner, named.role)
            if now is None:
                continue
            has = self._members(self._after.ontology, now, named.role)
            found = _renamed(before.id, has) or _replacement(before.deprecation, has)
            beside = self._members(self._before.ontology, owner, named.role)
            found = found or next((name for name in beside if name in has and _follows(beside[name], named.name)), None)
            if found is not None:
                return found
        return None

    @staticmethod
    def _members(ontology: Ontology, owner: str, role: Role) -> Mapping[str, object]:
        if role is Role.WRITTEN_LINK:
            return ontology.relationship_types[owner].properties
        kind = ontology.asset_types[owner]
        return kind.channels if role is Role.CHANNEL else kind.properties


def _types(ontology: Ontology, role: Role) -> Mapping[str, _Owner]:
    return ontology.asset_types if role in (Role.ASSET_TYPE, Role.MADE_TYPE) else ontology.relationship_types


def _follows(definition: object, name: str) -> bool:
    follows = definition.follows if isinstance(definition, PropertyDefinition) else None
    return follows is not None and follows.property == name


def _renamed(element: str | None, those: Mapping[str, object]) -> str | None:
    """Return the name that an element has among those; it is the same by its id."""
    return next((name for name, each in those.items() if getattr(each, "id", None) == element), None)


def _replacement(deprecation: Deprecation | None, those: Mapping[str, object]) -> str | None:
    named = None if deprecation is None else deprecation.replacement
    return named if named in those else None


def _said(named: Named) -> str:
    return f"{named.place} is given {named.name!r}"


def _gone(named: Named, what: str, instead: str | None) -> str:
    use = "nothing takes its place" if instead is None else f"use {instead!r}"
    return f"{named.place} names {what}, which there is no more then; {use}"
