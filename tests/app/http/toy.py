"""A small schema and small operations behind the real HTTP door, without a database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, cast

import strawberry
from graphql import GraphQLError, get_operation_ast, parse
from prometheus_client import CollectorRegistry
from pydantic import BaseModel
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from strawberry.schema.exceptions import InvalidOperationTypeError
from strawberry.types.graphql import OperationType

from app.evolution import Evolution
from app.gate import GraphqlInterface
from app.graphql import OperationLimits
from app.graphql.execution import Results, once
from app.http.application import Doors, create_app
from app.http.bodies import read_model
from app.http.exchange import State
from app.http.persisted import NoDocuments, PersistedDocuments
from app.http.revisions import RevisionWatch
from app.http.routes import Operation
from app.http.routes.forms import NDJSON
from app.http.service import Limits, Service
from app.http.subscribers import StreamLimits, Subscribers
from app.inforce import Edition
from app.ingest import Intake
from app.security import Authenticator, OpenAuthenticator
from app.telemetry import Metrics
from graph.access import Principal, Scope, TokenRefused
from graph.clock import SystemClock
from graph.database import Database
from graph.errors import DatabaseUnavailable
from graph.identity import Tenant
from migrations import Project


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "twin") -> str:
        return f"hello {name}"

    @strawberry.field
    async def slow(self, seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "done"

    @strawberry.field
    def crash(self) -> str:
        raise RuntimeError("secret detail")


@strawberry.type
class Mutation:
    @strawberry.mutation
    def write(self) -> int:
        return 1


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int = 3, pause: float = 0.0) -> AsyncGenerator[int]:
        for number in range(to):
            await asyncio.sleep(pause)
            yield number

    @strawberry.subscription
    async def never(self) -> AsyncGenerator[int]:
        await asyncio.Event().wait()
        yield 0


class OneToken:
    """Lets one token in, until it is revoked."""

    def __init__(self) -> None:
        self.revoked = False

    async def principal(self, headers: Any) -> Principal:
        await asyncio.sleep(0)
        if self.revoked or headers.get("authorization") != "Bearer good":
            raise TokenRefused("The token is not one of this service")
        return Principal(name="ui", tenant=Tenant("site"), scopes=frozenset({Scope.READ}))


class Thing(BaseModel):
    name: str
    size: int = 0


async def _crash(_request: Request[State], _principal: Principal) -> Response:
    raise RuntimeError("password=hunter2")


async def _things(request: Request[State], _principal: Principal) -> Response:
    return JSONResponse((await read_model(request, Thing)).model_dump())


async def _list_things(request: Request[State], _principal: Principal) -> Response:
    if request.headers.get("accept") != NDJSON:
        return JSONResponse([])

    async def lines() -> AsyncIterator[bytes]:
        yield b"{}\n"

    return StreamingResponse(lines(), media_type=NDJSON)


OPERATIONS = (
    Operation(
        path="/v1/things",
        method="GET",
        summary="List things",
        handler=_list_things,
        scope=Scope.READ,
        answers={"application/json": None},
        conditional=True,
    ),
    Operation(
        path="/v1/crash", method="GET", summary="Crash", handler=_crash, scope=Scope.READ, answers={"text/plain": None}
    ),
    Operation(
        path="/v1/things",
        method="POST",
        summary="Take a thing",
        handler=_things,
        scope=Scope.WRITE,
        body=Thing,
        answers={"application/json": Thing},
        examples={"one": {"name": "a", "size": 1}},
        writes=True,
    ),
)


@dataclass
class FakeDatabase:
    """Answers the one statement that the service itself sends."""

    revisions: dict[str, int] = field(default_factory=lambda: {"site": 7})
    hash: str | None = "sha256:toy"
    down: bool = False
    asked: int = 0

    async def rows(self, tenant: Tenant | None, query: object, parameters: dict[str, Any]) -> list[list[Any]]:
        self.asked += 1
        if self.down:
            raise DatabaseUnavailable("Neo4j does not answer", hint="Start it")
        found = [[name, self.revisions[name]] for name in parameters["tenants"] if name in self.revisions]
        return [[self.hash, found]]


class ToySchema(strawberry.Schema):
    """Streams as the twin's schema does: what is no subscription is executed before there is a stream of it.

    An operation costs as many objects as its text has braces, and an answer that is called passing doesn't last.
    """

    limits = OperationLimits(cost=5)

    async def cost(self, query: str, variables: Mapping[str, object], operation_name: str | None) -> int:
        return query.count("{")

    async def lasting(self, query: str, variables: Mapping[str, object] | None) -> bool:
        return "passing" not in query

    async def stream(
        self,
        query: str | None,
        variable_values: dict[str, Any] | None = None,
        context_value: Any | None = None,
        root_value: Any | None = None,
        operation_name: str | None = None,
        operation_extensions: dict[str, Any] | None = None,
        allowed_operation_types: Iterable[OperationType] | None = None,
    ) -> Results:
        try:
            operation = get_operation_ast(parse(query or ""), operation_name)
        except GraphQLError:
            operation = None
        kind = None if operation is None else OperationType(operation.operation.value)
        if kind is not None and kind not in (allowed_operation_types or ()):
            raise InvalidOperationTypeError(kind)
        given = (query, variable_values, context_value, root_value, operation_name)
        if kind is OperationType.SUBSCRIPTION:
            return cast("Results", await super().stream(*given))
        return once(await self.execute(*given))


@dataclass(frozen=True)
class ToyEdition:
    hash: str
    schema: strawberry.Schema

    def context(self, principal: Principal, request_id: str, *, show_cost: bool = False) -> object:
        return {"principal": principal, "request_id": request_id}


async def _ignore(_hash: str | None) -> None:
    """Take no note."""


def toy_app(
    database: FakeDatabase | None = None,
    *,
    authenticator: Authenticator | None = None,
    limits: Limits | None = None,
    graphiql: bool = True,
    origins: tuple[str, ...] = (),
    subscribers: Subscribers | None = None,
    documents: PersistedDocuments | None = None,
    schema: strawberry.Schema | None = None,
    operations: tuple[Operation, ...] = OPERATIONS,
    on_close: Callable[[], None] = lambda: None,
) -> Starlette:
    metrics = Metrics(CollectorRegistry())
    fake = cast("Database", database or FakeDatabase())
    edition = cast("Edition", ToyEdition("sha256:toy", schema or ToySchema(Query, Mutation, Subscription)))

    @asynccontextmanager
    async def opened() -> AsyncGenerator[Service]:
        yield Service(
            database=fake,
            authenticator=authenticator or OpenAuthenticator(Tenant("site")),
            revisions=RevisionWatch(fake, found_ontology=_ignore, found_revision=metrics.revision),
            metrics=metrics,
            documents=documents or PersistedDocuments(NoDocuments()),
            subscribers=subscribers or Subscribers(StreamLimits()),
            limits=limits or Limits(body=2000, seconds=5),
            edition=lambda: edition,
            intake=cast("Intake", None),
            evolution=Evolution(fake, Project.bundled, GraphqlInterface(), SystemClock()),
        )
        on_close()

    return create_app(opened, doors=Doors(operations=operations, graphiql=graphiql, origins=origins), metrics=metrics)
