"""Steps over data by which assets become ones of other types, relationships others, and values of enums others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.changes.model import Change, DeleteRelationship, UpsertAsset, UpsertRelationship
from graph.changes.rules import Rulebook
from graph.changes.statements import of_edge_property, of_label, of_property, of_type
from graph.database import ReadUnit
from graph.identity import relationship_key
from migrations.effects import Rule
from migrations.operations import OTHERWISE
from migrations.steps.data_steps import PAGE, PAGE_OF_ENDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Retype:
    """Makes assets of exactly `type` ones of other types: by their value for `by`, or all of them (None).

    `types` has the type for each value; `below` are the subtypes, which are left alone; `properties` says which
    property a value goes over to, where that has another name.
    """

    type: str
    by: str | None
    types: Mapping[str, str]
    below: tuple[str, ...]
    properties: Mapping[str, str]

    def __str__(self) -> str:
        return f"retype {self.type} as {' or '.join(sorted(set(self.types.values())))}"

    @property
    def met(self) -> tuple[tuple[Rule, str], ...]:
        """Rule and element of the demands that hold once it has run."""
        return ((Rule.NONE, self.type),) if OTHERWISE in self.types else ()

    async def left(self, unit: ReadUnit) -> int:
        """Return how many assets it would change now."""
        values = [] if OTHERWISE in self.types else sorted(self.types)
        query = of_property("migrations/count_assets_of_type", self.type, self.by or "name")
        ((number,),) = await unit.rows(query, {"below": list(self.below), "values": values})
        return number

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of the next page of the unit's tenant, and what the one after it begins behind, if any."""
        query = of_label("migrations/page_assets_of_type", self.type)
        ((rows,),) = await unit.rows(query, {"after": after, "limit": PAGE})
        changes: list[Change] = [
            change
            for asset, labels, properties in rows
            if rules.type_of(labels) == self.type
            for change in self._change(asset, properties, rules)
        ]
        return changes, rows[-1][0] if len(rows) == PAGE else None

    def _change(self, asset: str, properties: Mapping[str, Any], rules: Rulebook) -> Iterator[Change]:
        values = rules.assets[self.type].values
        shown = values.shown_all(values.received(properties))
        told = OTHERWISE if self.by is None else str(shown.get(self.by, OTHERWISE))
        to = self.types.get(told) or self.types.get(OTHERWISE)
        if to is not None:
            has = rules.assets[to].values.codecs
            # All of them, so that each is judged by what the other type asks of it.
            told_anew = {self.properties.get(name, name): value for name, value in shown.items()}
            put = {name: value for name, value in told_anew.items() if name in has}
            yield UpsertAsset(id=asset, type=to, properties=put, retype=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewire:
    """Makes relationships of one type ones of another, with their keys and values; `turned`: from end to end."""

    type: str
    to: str
    turned: bool

    def __str__(self) -> str:
        return f"rewire {self.type} as {self.to}"

    @property
    def met(self) -> tuple[tuple[Rule, str], ...]:
        """Rule and element of the demands that hold once it has run."""
        ends = ((Rule.MULTIPLICITY, f"{self.to}.multiplicity.{end}") for end in ("sources", "targets"))
        return (Rule.NONE, self.type), *ends

    async def left(self, unit: ReadUnit) -> int:
        """Return how many relationships it would change now."""
        ((number,),) = await unit.rows(of_type("migrations/count_relationships", self.type))
        return number

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of the next page of the unit's tenant, and what the one after it begins behind, if any."""
        query = of_type("migrations/page_relationships", self.type)
        ((rows,),) = await unit.rows(query, {"after": after, "limit": PAGE_OF_ENDS})
        values = rules.links[self.type].values
        drawn = [(source, target, key or "", properties) for source, held in rows for target, key, properties in held]
        there = await self._there(unit, rules, [each[:3] for each in drawn])
        changes: list[Change] = []
        for source, target, key, properties in drawn:
            changes.append(DeleteRelationship(type=self.type, source=source, target=target, key=key))
            first, second = self._ends(source, target)
            # What somebody wrote under the new name meanwhile is newer.
            said = there.get((first, second, key), frozenset())
            shown = values.shown_all(values.received(properties))
            put = {name: value for name, value in shown.items() if name not in said}
            changes.append(UpsertRelationship(type=self.to, source=first, target=second, key=key, properties=put))
        return changes, rows[-1][0] if len(rows) == PAGE_OF_ENDS else None

    def _ends(self, source: str, target: str) -> tuple[str, str]:
        return (target, source) if self.turned else (source, target)

    async def _there(
        self, unit: ReadUnit, rules: Rulebook, drawn: Sequence[tuple[str, str, str]]
    ) -> dict[tuple[str, str, str], frozenset[str]]:
        """Return which of the new relationships there are, and which values they have."""
        assert unit.tenant is not None, "a page is one of a tenant"
        kind = rules.links[self.to].type
        names: dict[str, tuple[str, str, str]] = {}
        for source, target, key in drawn:
            first, second = self._ends(source, target)
            names[relationship_key(unit.tenant, *kind.ends(first, second), public=key)] = first, second, key
        ((rows,),) = await unit.rows(of_type("changes/read_relationships", self.to), {"keys": sorted(names)})
        values = rules.links[self.to].values
        return {
            names[properties["_key"]]: frozenset(values.shown_all(values.received(properties)))
            for *_, properties in rows
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Replace:
    """Puts one value of an enum in the place of another, in one property of a type that declares it."""

    type: str
    name: str
    of_relationships: bool
    value: str
    by: str

    def __str__(self) -> str:
        return f"replace {self.value} by {self.by} in {self.type}.{self.name}"

    @property
    def met(self) -> tuple[tuple[Rule, str], ...]:
        """Rule and element of the demands that hold once it has run."""
        return ((Rule.LISTED, f"{self.type}.{self.name}"),)

    async def left(self, unit: ReadUnit) -> int:
        """Return how many assets or relationships it would change now."""
        if self.of_relationships:
            query = of_edge_property("migrations/count_relationships_with_value", self.type, self.name)
        else:
            query = of_property("migrations/count_assets_with_value", self.type, self.name)
        ((number,),) = await unit.rows(query, {"value": self.value})
        return number

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of the next page of the unit's tenant, and what the one after it begins behind, if any."""
        if self.of_relationships:
            limit, query = PAGE_OF_ENDS, of_type("migrations/page_relationships", self.type)
        else:
            limit, query = PAGE, of_label("migrations/page_assets_of_type", self.type)
        ((rows,),) = await unit.rows(query, {"after": after, "limit": limit})
        put = {self.name: self.by}
        changes: list[Change] = []
        for asset, held, *more in rows:
            if not self.of_relationships and more[0].get(self.name) == self.value:
                changes.append(UpsertAsset(id=asset, type=rules.type_of(held), properties=put))
            elif self.of_relationships:
                changes.extend(
                    UpsertRelationship(type=self.type, source=asset, target=target, key=key or "", properties=put)
                    for target, key, properties in held
                    if properties.get(self.name) == self.value
                )
        return changes, rows[-1][0] if len(rows) == limit else None
