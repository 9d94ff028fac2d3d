"""The composition root: everything is built here by hand, in reading order, from the settings."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from prometheus_client import CollectorRegistry
from starlette.applications import Starlette
from structlog.stdlib import get_logger

from app.alarms import raise_alarms
from app.configured import (
    authenticator,
    budget_of,
    objective_of,
    operation_limits,
    subscribers_of,
    workers_of,
)
from app.database import connected
from app.evolution import Evolution
from app.garbage import Tidying, settle
from app.gate import GraphqlInterface
from app.graphql.ontologies import LedgerOntologies
from app.http.application import Doors, create_app
from app.http.operations import operations
from app.http.persisted import PersistedDocuments
from app.http.revisions import RevisionWatch
from app.http.service import Limits, Service
from app.http.stopping import told_of_stop
from app.inforce import Editions, Services
from app.ingest import Intake, broker_doors, letter_desk
from app.ontology import OntologyInForce
from app.security import check_exposure
from app.settings import Auth, Documents, LogFormat, Settings, load_settings
from app.shutdown import end_tasks
from app.stores import Stores
from app.telemetry import Metrics, Objectives, configure_logs
from app.usage_notes import keep_noting, note_usage
from graph.access import TokenStore
from graph.alarms import AlarmBoard
from graph.analysis import TallyFiles
from graph.bulk import Exporter, Loader
from graph.changes.service import ChangeService
from graph.clock import SystemClock
from graph.database import Database, StatementObserver
from graph.database.local import Endpoint, LocalServer, check_server
from graph.documents import DocumentStore, UsageLog
from graph.feed import ChangeFeed, Heads
from graph.health import Histories
from graph.identity import Revision, Tenant, parse_tenant
from graph.kernel import warm
from graph.reading.service import ReadingService
from graph.reconciliation import Reconciler
from graph.state import Listeners, StateService, StateStore
from graph.traversal.service import TraversalService
from graph.work import Ended, Workers
from migrations.project import Project, bundled_folder, load_history

_LAST_NOTE_SECONDS: Final = 2.0
"""For the last one, when the service ends."""

FindEndpoint = Callable[[Settings], Endpoint]


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """The twin, open: what the service and the command line work with."""

    settings: Settings
    database: Database
    in_force: OntologyInForce
    editions: Editions
    services: Services
    ontologies: LedgerOntologies
    tokens: TokenStore
    workers: Workers
    documents: DocumentStore
    stores: Stores
    listeners: Listeners


def endpoint_of(settings: Settings) -> Endpoint:
    """Return where Neo4j answers; starts the local server where the settings name none. Blocks while it starts."""
    if settings.neo4j_uri is not None:
        return Endpoint(
            uri=settings.neo4j_uri,
            user=settings.neo4j_user,
            password=settings.neo4j_password.get_secret_value(),
            database=settings.neo4j_database,
        )
    server = LocalServer(data_dir=settings.data_dir, jars=settings.neo4j_jars, mirror=settings.neo4j_mirror)
    return server.start()


def reachable(settings: Settings, find: FindEndpoint = endpoint_of) -> Endpoint:
    """Return where Neo4j answers, after seeing that it does and is one we work with. Blocks meanwhile.

    Raises DatabaseUnavailable or one below it within seconds, where a unit of work would try again for longer.
    """
    endpoint = find(settings)
    check_server(endpoint)
    return endpoint


@asynccontextmanager
async def opened_twin(
    settings: Settings,
    *,
    observe: StatementObserver | None = None,
    computed: Callable[[Ended], None] | None = None,
    find: FindEndpoint = endpoint_of,
    went_over: Callable[[], None] | None = None,
    objectives: Objectives | None = None,
) -> AsyncGenerator[Twin]:
    """Open the twin of the settings and close it at the end of the block, after the writes that were taken.

    `observe` and `computed` are told of statements and of questions computed, `went_over` of each edition served;
    `objectives` know how soon events can be asked for.
    `find` gives the Neo4j (the command line shows progress while it starts). Raises DatabaseUnavailable,
    LocalServerError. A database without an ontology is no error here.
    """
    endpoint = await asyncio.to_thread(reachable, settings, find)
    database = connected(endpoint, settings, observe)
    clock = SystemClock()
    in_force, heads, listeners = OntologyInForce(database), Heads(), Listeners()
    reading, workers = ReadingService(database, in_force.ontology), workers_of(settings, computed)
    project = settings.ontology or bundled_folder()
    ontologies = LedgerOntologies(database, in_force.held, lambda: load_history(project))
    stores = Stores(settings, clock)
    share = settings.migration_share
    changes = ChangeService(database, in_force.ontology, clock, committed=heads.reached, newer=in_force.newest)
    states = _states(database, in_force, stores, listeners)
    services = Services(
        reading=reading,
        traversal=TraversalService(database, in_force.ontology),
        changes=changes,
        heads=heads,
        feed=ChangeFeed(reading, heads),
        alarms=AlarmBoard(lambda: stores.alarms),
        ontologies=ontologies,
        loader=Loader(database, in_force.ontology, clock, folder=settings.data_dir / "loads"),
        exporter=Exporter(database, in_force.ontology),
        reconciler=Reconciler(database, in_force.ontology, changes, folder=settings.data_dir / "loads"),
        states=states,
        objectives=objectives or Objectives(objective_of(settings), time.monotonic),
        source_silence=settings.source_silence,
        letters=letter_desk(settings, states, lambda: stores.dead_letters),
        evolution=Evolution(database, partial(Project.load, project), GraphqlInterface(), clock, share=share),
        usage=UsageLog(database, clock, kept_days=settings.usage_days) if settings.usage_days else None,
        budget=budget_of(settings),
    )
    editions = _editions(settings, in_force, services, stores, workers=workers, database=database, went_over=went_over)
    listeners.add(editions.committed)
    try:
        await in_force.refresh()
        yield Twin(
            settings=settings,
            database=database,
            in_force=in_force,
            editions=editions,
            services=services,
            ontologies=ontologies,
            tokens=TokenStore(database, clock),
            workers=workers,
            documents=DocumentStore(database, clock),
            stores=stores,
            listeners=listeners,
        )
    finally:
        try:
            await _close(services, editions, database, seconds=settings.shutdown_timeout)
        finally:
            workers.close()
            await stores.close()


def build(
    settings: Settings, *, find: FindEndpoint = endpoint_of, settled: Callable[[], None] | None = None
) -> Starlette:
    """Return the application; it opens the twin when serving begins. Raises ExposedWithoutTokens.

    `settled` is called whenever what will stay for long has been made: a process that only serves cleans up then.
    """
    check_exposure(settings.host, tokens=settings.auth is Auth.TOKEN)
    metrics = Metrics(CollectorRegistry(), Objectives(objective_of(settings), time.monotonic))

    def opened() -> AbstractAsyncContextManager[Service]:
        return _opened_service(settings, metrics, find, settled)

    doors = Doors(operations=operations(), graphiql=settings.graphiql, origins=settings.cors_origins)
    return create_app(opened, doors=doors, metrics=metrics)


def create() -> Starlette:
    """Return the application of the settings in force: what a worker process calls."""
    settings = load_settings()
    start_logs(settings)
    return build(settings, settled=settle)


def start_logs(settings: Settings) -> None:
    """Send the logs of this process where the settings say."""
    form = settings.log_format
    configure_logs(level=settings.log_level, as_json=None if form is LogFormat.AUTO else form is LogFormat.JSON)


@asynccontextmanager
async def _opened_service(
    settings: Settings, metrics: Metrics, find: FindEndpoint, settled: Callable[[], None] | None
) -> AsyncGenerator[Service]:
    tidying = None if settled is None else Tidying(settled, begun=metrics.begun, running=metrics.running)
    async with opened_twin(
        settings,
        observe=metrics.statement,
        computed=metrics.computed,
        find=find,
        went_over=None if tidying is None else tidying.ask,
        objectives=metrics.objectives,
    ) as twin:
        await twin.ontologies.load()  # a project that can't be read is told of now, not to who asks for it
        await twin.editions.found(twin.in_force.hash)
        await twin.stores.open()
        metrics.watch_pool(lambda: twin.database.in_use, limit=settings.neo4j_pool_size)
        metrics.watch_workers(twin.workers)
        heads = twin.services.heads

        def found_revision(tenant: Tenant, revision: Revision) -> None:
            metrics.revision(tenant, revision)
            twin.editions.expect(tenant, revision)
            heads.reached(tenant, revision)

        revisions = RevisionWatch(
            twin.database, found_ontology=twin.editions.found, found_revision=found_revision, followed=heads.tenants
        )
        subscribers = subscribers_of(settings)
        metrics.watch_subscriptions(lambda: subscribers.count)
        intake = Intake(twin.services.states, SystemClock(), metrics)
        states, letters = twin.services.states, twin.stores.dead_letters
        doors = broker_doors(settings, intake, states=states, database=twin.database, letters=letters)
        raising = raise_alarms(
            settings, twin.services.alarms, twin.editions, states=StateStore(twin.database), listeners=twin.listeners
        )
        listening = [asyncio.create_task(door.run(SystemClock())) for door in doors]
        watching = asyncio.create_task(revisions.run())
        noting = asyncio.create_task(keep_noting(twin.services.usage))
        warming = asyncio.create_task(_warm_up(twin, tidying))
        try:
            with told_of_stop(subscribers.stop):
                yield Service(
                    database=twin.database,
                    authenticator=authenticator(settings, twin.tokens),
                    revisions=revisions,
                    metrics=metrics,
                    limits=Limits(
                        body=settings.body_limit,
                        reconcile=settings.reconcile_limit,
                        seconds=settings.request_timeout,
                        batch=settings.batch_limit,
                        names=settings.introspection,
                    ),
                    subscribers=subscribers,
                    documents=PersistedDocuments(
                        twin.documents, trusted=settings.documents is Documents.TRUSTED, most=settings.apq_limit
                    ),
                    edition=twin.editions.current,
                    intake=intake,
                    evolution=twin.services.evolution,
                    budget=twin.services.budget,
                )
        finally:
            await twin.services.evolution.close(settings.shutdown_timeout / 2)
            tasks = [each for each in (watching, warming, noting, raising, *listening) if each is not None]
            await end_tasks(tasks, seconds=settings.shutdown_timeout)
            with suppress(TimeoutError):
                async with asyncio.timeout(min(_LAST_NOTE_SECONDS, settings.shutdown_timeout)):
                    await note_usage(twin.services.usage)


async def _warm_up(twin: Twin, tidying: Tidying | None) -> None:
    """Load or compile the kernel, so that no first question waits for it; then tidy up whenever it is asked for."""
    async with nullcontext() if tidying is None else tidying.making():
        try:
            await twin.workers.aside(parse_tenant(twin.settings.tenant), "compile", warm)
        except Exception as error:  # noqa: BLE001  what fails here fails again, with its reason, where it is needed
            get_logger("twin.kernel").warning("the kernel was not compiled ahead", error=str(error))
    if tidying is not None:
        await tidying.run()


def _editions(
    settings: Settings,
    in_force: OntologyInForce,
    services: Services,
    stores: Stores,
    *,
    workers: Workers,
    database: Database,
    went_over: Callable[[], None] | None,
) -> Editions:
    clock = SystemClock()
    return Editions(
        in_force,
        services,
        database,
        clock,
        folder=settings.data_dir / "snapshots",
        workers=workers,
        tallies=TallyFiles(settings.data_dir / "criticality"),
        limits=operation_limits(settings),
        went_over=went_over,
        histories=Histories(lambda: stores.history, clock),
    )


def _states(database: Database, in_force: OntologyInForce, stores: Stores, listeners: Listeners) -> StateService:
    return StateService(
        database,
        in_force.ontology,
        SystemClock(),
        history=lambda: stores.history,  # opened by the first event: most verbs of the command line take none
        committed=listeners.tell,
    )


async def _close(services: Services, editions: Editions, database: Database, *, seconds: float) -> None:
    # Each its time: one that takes it is not the other's.
    for closing in (services.changes.close(), services.states.close(), services.alarms.close(), editions.close()):
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds / 4):
                await closing
    await database.close()
