"""Steps over data: which there are in a migration, how much each has to do, and one page of it at a time.

A page is a change set like any other: held to the ontology, in the change log with its images before and after, under a
revision of its tenant. So whoever follows the log sees it, and it can be taken back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias, TypeVar

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
_PAGE_OF_ENDS: Final = 100  # of assets, each with all its relationships of one type
_LIMITS: Final = Limits(changes=1_000_000)
_COUNTED: Final = ("migrations/count_behind_assets", "migrations/count_behind_relationships")
_PAGED: Final = ("migrations/page_behind_assets", "migrations/page_behind_relationships")


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

    @property
    def pair(self) -> tuple[str, str]:
        """What has a value and what is behind."""
        return self.leader.name, self.definition.name

    def __str__(self) -> str:
        return f"convert {self.type}.{self.leader.name} to {self.definition.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lead(Follow):
    """The way back: gives a property what the one says that had taken its place, where it has no value."""

    @property
    def pair(self) -> tuple[str, str]:
        """What has a value and what is behind."""
        return self.definition.name, self.leader.name

    def __str__(self) -> str:
        return f"convert {self.type}.{self.definition.name} back to {self.leader.name}"


DataStep: TypeAlias = Fill | Erase | Follow
Following = TypeVar("Following", bound=Follow)


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
    filled = (
        Fill(type=each.type, definition=_definition(ontology, each.type, each.name), value=each.value)
        for each in (placed.operation for placed in migration.backfill)
        if isinstance(each, FillProperty)
    )
    return *filled, *_successions(Follow, migration, ontology)


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


def returning(migration: Migration, ontology: Ontology) -> tuple[Lead, ...]:
    """Return the steps that bring back what other properties have taken the place of; `ontology` is in force then."""
    return tuple(_successions(Lead, migration, ontology))


def _successions(kind: type[Following], migration: Migration, ontology: Ontology) -> Iterator[Following]:
    for each in _succeeding(migration):
        yield kind(
            type=each.type,
            leader=_definition(ontology, each.type, each.name),
            definition=_definition(ontology, each.type, each.successor),
            of_relationships=each.type in ontology.relationship_types,
        )


def _succeeding(migration: Migration) -> Iterator[SucceedProperty]:
    for placed in migration.contract:
        if isinstance(placed.operation, SucceedProperty):
            yield placed.operation


def taking_back(
    migration: Migration, before: Ontology, ontology: Ontology, *, everything: bool
) -> tuple[DataStep, ...]:
    """Return the steps that take away what nobody has who goes back to `before`; `ontology` is in force meanwhile.

    What takes the place of a property is kept in that; other values are what somebody wrote, and are taken away only
    with `everything`.
    """
    followers = {(each.type, each.successor) for each in _succeeding(migration)}
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
    if isinstance(step, Follow):
        ((number,),) = await unit.rows(_query_of_pair(step, *_COUNTED))
        return number
    demand = Demand(
        rule=Rule.PRESENT if isinstance(step, Fill) else Rule.ABSENT,
        type=step.type,
        of_relationships=step.of_relationships,
        property=step.definition.name,
        definition=step.definition,
    )
    return sum(each.number for each in await breaches(unit, (demand,)))


def _met_by(step: DataStep) -> Iterator[tuple[Rule, str]]:
    """Yield rule and element of the demands that hold once the step has run."""
    element = f"{step.type}.{step.definition.name}"
    match step:
        case Fill():
            yield Rule.PRESENT, element
        case Erase():
            yield Rule.ABSENT, element
        case Follow():
            yield Rule.IN_STEP, element
            if step.leader.required:
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
    changed = await written(unit, changes, f"{operation_of(revision)}{step}", rules, actor=actor, now=now)
    return Page(changed=changed, last=rows[-1][0] if len(rows) == _limit(step) else None)


async def written(
    unit: WriteUnit, changes: Sequence[Change], operation: str, rules: Rulebook, *, actor: str, now: datetime
) -> int:
    """Write a page as one change set; return how many assets and relationships it changed. Raises ChangesRefused."""
    if not changes:
        return 0
    request = Request(actor=actor, change_set=ChangeSet(changes=tuple(changes), operation=operation))
    (outcome,) = await apply_in(unit, (request,), rules=rules, now=now, limits=_LIMITS)
    if not isinstance(outcome, Receipt):
        raise outcome
    return outcome.assets_updated + outcome.relationships_updated


async def _rows(unit: ReadUnit, step: DataStep, after: str) -> Sequence[Row]:
    ((rows,),) = await unit.rows(_page_query(step), {"after": after, "limit": _limit(step)})
    return rows


def _limit(step: DataStep) -> int:
    return _PAGE_OF_ENDS if step.of_relationships else PAGE


def _page_query(step: DataStep) -> Query:
    name = step.definition.name
    if isinstance(step, Follow):
        return _query_of_pair(step, *_PAGED)
    if step.of_relationships:
        return of_edge_property("migrations/list_filled_relationships", step.type, name)
    return of_property("migrations/list_filled_assets", step.type, name)


def _query_of_pair(step: Follow, of_assets: str, of_relationships: str) -> Query:
    if step.of_relationships:
        return of_edge_pair(of_relationships, step.type, *step.pair)
    return of_pair(of_assets, step.type, *step.pair)


def _changes(step: DataStep, rows: Sequence[Row], rules: Rulebook) -> list[Change]:
    name = step.definition.name
    given: dict[str, Json] = {} if isinstance(step, Follow) else {name: step.value if isinstance(step, Fill) else None}
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
