"""Clients of a small service behind the real HTTP door."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.app.http.clients import TestClient
from tests.app.http.toy import FakeDatabase, toy_app

ASKING = {"graphql-require-preflight": "1"}


@pytest.fixture
def fake() -> FakeDatabase:
    return FakeDatabase()


@pytest.fixture
def client(fake: FakeDatabase) -> Iterator[TestClient]:
    with TestClient(toy_app(fake), base_url="http://127.0.0.1", headers=ASKING) as opened:
        yield opened
