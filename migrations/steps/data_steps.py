"""Steps over data on the values of properties: how much each has to do, and one page of it at a time.

A page is a change set like any other: held to the ontology, in the change log with its images before and after, under a
revision of its tenant. So whoever follows the log sees it, and it can be taken back.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol, TypeAlias

from graph.changes.engine import apply_in
from graph.changes.model import Change, ChangeSet, Receipt, UpsertAsset, UpsertRelationship
from graph.changes.request import Checks, Limits, Request
from graph.changes.rules import Rulebook, rulebook
from graph.changes.statements import of_edge_pair, of_edge_property, of_pair, of_property
from graph.database import ReadUnit, Row, WriteUnit
from graph.ontology.model import Json, Ontology, PropertyDefinition
from migrations.effects import Demand, Rule
from migrations.steps.verification import breaches
from queries import Query

PAGE: Final = 1_000
PAGE_OF_ENDS: Final = 100  # of assets, each with all its relationships of one type
_LIMITS: Final = Limits(changes=1_000_000)
_LATER: Final = Checks(minima=False, groups=False)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What was done of a page: how many assets or relationships were changed, and where the next one begins."""

    changed: int
    last: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """By whom and when a page is done, and for which version."""

    revision: str
    actor: str
    now: datetime


class Reshaping(Protocol):
    """A step of the contract phase that changes what assets and relationships are, or what they say."""

    @property
    def met(self) -> tuple[tuple[Rule, str], ...]:
        """Rule and element of the demands that hold once it has run."""
        ...

    async def left(self, unit: ReadUnit) -> int:
        """Return how many assets or relationships it would change now."""
        ...

    async def changes(self, unit: ReadUnit, rules: Rulebook, after: str) -> tuple[list[Change], str | None]:
        """Return the changes of the next page of the unit's tenant, and what the page after it begins behind, if any.

        Raises StepFailed.
        """
        ...


ValueStep: TypeAlias = Fill | Erase | Follow
DataStep: TypeAlias = ValueStep | Reshaping


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


async def size_of(unit: ReadUnit, step: ValueStep) -> int:
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


async def do_page(unit: WriteUnit, step: ValueStep, rules: Rulebook, after: str, turn: Turn) -> Page:
    """Do the next page of the unit's tenant, whose counter is locked, so that nobody changes what was read.

    Raises ChangesRefused where a value does not fit, with the asset's id.
    """
    rows = await _rows(unit, step, after)
    changes = _changes(step, rows, rules)
    changed = await written(unit, changes, f"{operation_of(turn.revision)}{step}", rules, turn)
    return Page(changed=changed, last=rows[-1][0] if len(rows) == _limit(step) else None)


async def written(unit: WriteUnit, changes: Sequence[Change], operation: str, rules: Rulebook, turn: Turn) -> int:
    """Write a page as one change set; return how many assets and relationships it changed or made.

    How many relationships there must be at least, and whether groups agree, is looked at when all pages are done.
    Raises ChangesRefused.
    """
    if not changes:
        return 0
    change_set = ChangeSet(changes=tuple(changes), operation=operation)
    request = Request(actor=turn.actor, change_set=change_set, checks=_LATER)
    (outcome,) = await apply_in(unit, (request,), rules=rules, now=turn.now, limits=_LIMITS)
    if not isinstance(outcome, Receipt):
        raise outcome
    made = outcome.assets_created + outcome.relationships_created
    return made + outcome.assets_updated + outcome.relationships_updated


async def _rows(unit: ReadUnit, step: ValueStep, after: str) -> Sequence[Row]:
    ((rows,),) = await unit.rows(_page_query(step), {"after": after, "limit": _limit(step)})
    return rows


def _limit(step: ValueStep) -> int:
    return PAGE_OF_ENDS if step.of_relationships else PAGE


def _page_query(step: ValueStep) -> Query:
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


def _changes(step: ValueStep, rows: Sequence[Row], rules: Rulebook) -> list[Change]:
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
