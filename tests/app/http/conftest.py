"""Clients of a small service behind the real HTTP door."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from graph.identity import Tenant, parse_tenant
from tests.app.http.clients import TestClient
from tests.app.http.toy import FakeDatabase, toy_app
from tests.servers import Server


@pytest.fixture
def settings(server: Server, tenant: Tenant, tmp_path: Path) -> Settings:
    """Settings of the composed service, open to this machine."""
    return settings_for(server, tenant, tmp_path)


@pytest.fixture(scope="module")
def standing(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same for a service that stands for all tests of a module: they only ask, and a start takes most of a test."""
    return settings_for(server, parse_tenant(f"standing{secrets.token_hex(6)}"), tmp_path_factory.mktemp("standing"))


def settings_for(server: Server, tenant: Tenant, folder: Path) -> Settings:
    return Settings(
        neo4j_uri=server.uri,
        neo4j_user=server.user,
        neo4j_password=server.password,  # pyright: ignore[reportArgumentType] - pydantic hides it
        tenant=tenant,
        auth="none",  # pyright: ignore[reportArgumentType] - pydantic parses it
        data_dir=folder,
    )


ASKING = {"graphql-require-preflight": "1"}


@pytest.fixture
def fake() -> FakeDatabase:
    return FakeDatabase()


@pytest.fixture
def client(fake: FakeDatabase) -> Iterator[TestClient]:
    with TestClient(toy_app(fake), base_url="http://127.0.0.1", headers=ASKING) as opened:
        yield opened
