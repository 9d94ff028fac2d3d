from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from graph.database.local.endpoint import Endpoint
from graph.database.local.errors import Neo4jTooOld, NotNeo4j
from graph.database.local.ports import free_port, holder, is_free
from graph.database.local.reach import accepted, check_server, listens
from graph.errors import DatabaseUnavailable
from tests.graph.database.local.repository import Repository


@pytest.mark.parametrize(
    ("agent", "version"),
    [
        ("Neo4j/5.26.0", "5.26.0"),
        ("Neo4j/5.27-aura", "5.27-aura"),
        ("Neo4j/2025.01.0", "2025.01.0"),
        ("Neo4j/2026.08.1", "2026.08.1"),
    ],
)
def test_accepts_what_we_work_with(agent: str, version: str) -> None:
    assert accepted(agent, "bolt://x").version == version


@pytest.mark.parametrize("agent", ["Neo4j/4.4.30", "Neo4j/5.25.1", "Neo4j/3.5.0"])
def test_refuses_old_ones(agent: str) -> None:
    with pytest.raises(Neo4jTooOld, match=r"5\.26"):
        accepted(agent, "bolt://x")


@pytest.mark.parametrize("agent", ["Neo4j/v5.26.0 compatible graph database server - Memgraph", "Other/1.0", ""])
def test_refuses_foreign_ones(agent: str) -> None:
    with pytest.raises(NotNeo4j):
        accepted(agent, "bolt://x")


def endpoint(uri: str) -> Endpoint:
    return Endpoint(uri=uri, user="neo4j", password="password1")


def test_another_program_is_recognised(repository: Repository) -> None:
    address = repository.address.replace("http", "bolt").removesuffix("/maven")
    with pytest.raises(NotNeo4j, match="7474"):
        check_server(endpoint(address), timeout=2.0)


def test_nothing_there() -> None:
    with pytest.raises(DatabaseUnavailable, match="TWIN_NEO4J_URI") as caught:
        check_server(endpoint(f"bolt://127.0.0.1:{free_port()}"), timeout=1.0)
    assert caught.value.code == "DATABASE_UNAVAILABLE"


@pytest.mark.parametrize("uri", ["http://127.0.0.1:7474", "127.0.0.1:7687", "bolt://127.0.0.1:none"])
def test_no_address_of_a_neo4j(uri: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="no address"):
        check_server(endpoint(uri), timeout=1.0)


@pytest.mark.parametrize("find", [free_port])
def test_ports(find: Callable[[], int]) -> None:
    port = find()
    assert is_free(port)
    assert not listens("127.0.0.1", port)
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)
        assert listens("127.0.0.1", port)
        assert "listens there" in holder(port)
    assert is_free(port)
