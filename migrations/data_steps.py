"""Steps over data: which there are in a migration, how much each has to do, and one page of it at a time.

A page is a change set like any other: held to the ontology, in the change log with its images before and after, under a
revision of its tenant. So whoever follows the log sees it, and it can be taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

from graph.changes.counter import lock_counter
from graph.changes.engine import apply_in
from graph.changes.model import Change, ChangeSet, Receipt, UpsertAsset, UpsertRelationship
from graph.changes.request import Limits, Request
from graph.changes.rules import Rulebook, rulebook
from graph.changes.statements import of_edge_pair, of_edge_property, of_pair, of_property
from graph.database import ReadUnit, Row, WriteUnit
from graph.ontology.model import Json, Ontology, PropertyDefinition
from migrations.demands import Demand, Rule
from migrations.document import Migration
from migrations.operations import FillProperty, RemoveProperty, SucceedProperty
from migrations.verification import breaches
from queries import Query

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Follow:
    """Gives a property that takes the place of another the values that it is to have.

    A page only touches what is behind: writing keeps the two in step by itself.
    """

    type: str
    leader: PropertyDefinition
    definition: PropertyDefinition
    of_relationships: bool

    def __str__(self) -> str:
        return f"convert {self.type}.{self.leader.name} to {self.definition.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead:
    """Gives a property back what the one says that had taken its place, where it has no value; touches as `Follow`."""

    type: str
    leader: PropertyDefinition
    definition: PropertyDefinition
    of_relationships: bool

    def __str__(self) -> str:
        return f"convert {self.type}.{self.definition.name} back to {self.leader.name}"


DataStep: TypeAlias = Fill | Erase | Follow | Lead


_RULES: Final[Mapping[type[DataStep], Rule]] = {
    Fill: Rule.PRESENT,
    Erase: Rule.ABSENT,
    Follow: Rule.IN_STEP,
    Lead: Rule.IN_STEP,
}


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
    filled = (placed.operation for placed in migration.backfill)
    followed = (placed.operation for placed in migration.contract)
    return (
        *(
            Fill(type=each.type, definition=_definition(ontology, each.type, each.name), value=each.value)
            for each in filled
            if isinstance(each, FillProperty)
        ),
        *(
            Follow(
                type=each.type,
                leader=_definition(ontology, each.type, each.name),
                definition=_definition(ontology, each.type, each.successor),
                of_relationships=each.type in ontology.relationship_types,
            )
            for each in followed
            if isinstance(each, SucceedProperty)
        ),
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
        if isinstance(each, SucceedProperty) or (isinstance(each, RemoveProperty) and each.erase)
    )


def returning(migration: Migration, ontology: Ontology) -> tuple[DataStep, ...]:
    """Return the steps that bring back what other properties have taken the place of; `ontology` is in force then."""
    return tuple(
        Lead(
            type=each.type,
            leader=_definition(ontology, each.type, each.name),
            definition=_definition(ontology, each.type, each.successor),
            of_relationships=each.type in ontology.relationship_types,
        )
        for each in (placed.operation for placed in migration.contract)
        if isinstance(each, SucceedProperty)
    )


def taking_back(
    migration: Migration, before: Ontology, ontology: Ontology, *, everything: bool
) -> tuple[DataStep, ...]:
    """Return the steps that take away what nobody has who goes back to `before`; `ontology` is in force meanwhile.

    What takes the place of a property is kept in that; other values are what somebody wrote, and are taken away only
    with `everything`.
    """
    followers = {
        (each.type, each.successor)
        for each in (placed.operation for placed in migration.contract)
        if isinstance(each, SucceedProperty)
    }
    steps: list[DataStep] = []
    for owner, definition in _added(before, ontology):
        if everything or (owner, definition.name) in followers:
            relationships = owner in ontology.relationship_types
            steps.append(Erase(type=owner, definition=definition, of_relationships=relationships))
    return tuple(steps)


def _added(before: Ontology, after: Ontology) -> Iterator[tuple[str, PropertyDefinition]]:
    """Yield the properties that types of `before` got, where they are declared."""
    kinds = (
        (before.asset_types, after.asset_types.values()),
        (before.relationship_types, after.relationship_types.values()),
    )
    for known, kinds_after in kinds:
        for kind in kinds_after:
            had = known[kind.name].properties if kind.name in known else None
            for name, definition in kind.properties.items():
                if had is not None and name not in had and definition.declared_by == kind.name:
                    yield kind.name, definition


def left_by(steps: Iterable[DataStep], wanted: Iterable[Demand]) -> tuple[Demand, ...]:
    """Return the demands that the steps do not see to themselves."""
    met = {rule for step in steps for rule in _met_by(step)}
    return tuple(each for each in wanted if (each.rule, each.element) not in met)


async def size_of(unit: ReadUnit, step: DataStep) -> int:
    """Return how many assets or relationships the step would change now.

    Of what takes the place of another: how many have a value that is still to be converted, or can't be.
    """
    if isinstance(step, Lead):
        ((number,),) = await unit.rows(_lead_query(step, "count_behind"))
        return number
    demand = Demand(
        rule=_RULES[type(step)],
        type=step.type,
        of_relationships=step.of_relationships,
        property=step.definition.name,
        definition=step.definition,
    )
    return sum(each.number for each in await breaches(unit, (demand,)))


def _met_by(step: DataStep) -> Iterator[tuple[Rule, str]]:
    """Yield rule and element of the demands that hold once the step has run."""
    element = f"{step.type}.{step.definition.name}"
    yield _RULES[type(step)], element
    if isinstance(step, Follow) and step.leader.required:
        yield Rule.PRESENT, element


def steps_rules(ontology: Ontology) -> Rulebook:
    """Return the rules that steps write by: those of `ontology`, but what callers can't write may be written."""
    types = {name: replace(kind, properties=_writable(kind.properties)) for name, kind in ontology.asset_types.items()}
    links = {
        name: replace(kind, properties=_writable(kind.properties)) for name, kind in ontology.relationship_types.items()
    }
    return rulebook(replace(ontology, asset_types=types, relationship_types=links))


def operation_of(revision: str) -> str:
    """Return what records of changes by a migration begin with."""
    return f"migrate {revision}: "


async def do_page(
    unit: WriteUnit, step: DataStep, rules: Rulebook, after: str, *, revision: str, actor: str, now: datetime
) -> Page:
    """Do the next page of the unit's tenant; its counter is locked first, so that nobody changes what was read.

    Raises ChangesRefused where a value does not fit, with the asset's id.
    """
    await lock_counter(unit, rules)
    rows = await _rows(unit, step, after)
    changes = _changes(step, rows, rules)
    changed = 0
    if changes:
        change_set = ChangeSet(changes=tuple(changes), operation=f"{operation_of(revision)}{step}")
        (outcome,) = await apply_in(
            unit, (Request(actor=actor, change_set=change_set),), rules=rules, now=now, limits=_LIMITS
        )
        if not isinstance(outcome, Receipt):
            raise outcome
        changed = outcome.assets_updated + outcome.relationships_updated
    return Page(changed=changed, last=rows[-1][0] if len(rows) == PAGE else None)


async def _rows(unit: ReadUnit, step: DataStep, after: str) -> Sequence[Row]:
    ((rows,),) = await unit.rows(_page_query(step), {"after": after, "limit": PAGE})
    return rows


def _page_query(step: DataStep) -> Query:
    name = step.definition.name
    if isinstance(step, Lead):
        return _lead_query(step, "page_behind")
    if isinstance(step, Follow):
        if step.of_relationships:
            return of_edge_pair("migrations/page_behind_relationships", step.type, step.leader.name, name)
        return of_pair("migrations/page_behind_assets", step.type, step.leader.name, name)
    if step.of_relationships:
        return of_edge_property("migrations/list_filled_relationships", step.type, name)
    return of_property("migrations/list_filled_assets", step.type, name)


def _lead_query(step: Lead, asked: Literal["count_behind", "page_behind"]) -> Query:
    """The same as of `Follow`, with the two properties exchanged."""
    names = (step.type, step.definition.name, step.leader.name)
    if step.of_relationships:
        counting, paging = "migrations/count_behind_relationships", "migrations/page_behind_relationships"
        return of_edge_pair(counting if asked == "count_behind" else paging, *names)
    counting, paging = "migrations/count_behind_assets", "migrations/page_behind_assets"
    return of_pair(counting if asked == "count_behind" else paging, *names)


def _changes(step: DataStep, rows: Sequence[Row], rules: Rulebook) -> list[Change]:
    name = step.definition.name
    given: dict[str, Json] = (
        {} if isinstance(step, Follow | Lead) else {name: step.value if isinstance(step, Fill) else None}
    )
    if step.of_relationships:
        return [
            UpsertRelationship(type=step.type, source=source, target=target, key=key or "", properties=given)
            for source, held in rows
            for target, key in held
        ]
    return [
        UpsertAsset(id=asset, type=rules.type_of(labels), properties=given)
        for asset, labels, found in rows
        if found is not isinstance(step, Fill)
    ]


def _writable(properties: Mapping[str, PropertyDefinition]) -> dict[str, PropertyDefinition]:
    return {name: each if each.writable else replace(each, writable=True) for name, each in properties.items()}


def _definition(ontology: Ontology, owner: str, name: str) -> PropertyDefinition:
    kind = ontology.relationship_types.get(owner) or ontology.asset_type(owner)
    return ontology.property_of(kind, name)
