"""The composed service on a real Neo4j: tokens, scopes at every door, revisions, metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_required_argument,
    is_required_input_field,
)

from app.http.operations import operations
from app.main import build, opened_twin
from app.settings import Settings
from graph.access import Scope
from graph.identity import Tenant
from tests.app.http.clients import TestClient
from tests.servers import Server

pytestmark = pytest.mark.neo4j


@pytest.fixture
def settings(server: Server, tenant: Tenant, tmp_path: Path) -> Settings:
    return Settings(
        neo4j_uri=server.uri,
        neo4j_user=server.user,
        neo4j_password=server.password,  # pyright: ignore[reportArgumentType] - pydantic hides it
        tenant=tenant,
        data_dir=tmp_path,
    )


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(build(settings), base_url="http://127.0.0.1") as opened:
        yield opened


def make_token(settings: Settings, tenant: Tenant, *scopes: Scope) -> tuple[str, str]:
    async def make() -> tuple[str, str]:
        async with opened_twin(settings) as twin:
            text, record = await twin.tokens.create("test", tenant=tenant, scopes=frozenset(scopes))
            return text, record.id

    return asyncio.run(make())


def revoke(settings: Settings, token_id: str) -> None:
    async def work() -> None:
        async with opened_twin(settings) as twin:
            await twin.tokens.revoke(token_id)

    asyncio.run(work())


def bearer(text: str) -> dict[str, str]:
    return {"authorization": f"Bearer {text}"}


def test_the_way_of_a_token(client: TestClient, settings: Settings, tenant: Tenant) -> None:
    assert client.post("/graphql", json={"query": "{ revision }"}).status_code == 401
    text, token_id = make_token(settings, tenant, Scope.READ)
    answer = client.post("/graphql", json={"query": "{ revision }"}, headers=bearer(text))
    assert answer.json() == {"data": {"revision": 0}}
    assert answer.headers["twin-revision"] == "0"
    refused = client.post("/graphql", json={"query": WRITE, "variables": CHANGES}, headers=bearer(text))
    assert refused.json()["errors"][0]["extensions"]["code"] == "FORBIDDEN"
    revoke(settings, token_id)


WRITE = "mutation Write($input: ChangeSetInput!) { applyChanges(input: $input) { __typename } }"
CHANGES = {"input": {"changes": []}}


def test_two_operations_and_no_name_never_begin(settings: Settings) -> None:
    with TestClient(build(settings.changed(auth="none")), base_url="http://127.0.0.1") as client:
        body = {"query": "query A { revision } query B { revision }"}
        response = client.post("/graphql", json=body, headers={"accept": "application/graphql-response+json"})
    assert response.status_code == 400
    assert set(response.json()) == {"errors"}


def test_ready_and_metrics_of_the_real_thing(settings: Settings) -> None:
    settled: list[int] = []
    application = build(settings.changed(auth="none"), settled=lambda: settled.append(1))
    with TestClient(application, base_url="http://127.0.0.1") as client:
        assert settled, "before the first request"
        assert client.get("/health/ready").json()["status"] == "ready"
        client.post("/graphql", json={"query": "{ revision }"})
        text = client.get("/metrics").text
    assert 'twin_statement_seconds_count{query="access/list_revisions"}' in text
    assert "twin_database_connections_limit 50.0" in text


def test_every_root_field_and_every_operation_refuses_a_token_without_its_scope(
    client: TestClient, settings: Settings, tenant: Tenant
) -> None:
    """Scope operate alone opens the door of events, and nothing else; scope write doesn't."""
    text, token_id = make_token(settings, tenant, Scope.OPERATE)
    codes: dict[str, str] = {}
    for kind, name, field in root_fields(client):
        body = {"query": f"{kind} {{ {name}{arguments(field)}{selection(field)} }}"}
        answer = client.post("/graphql", json=body, headers=bearer(text)).json()
        codes[name] = answer["errors"][0]["extensions"]["code"]
    for operation in operations():
        answer = client.request(operation.method, operation.path, json={}, headers=bearer(text))
        codes[operation.path] = answer.json()["code"]
    revoke(settings, token_id)
    assert {name: code for name, code in codes.items() if code != "FORBIDDEN"} == {
        "/v1/events": "MEDIA_TYPE_UNSUPPORTED"
    }
    text, token_id = make_token(settings, tenant, Scope.WRITE)
    assert client.post("/v1/events", json={}, headers=bearer(text)).json()["code"] == "FORBIDDEN"
    revoke(settings, token_id)
    assert {"asset", "assets", "subgraph", "impact", "ontology", "applyChanges", "/v1/impact"} <= set(codes)


def root_fields(client: TestClient) -> Iterator[tuple[str, str, GraphQLField]]:
    from app.graphql import build_schema
    from graph.ontology.model import Ontology

    ontology: Ontology = cast("Any", client.app_state["service"]).edition().services.reading._ontology()
    schema = build_schema(ontology).core
    for kind, root in (("query", schema.query_type), ("mutation", schema.mutation_type)):
        for name, field in (root.fields if root else {}).items():
            yield kind, name, field


def arguments(field: GraphQLField) -> str:
    needed = {name: argument.type for name, argument in field.args.items() if is_required_argument(argument)}
    parts = [f"{name}: {literal(kind)}" for name, kind in needed.items()]
    return f"({', '.join(parts)})" if parts else ""


def literal(kind: Any) -> str:
    if isinstance(kind, GraphQLNonNull):
        kind = kind.of_type
    if hasattr(kind, "of_type"):
        return "[" + literal(kind.of_type) + "]"
    if isinstance(kind, GraphQLInputObjectType):
        fields = list(kind.fields.items())
        wanted = fields[:1] if kind.is_one_of else [pair for pair in fields if is_required_input_field(pair[1])]
        required = {name: each.type for name, each in wanted}
        return "{" + ", ".join(f"{name}: {literal(of)}" for name, of in required.items()) + "}"
    if isinstance(kind, GraphQLEnumType):
        return next(iter(kind.values))
    given = {"Int": "1", "Long": "1", "Float": "1.0", "DateTime": '"2026-12-01T08:00Z"'}
    return given.get(kind.name, '"x"')


def selection(field: GraphQLField) -> str:
    named = get_named_type(field.type)
    if not hasattr(named, "fields") and not hasattr(named, "types"):
        return ""
    leaf = "__typename"
    if isinstance(named, GraphQLObjectType) and "nodes" in named.fields:
        leaf = "nodes { __typename }"
    return f" {{ {leaf} }}"
