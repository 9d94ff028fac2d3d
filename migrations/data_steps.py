"""Steps over data: which there are in a migration, how much each has to do, and one page of it at a time.

A page is a change set like any other: held to the ontology, in the change log with its images before and after, under a
revision of its tenant. So whoever follows the log sees it, and it can be taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from graph.changes.counter import lock_counter
from graph.changes.engine import apply_in
from graph.changes.model import Change, ChangeSet, Receipt, UpsertAsset, UpsertRelationship
from graph.changes.request import Limits, Request
from graph.changes.rules import Rulebook, rulebook
from graph.changes.statements import of_edge_property, of_property
from graph.database import ReadUnit, Row, WriteUnit
from graph.ontology.model import Json, Ontology, PropertyDefinition
from migrations.demands import Demand, Rule
from migrations.document import Migration
from migrations.operations import FillProperty, RemoveProperty
from migrations.verification import breaches

PAGE: Final = 1_000
_LIMITS: Final = Limits(changes=1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """Gives `value` to assets of a type that have none for a property."""

    type: str
    definition: PropertyDefinition
    value: Json
    of_relationships = False

    def __str__(self) -> str:
        return f"fill {self.type}.{self.definition.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erase:
    """Takes away the values of a property."""

    type: str
    definition: PropertyDefinition
    of_relationships: bool

    def __str__(self) -> str:
        return f"erase {self.type}.{self.definition.name}"


DataStep: TypeAlias = Fill | Erase


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where the steps of a phase go on: which step, which tenant, and after which asset."""

    phase: str
    step: int = 0
    tenant: str = ""
    after: str = ""

    @property
    def text(self) -> str:
        """The same as the ledger keeps it."""
        return json.dumps([self.phase, self.step, self.tenant, self.after])

    @classmethod
    def read(cls, text: str | None, phase: str) -> Cursor:
        """Return what the ledger keeps of this phase, or its beginning."""
        if text is not None:
            kept, step, tenant, after = json.loads(text)
            if kept == phase:
                return cls(phase=phase, step=step, tenant=tenant, after=after)
        return cls(phase=phase)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was done of a page: how many assets or relationships were changed, and where the next one begins."""

    changed: int
    last: str | None


def filling(migration: Migration, ontology: Ontology) -> tuple[DataStep, ...]:
    """Return the steps of the backfill phase; `ontology` is in force meanwhile."""
    return tuple(
        Fill(type=each.type, definition=_definition(ontology, each.type, each.name), value=each.value)
        for each in (placed.operation for placed in migration.backfill)
        if isinstance(each, FillProperty)
    )


def erasing(migration: Migration, ontology: Ontology) -> tuple[DataStep, ...]:
    """Return the steps of the contract phase; `ontology` is in force meanwhile."""
    return tuple(
        Erase(
            type=each.type,
            definition=_definition(ontology, each.type, each.name),
            of_relationships=each.type in ontology.relationship_types,
        )
        for each in (placed.operation for placed in migration.contract)
        if isinstance(each, RemoveProperty) and each.erase
    )


def left_by(steps: Iterable[DataStep], wanted: Iterable[Demand]) -> tuple[Demand, ...]:
    """Return the demands that the steps do not see to themselves."""
    met = {_met_by(step) for step in steps}
    return tuple(each for each in wanted if (each.rule, each.element) not in met)


async def size_of(unit: ReadUnit, step: DataStep) -> int:
    """Return how many assets or relationships the step would change now."""
    rule, _ = _met_by(step)
    demand = Demand(
        rule=rule,
        type=step.type,
        of_relationships=step.of_relationships,
        property=step.definition.name,
        definition=step.definition,
    )
    return sum(each.number for each in await breaches(unit, (demand,)))


def _met_by(step: DataStep) -> tuple[Rule, str]:
    """Return rule and element of the demand that holds once the step has run."""
    rule = Rule.PRESENT if isinstance(step, Fill) else Rule.ABSENT
    return rule, f"{step.type}.{step.definition.name}"


def steps_rules(ontology: Ontology) -> Rulebook:
    """Return the rules that steps write by: those of `ontology`, but what callers can't write may be written."""
    types = {name: replace(kind, properties=_writable(kind.properties)) for name, kind in ontology.asset_types.items()}
    links = {
        name: replace(kind, properties=_writable(kind.properties)) for name, kind in ontology.relationship_types.items()
    }
    return rulebook(replace(ontology, asset_types=types, relationship_types=links))


async def do_page(unit: WriteUnit, step: DataStep, rules: Rulebook, after: str, *, actor: str, now: datetime) -> Page:
    """Do the next page of the unit's tenant; its counter is locked first, so that nobody changes what was read.

    Raises ChangesRefused where a value does not fit, with the asset's id.
    """
    await lock_counter(unit, rules)
    rows = await _rows(unit, step, after)
    changes = _changes(step, rows, rules)
    if changes:
        change_set = ChangeSet(changes=tuple(changes), operation=f"migrate: {step}")
        (outcome,) = await apply_in(
            unit, (Request(actor=actor, change_set=change_set),), rules=rules, now=now, limits=_LIMITS
        )
        if not isinstance(outcome, Receipt):
            raise outcome
    return Page(changed=len(changes), last=rows[-1][0] if len(rows) == PAGE else None)


async def _rows(unit: ReadUnit, step: DataStep, after: str) -> Sequence[Row]:
    name = step.definition.name
    if step.of_relationships:
        query = of_edge_property("migrations/list_filled_relationships", step.type, name)
    else:
        query = of_property("migrations/list_filled_assets", step.type, name)
    ((rows,),) = await unit.rows(query, {"after": after, "limit": PAGE})
    return rows


def _changes(step: DataStep, rows: Sequence[Row], rules: Rulebook) -> list[Change]:
    name = step.definition.name
    if step.of_relationships:
        return [
            UpsertRelationship(type=step.type, source=source, target=target, key=key or "", properties={name: None})
            for source, held in rows
            for target, key in held
        ]
    value = step.value if isinstance(step, Fill) else None
    return [
        UpsertAsset(id=asset, type=rules.type_of(labels), properties={name: value})
        for asset, labels, filled in rows
        if filled is not isinstance(step, Fill)
    ]


def _writable(properties: Mapping[str, PropertyDefinition]) -> dict[str, PropertyDefinition]:
    return {name: each if each.writable else replace(each, writable=True) for name, each in properties.items()}


def _definition(ontology: Ontology, owner: str, name: str) -> PropertyDefinition:
    kind = ontology.relationship_types.get(owner) or ontology.asset_type(owner)
    return ontology.property_of(kind, name)
