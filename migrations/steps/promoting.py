"""Steps over data by which values of properties become assets of their own, and assets become values again.

An asset that a value becomes has an id that only type and value tell: so a step that is run again makes nothing twice,
and one value of several properties becomes one asset.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from graph.changes.model import (
    Change,
    DeleteAsset,
    DeleteRelationship,
    ExternalId,
    UpsertAsset,
    UpsertRelationship,
)
from graph.changes.normalising import NAME_BYTES
from graph.changes.rules import Rulebook
from graph.changes.statements import of_edge_end, of_end, of_label, of_property
from graph.database import ReadUnit
from graph.errors import InvalidInput
from graph.identity import id_fault
from graph.ontology.model import Multiplicity, PropertyDefinition
from graph.ontology.values import codec
from migrations.effects import Demand, Rule
from migrations.operations import PromoteProperty, promoted_id, promoted_system
from migrations.steps.data_steps import PAGE
from migrations.steps.verification import SAMPLES, Breach, breaches
from queries import named

_BARE: Final = frozenset({"name", "_tenant", "_id", "_rev"})
"""Properties in the database of an asset that carries nothing but its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promote:
    """Makes assets of values, one of each, relates who had the value to it, and takes the value away.

    `outwards`: who had the value is the source of the relationship.
    """

    operation: PromoteProperty
    definition: PropertyDefinition
    outwards: bool

    def __str__(self) -> str:
        return f"promote {self.operation.type}.{self.operation.name} to {self.operation.to}"

    @property
    def met(self) -> tuple[tuple[Rule, str], ...]:
        """Rule and element of the demands that hold once it has run."""
        operation = self.operation
        ends = ((Rule.MULTIPLICITY, f"{operation.by}.multiplicity.{end}") for end in ("sources", "targets"))
        return (Rule.ABSENT, f"{operation.type}.{operation.name}"), *ends

    async def left(self, unit: ReadUnit) -> int:
        """Return how many assets and relationships it would make or change now."""
        operation = self.operation
        values = await unit.rows(of_property("migrations/list_values_by_tenant", operation.type, operation.name))
        made = [[tenant, promoted_id(operation.to, value)] for tenant, value, _ in values]
        ((there,),) = await unit.rows(named("migrations/count_assets_by_id"), {"ids": made})
        related = await unit.rows(of_edge_end("migrations/list_related", operation.by, operation.type, operation.name))
        drawn = sum(promoted_id(operation.to, value) == other for _, value, other in related)
        return 2 * sum(number for *_, number in values) + len(made) - there - drawn

    async def hindrances(self, unit: ReadUnit) -> tuple[Breach, ...]:
        """Return the values that can't be names."""
        values = await unit.rows(
            of_property("migrations/list_values_by_tenant", self.operation.type, self.operation.name)
        )
        long = [(tenant, value[:40], number) for tenant, value, number in values if len(value.encode()) > NAME_BYTES]
        says = f"every value must be fit for the name of a {self.operation.to}, {NAME_BYTES:,} bytes"
        return (
            *_breach(f"{self.operation.type}.{self.operation.name}", says, long),
            *await self._related_elsewhere(unit),
        )

    async def _related_elsewhere(self, unit: ReadUnit) -> tuple[Breach, ...]:
        """Who has a value and was related to something else meanwhile: which of the two is right nobody can say."""
        operation = self.operation
        related = await unit.rows(of_edge_end("migrations/list_related", operation.by, operation.type, operation.name))
        found = [(*asset, 1) for asset, value, other in related if promoted_id(operation.to, value) != other]
        says = f"no {operation.type} with a value may be related by {operation.by} to another {operation.to}"
        return _breach(f"{operation.type}.{operation.name}", says, found)

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of the next page of the unit's tenant, and what the one after it begins behind, if any."""
        operation = self.operation
        query = of_label("migrations/page_assets_of_type", operation.type)
        ((rows,),) = await unit.rows(query, {"after": after, "limit": PAGE})
        held = [
            (asset, rules.type_of(labels), str(properties[operation.name]))
            for asset, labels, properties in rows
            if properties.get(operation.name) is not None
        ]
        wanted = {promoted_id(operation.to, value): value for *_, value in held}
        ((found,),) = await unit.rows(named("changes/read_assets"), {"ids": sorted(wanted)})
        there = {row[0] for row in found}  # whoever has renamed one since is not overruled
        changes: list[Change] = [self._made(key, wanted[key]) for key in sorted(wanted) if key not in there]
        for asset, kind, value in held:
            changes.append(self._related(asset, promoted_id(operation.to, value)))
            changes.append(UpsertAsset(id=asset, type=kind, properties={operation.name: None}))
        return changes, rows[-1][0] if len(rows) == PAGE else None

    def _made(self, key: str, value: str) -> Change:
        to = self.operation.to
        external = (ExternalId(system=promoted_system(to), id=value),) if id_fault(value) is None else ()
        return UpsertAsset(id=key, type=to, name=value, external_ids=external)

    def _related(self, asset: str, key: str) -> Change:
        source, target = (asset, key) if self.outwards else (key, asset)
        return UpsertRelationship(type=self.operation.by, source=source, target=target, key="")


@dataclass(frozen=True, slots=True, kw_only=True)
class Demote:
    """Makes the name of the one asset that is related by a type the value of a property, and ends the relationship.

    `outwards`: who gets the value is the source. `others` are the types of those at the other end; `deletes`: they go
    once nothing is related to them.
    """

    type: str
    definition: PropertyDefinition
    by: str
    outwards: bool
    others: tuple[str, ...]
    deletes: bool

    @property
    def name(self) -> str:
        """The property that gets the value."""
        return self.definition.name

    def __str__(self) -> str:
        return f"demote {self.by} to {self.type}.{self.name}"

    @property
    def met(self) -> tuple[tuple[Rule, str], ...]:
        """Rule and element of the demands that hold once it has run."""
        gone = ((Rule.NONE, each) for each in self.others) if self.deletes else ()
        return (Rule.NONE, self.by), *gone

    async def left(self, unit: ReadUnit) -> int:
        """Return how many assets it would change now; what it deletes is not counted."""
        ((number,),) = await unit.rows(of_end("migrations/count_related", self.by, self.type))
        return number

    async def hindrances(self, unit: ReadUnit) -> tuple[Breach, ...]:
        """Return who has several related ones or a value already, names that are no values, and what would be lost."""
        end = "targets" if self.outwards else "sources"
        several = Demand(
            rule=Rule.MULTIPLICITY,
            type=self.type,
            end=end,
            limit=Multiplicity(maximum=1),
            by=self.by,
            says=f"no {self.type} may have several {end} by {self.by}",
            element=f"{self.type}.{self.name}",
        )
        found = [*await breaches(unit, (several,))]
        both = await unit.rows(of_edge_end("migrations/list_related", self.by, self.type, self.name))
        says = f"no {self.type} may have a value and what becomes one"
        found += _breach(f"{self.type}.{self.name}", says, [(*asset, 1) for asset, _, _ in both])
        found += await self._unfit(unit)
        return *found, *(await self._lost(unit) if self.deletes else ())

    async def _unfit(self, unit: ReadUnit) -> tuple[Breach, ...]:
        store = codec(self.definition).store
        unfit: list[tuple[str, str, int]] = []
        for tenant, name, number in await unit.rows(of_end("migrations/list_related_names", self.by, self.type)):
            try:
                store(name)
            except InvalidInput:
                unfit.append((tenant, name[:40], number))
        return _breach(f"{self.type}.{self.name}", "every name must be a value of the property", unfit)

    async def _lost(self, unit: ReadUnit) -> tuple[Breach, ...]:
        found: list[Breach] = []
        for each in self.others:
            given = {"type": self.by, "system": promoted_system(each), "most": SAMPLES}
            ((number, samples),) = await unit.rows(of_end("migrations/list_laden", self.by, each), given)
            says = f"no {each} may carry more than its name, or be related to nothing, for it goes with its type"
            demand = Demand(rule=Rule.NONE, type=each, says=says, element=each)
            found.extend([Breach(demand=demand, number=number, samples=tuple(map(tuple, samples)))] if number else [])
        return tuple(found)

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of the next page of the unit's tenant, and what the one after it begins behind, if any."""
        query = of_end("migrations/page_related", self.by, self.type)
        ((rows,),) = await unit.rows(query, {"after": after, "limit": PAGE})
        changes: list[Change] = []
        leaving: dict[str, int] = {}
        for asset, labels, held, properties in rows:
            for other, name, key in held:
                if properties.get(self.name) is None:  # what somebody has written meanwhile stays
                    changes.append(UpsertAsset(id=asset, type=rules.type_of(labels), properties={self.name: name}))
                source, target = (asset, other) if self.outwards else (other, asset)
                changes.append(DeleteRelationship(type=self.by, source=source, target=target, key=key))
                leaving[other] = leaving.get(other, 0) + 1
        if self.deletes:
            changes.extend(await self._emptied(unit, leaving))
        return changes, rows[-1][0] if len(rows) == PAGE else None

    async def _emptied(self, unit: ReadUnit, leaving: Mapping[str, int]) -> Sequence[Change]:
        """Deletes what loses its last relationship by this page, and carries no more than its name by now."""
        ((rows,),) = await unit.rows(named("migrations/count_incident"), {"ids": sorted(leaving)})
        bare = [other for other, number in rows if number == leaving[other]]
        ((found,),) = await unit.rows(named("changes/read_assets"), {"ids": bare})
        return [
            DeleteAsset(id=other)
            for other, _, properties, external in found
            if properties.keys() <= _BARE
            and {system for system, _ in external} <= set(map(promoted_system, self.others))
        ]


def _breach(element: str, says: str, found: Sequence[tuple[Any, ...]]) -> tuple[Breach, ...]:
    """What is in the way, as (tenant, what, how many) each."""
    if not found:
        return ()
    demand = Demand(rule=Rule.NONE, type=element.partition(".")[0], says=says, element=element)
    samples = tuple((str(tenant), str(what)) for tenant, what, _ in found[:SAMPLES])
    return (Breach(demand=demand, number=sum(number for *_, number in found), samples=samples),)
