"""Clients of a small service behind the real HTTP door."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from graph.identity import Tenant
from tests.app.http.clients import TestClient
from tests.app.http.toy import FakeDatabase, toy_app
from tests.servers import Server


@pytest.fixture
def settings(server: Server, tenant: Tenant, tmp_path: Path) -> Settings:
    """Settings of the composed service, open to this machine."""
    return Settings(
        neo4j_uri=server.uri,
        neo4j_user=server.user,
        neo4j_password=server.password,  # pyright: ignore[reportArgumentType] - pydantic hides it
        tenant=tenant,
        auth="none",  # pyright: ignore[reportArgumentType] - pydantic parses it
        data_dir=tmp_path,
    )


ASKING = {"graphql-require-preflight": "1"}


@pytest.fixture
def fake() -> FakeDatabase:
    return FakeDatabase()


@pytest.fixture
def client(fake: FakeDatabase) -> Iterator[TestClient]:
    with TestClient(toy_app(fake), base_url="http://127.0.0.1", headers=ASKING) as opened:
        yield opened
