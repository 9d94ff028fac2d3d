"""A door to the schema for tests: operations go in as from a request, data and errors come out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from app.evolution import Evolution
from app.gate import GraphqlInterface
from app.graphql import Context, TwinSchema
from app.graphql.ontologies import UnknownRevision
from app.ingest import LetterDesk
from app.telemetry import Objective, Objectives
from graph.access import Principal
from graph.alarms import AlarmBoard, Alarms, AlarmService
from graph.analysis import (
    ComparisonService,
    CriticalityService,
    CutSetService,
    Evaluators,
    ImpactService,
    MaintenanceService,
    RootCauseService,
    SinglePointService,
)
from graph.changes import ChangeService
from graph.clock import SystemClock
from graph.database import Database
from graph.feed import ChangeFeed, Heads, ImpactFeed
from graph.health import HealthService, LiveRows, StateFeed
from graph.ontology import Ontology
from graph.reading import ReadingService
from graph.snapshot import SnapshotService
from graph.state import StateStore
from graph.traversal import TraversalService
from migrations import Passage, Project


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOntology:
    """An ontology without a history."""

    ontology: Ontology

    async def current(self) -> tuple[str, Ontology]:
        return "0001_start", self.ontology

    async def at(self, revision: str) -> Ontology:
        start, ontology = await self.current()
        if revision != start:
            raise UnknownRevision("No such revision", place="revision", expected=start, actual=revision)
        return ontology

    async def passages(self) -> Sequence[Passage]:
        return ()


@dataclass(slots=True, kw_only=True)
class Door:
    """The schema with a context, and the statements that its operations sent."""

    schema: TwinSchema
    context: Context
    database: Database
    statements: list[str] = field(default_factory=list[str])

    async def send(self, query: str, **variables: object) -> dict[str, Any]:
        """The whole response."""
        result = await self.schema.execute(query, variable_values=variables, context_value=self.context)
        errors = [error.formatted for error in result.errors] if result.errors else None
        return {"data": result.data, "errors": errors}

    async def ask(self, query: str, **variables: object) -> dict[str, Any]:
        """The data of a response without errors."""
        response = await self.send(query, **variables)
        assert response["errors"] is None, response["errors"]
        return response["data"]

    async def refused(self, query: str, **variables: object) -> dict[str, Any]:
        """The extensions of the one error of a response, its message beside them."""
        response = await self.send(query, **variables)
        assert response["errors"] is not None, response["data"]
        (error,) = response["errors"]
        return {"message": error["message"], **error.get("extensions", {})}


def no_alarms() -> Alarms:
    raise AssertionError("nobody asked for alarms here")


def no_letters() -> Any:
    raise AssertionError("nobody asked for dead letters here")


def context_of(database: Database, principal: Principal, ontology: Ontology) -> Context:
    snapshots, evaluators = SnapshotService(database, ontology), Evaluators()
    health = HealthService(StateStore(database), snapshots, ontology, SystemClock(), seconds=time.monotonic)
    live = LiveRows(health)
    reading, heads = ReadingService(database, lambda: ontology, live=live), Heads()
    impact = ImpactService(snapshots, lambda: ("0001_start", ontology), evaluators=evaluators, state=health)
    return Context(
        principal=principal,
        reading=reading,
        traversal=TraversalService(database, lambda: ontology, live=live),
        changes=ChangeService(database, lambda: ontology, SystemClock(), committed=heads.reached),
        feed=ChangeFeed(reading, heads),
        impact=impact,
        impact_feed=ImpactFeed(impact, heads),
        health=health,
        state_feed=StateFeed(health, reading, ontology),
        comparisons=ComparisonService(impact),
        maintenance=MaintenanceService(snapshots, evaluators, reading, ontology),
        single_points=SinglePointService(snapshots, evaluators),
        criticality=CriticalityService(snapshots, evaluators, reading, ontology),
        cut_sets=CutSetService(snapshots, reading),
        root_causes=RootCauseService(snapshots, evaluators, SystemClock()),
        alarms=AlarmService(AlarmBoard(no_alarms), snapshots, ontology),
        letters=LetterDesk(no_letters, no_letters),
        objectives=Objectives(Objective(), time.monotonic),
        ontologies=OneOntology(ontology=ontology),
        evolution=Evolution(database, Project.bundled, GraphqlInterface(), SystemClock()),
        request_id="request-1",
    )
