"""What is served for the ontology in force; replaced as a whole when the database holds another."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from app.evolution import Evolution
from app.graphql import Context, NameClash, Ontologies, OperationLimits, TwinSchema, build_schema
from app.graphql.budget import Budget
from app.graphql.execution import LIMITS
from app.ingest import LetterDesk
from app.ontology import OntologyInForce
from app.telemetry import Objectives
from graph.access import Principal
from graph.alarms import AlarmBoard, AlarmService
from graph.analysis import (
    ComparisonService,
    CriticalityService,
    CutSetService,
    ImpactService,
    MaintenanceService,
    RootCauseService,
    SinglePointService,
    TallyFiles,
)
from graph.bulk import Exporter, Loader
from graph.changes.service import ChangeService
from graph.clock import Clock
from graph.database import Database
from graph.documents import UsageLog
from graph.feed import ChangeFeed, Heads, ImpactFeed
from graph.health import HealthService, Histories, LiveRows, StateFeed
from graph.identity import Revision, Tenant
from graph.ontology.model import Ontology
from graph.reading.service import ReadingService
from graph.reconciliation import Reconciler
from graph.snapshot import SnapshotService
from graph.state import Committed, StateService, StateStore
from graph.traversal.service import TraversalService
from graph.work import Workers


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The services that go on whatever the ontology; they ask for it whenever they need it."""

    reading: ReadingService
    traversal: TraversalService
    changes: ChangeService
    heads: Heads
    feed: ChangeFeed
    alarms: AlarmBoard
    letters: LetterDesk
    objectives: Objectives
    source_silence: float
    ontologies: Ontologies
    loader: Loader
    exporter: Exporter
    reconciler: Reconciler
    states: StateService
    evolution: Evolution
    usage: UsageLog | None
    budget: Budget | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """What is served for one ontology. Its analyses share snapshots, which are made by its ontology."""

    hash: str
    schema: TwinSchema
    services: Services
    reading: ReadingService
    traversal: TraversalService
    snapshots: SnapshotService
    health: HealthService
    state_feed: StateFeed
    impact: ImpactService
    comparisons: ComparisonService
    maintenance: MaintenanceService
    impact_feed: ImpactFeed
    single_points: SinglePointService
    cut_sets: CutSetService
    criticality: CriticalityService
    root_causes: RootCauseService
    alarms: AlarmService

    def context(self, principal: Principal, request_id: str, *, show_cost: bool = False) -> Context:
        """Return the context of one operation. It reads by its own ontology, whatever comes in force meanwhile."""
        services = self.services
        return Context(
            principal=principal,
            reading=self.reading,
            traversal=self.traversal,
            changes=services.changes,
            feed=services.feed,
            impact=self.impact,
            comparisons=self.comparisons,
            maintenance=self.maintenance,
            impact_feed=self.impact_feed,
            health=self.health,
            state_feed=self.state_feed,
            single_points=self.single_points,
            cut_sets=self.cut_sets,
            criticality=self.criticality,
            root_causes=self.root_causes,
            alarms=self.alarms,
            letters=services.letters,
            objectives=services.objectives,
            source_silence=services.source_silence,
            ontologies=services.ontologies,
            evolution=services.evolution,
            request_id=request_id,
            show_cost=show_cost,
            usage=services.usage,
            budget=services.budget,
            names=self.schema.limits.introspection,
        )


AHEAD_SECONDS: Final = 2.0
"""How long going over to another ontology waits for snapshots by its rules."""

RETIRED: Final = 1
"""Editions before the one in force whose snapshots are kept for questions that are still under way."""


class Editions:
    """Gives the edition of the ontology in force; its schema is built once an ontology.

    In `folder` snapshots outlive the process. `went_over` is called after each change of what is served. `histories`
    answers what channels said before.
    """

    def __init__(
        self,
        in_force: OntologyInForce,
        services: Services,
        database: Database,
        clock: Clock,
        *,
        folder: Path | None = None,
        workers: Workers | None = None,
        tallies: TallyFiles | None = None,
        limits: OperationLimits = LIMITS,
        went_over: Callable[[], None] | None = None,
        histories: Histories | None = None,
    ) -> None:
        self._histories = histories
        self._in_force = in_force
        self._services = services
        self._database = database
        self._clock = clock
        self._folder = folder
        self._workers = workers or Workers()
        self._tallies = tallies
        self._limits = limits
        self._went_over = went_over
        self._current: Edition | None = None
        self._retired: list[SnapshotService] = []
        self._last: str | None = ""  # hash last found; the empty text is none's
        self._log = structlog.stdlib.get_logger("twin.ontology")

    def current(self) -> Edition:
        """Return what is to be served now. Raises OntologyMissing, or NameClash where the ontology fits no schema."""
        ontology = self._in_force.ontology()
        if self._current is None or self._current.hash != ontology.hash:
            self._go_over(self._edition(ontology))
        assert self._current is not None, "just made"
        return self._current

    @property
    def snapshots(self) -> SnapshotService | None:
        """The snapshots that analyses share now; None before the first edition."""
        return None if self._current is None else self._current.snapshots

    def expect(self, tenant: Tenant, revision: Revision) -> None:
        """Let no analysis from now on be older than a revision that was seen."""
        for snapshots in self._served():
            snapshots.expect(tenant, revision)

    def committed(self, committed: Committed) -> None:
        """Let health follow what this process took of events."""
        if self._current is not None:
            self._current.health.took(committed)
            self._current.state_feed.took(committed)

    async def close(self) -> None:
        """End what goes on in the background, and write the snapshots that are newer than their files."""
        if self._current is not None:
            await self._current.criticality.close()
        for snapshots in self._served():
            await snapshots.close()

    def _served(self) -> list[SnapshotService]:
        """The snapshots of the edition in force, and those of others that questions may still be under way in."""
        return [*self._retired, *([] if self._current is None else [self._current.snapshots])]

    async def found(self, current_hash: str | None) -> None:
        """Take note of the hash that the database names, and go over to its ontology if it is another.

        Its schema is built in a thread, and snapshots by its rules are made; until then the one before is served. An
        ontology that fits no schema is logged once, and the one before goes on: `/health/ready` tells that they differ.
        """
        if current_hash == self._last:
            return
        held = await self._in_force.read()
        try:
            edition = None if held is None else await asyncio.to_thread(self._edition, held[1])
        except NameClash as error:
            self._last = current_hash
            if held is not None:
                self._in_force.refuse(held[1])
            self._log.error("the ontology in force can't be served", error=str(error))
            return
        if edition is not None:
            await self._prepared(edition)
        self._in_force.hold(held)
        self._go_over(edition)
        self._last = current_hash
        while len(self._retired) > RETIRED:
            await self._retired.pop(0).close()
        if self._went_over is not None:
            self._went_over()
        self._log.info("another ontology is in force", revision=None if held is None else held[0])

    async def _prepared(self, edition: Edition) -> None:
        """Begin the snapshots of those who asked lately, and wait a moment for them: most are there by then.

        The others go on, and whoever asks waits for the rest alone. No longer than that, for writes and events go by
        what is in force, and replicas don't count as ready meanwhile. What is wrong with one is told when it is asked.
        """
        before = self.snapshots
        if before is None or before is edition.snapshots or not before.tenants:
            return
        begun = [asyncio.create_task(edition.snapshots.current(tenant)) for tenant in before.tenants]
        try:
            await asyncio.wait(begun, timeout=AHEAD_SECONDS)
        except asyncio.CancelledError:
            await edition.snapshots.close()
            raise
        finally:
            for each in begun:
                each.cancel()
            await asyncio.gather(*begun, return_exceptions=True)

    def _go_over(self, edition: Edition | None) -> None:
        before, self._current = self._current, edition
        if before is None:
            return
        before.criticality.give_up()
        before.impact_feed.close()
        before.state_feed.close()
        if edition is None or edition.snapshots is not before.snapshots:
            self._retired.append(before.snapshots)  # what began in it ends in it; closed with all others

    def _snapshots_of(self, ontology: Ontology) -> SnapshotService:
        """Snapshots by an ontology; those there are, where it says nothing else about what a snapshot holds."""
        made = SnapshotService(self._database, ontology, folder=self._folder, workers=self._workers)
        known = self.snapshots
        return known if known is not None and known.digest == made.digest else made

    def _edition(self, ontology: Ontology) -> Edition:
        snapshots = self._snapshots_of(ontology)
        evaluators, workers = snapshots.evaluators, self._workers
        health = HealthService(
            StateStore(self._database),
            snapshots,
            ontology,
            self._clock,
            seconds=time.monotonic,
            workers=workers,
            histories=self._histories,
        )
        live = LiveRows(health)
        reading = ReadingService(self._database, lambda: ontology, live=live)
        # Its snapshots are of this ontology, whatever is in force by the time that it answers.
        impact = ImpactService(
            snapshots,
            lambda: (self._in_force.held()[0], ontology),
            evaluators=evaluators,
            state=health,
            workers=workers,
        )
        return Edition(
            hash=ontology.hash,
            schema=build_schema(ontology, limits=self._limits),
            services=self._services,
            reading=reading,
            traversal=TraversalService(self._database, lambda: ontology, live=live),
            snapshots=snapshots,
            health=health,
            state_feed=StateFeed(health, reading, ontology),
            impact=impact,
            impact_feed=ImpactFeed(impact, self._services.heads),
            comparisons=ComparisonService(impact),
            maintenance=MaintenanceService(snapshots, evaluators, reading, ontology, workers=workers),
            single_points=SinglePointService(snapshots, evaluators, workers=workers),
            cut_sets=CutSetService(snapshots, reading, workers=workers),
            criticality=CriticalityService(
                snapshots, evaluators, reading, ontology, workers=workers, files=self._tallies
            ),
            root_causes=RootCauseService(snapshots, evaluators, self._clock, workers=workers),
            alarms=AlarmService(self._services.alarms, snapshots, ontology),
        )
