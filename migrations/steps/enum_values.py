"""Steps over data by which values of enums give way to others: in properties that are such a value, or hold some."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from graph.changes.model import Change, UpsertAsset, UpsertRelationship
from graph.changes.rules import Rulebook
from graph.changes.statements import of_edge_property, of_label, of_property, of_type
from graph.database import ReadUnit
from graph.ontology.model import Json, PropertyDefinition
from graph.ontology.values import codec
from migrations.effects import Rule, said_within
from migrations.steps.data_steps import PAGE, PAGE_OF_ENDS


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
        put = {self.name: self.by}

        def change(properties: Mapping[str, Any]) -> Mapping[str, Json] | None:
            return put if properties.get(self.name) == self.value else None

        return await _page(unit, rules, after, self, change)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceWithin:
    """Puts values of enums in the place of others within a list, map or object, in one property of a type.

    `values` are those that give way, under the ids of their enums; the ontology in force says what is stored instead.
    """

    type: str
    definition: PropertyDefinition
    of_relationships: bool
    values: Mapping[str, frozenset[str]]

    @property
    def name(self) -> str:
        """The property."""
        return self.definition.name

    def __str__(self) -> str:
        return f"replace {', '.join(self._texts)} within {self.type}.{self.name}"

    @property
    def met(self) -> tuple[tuple[Rule, str], ...]:
        """Rule and element of the demands that hold once it has run."""
        return ((Rule.WITHIN, f"{self.type}.{self.name}"),)

    async def left(self, unit: ReadUnit) -> int:
        """Return how many assets or relationships it would change now. Cost: a look at each value with such a word."""
        if self.of_relationships:
            query = of_edge_property("migrations/list_relationship_values_with", self.type, self.name)
        else:
            query = of_property("migrations/list_asset_values_with", self.type, self.name)
        rows = await unit.rows(query, {"texts": self._texts})
        show = codec(self.definition).show
        return sum(number for value, number in rows if self._holds(show(value)))

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of the next page of the unit's tenant, and what the one after it begins behind, if any."""
        show = codec(self.definition).show

        def change(properties: Mapping[str, Any]) -> Mapping[str, Json] | None:
            held = properties.get(self.name)
            if held is None:
                return None
            shown = show(held)
            # Written as it was: storing puts the other value in its place, wherever it stands.
            return {self.name: shown} if self._holds(shown) else None

        return await _page(unit, rules, after, self, change)

    @property
    def _texts(self) -> list[str]:
        return sorted(frozenset[str]().union(*self.values.values()))

    def _holds(self, shown: Json) -> bool:
        return any(
            part.enum is not None and value in self.values.get(part.enum.id, ())
            for part, value in said_within(self.definition, shown)
        )


async def _page(
    unit: ReadUnit,
    rules: Rulebook,
    after: str,
    step: Replace | ReplaceWithin,
    change: Callable[[Mapping[str, Any]], Mapping[str, Json] | None],
) -> tuple[list[Change], str | None]:
    """Return what `change` says of each asset or relationship of a page, and what the next page begins behind."""
    if step.of_relationships:
        limit, query = PAGE_OF_ENDS, of_type("migrations/page_relationships", step.type)
    else:
        limit, query = PAGE, of_label("migrations/page_assets_of_type", step.type)
    ((rows,),) = await unit.rows(query, {"after": after, "limit": limit})
    changes: list[Change] = []
    for asset, held, *more in rows:
        if not step.of_relationships:
            put = change(more[0])
            if put is not None:
                changes.append(UpsertAsset(id=asset, type=rules.type_of(held), properties=put))
            continue
        for target, key, properties in held:
            put = change(properties)
            if put is not None:
                changes.append(
                    UpsertRelationship(type=step.type, source=asset, target=target, key=key or "", properties=put)
                )
    return changes, rows[-1][0] if len(rows) == limit else None
