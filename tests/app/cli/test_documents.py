"""`twin documents`, and what a running service notes of who uses what."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import orjson
import pytest

from app.main import build, opened_twin
from app.settings import load_settings
from graph.access import Scope
from graph.identity import Tenant
from tests.app.http.clients import TestClient
from tests.command_line import CommandLine

pytestmark = pytest.mark.neo4j

LOOK = (
    "query Look($id: ID!, $types: [String!]) { asset(id: $id) { name ...More } }"
    " fragment More on Asset { parents { id } children(types: $types) { totalCount } }"
)


def manifest(folder: Path, **documents: str) -> str:
    file = folder / "documents.json"
    file.write_bytes(orjson.dumps(documents))
    return str(file)


def test_a_registered_document_is_used_and_its_use_is_known(twin: CommandLine, tenant: Tenant, tmp_path: Path) -> None:
    mark = secrets.token_hex(6)
    who = ("--consumer", f"ui-{mark}", "--owner", "Team Campus", "--contact", "campus@example.org")
    wrong = twin("documents", "register", manifest(tmp_path, **{f"x{mark}": "{ nothing }"}), *who, "--json")
    assert wrong.code == 1
    assert "DOCUMENTS_INVALID" in wrong.out + wrong.err
    twin.ok("documents", "register", manifest(tmp_path, **{f"look-{mark}": LOOK}), *who)
    listed = {each["consumer"]: each for each in twin("documents", "list", "--json").json}
    assert listed[f"ui-{mark}"]["documents"] == {f"look-{mark}": LOOK}

    settings = load_settings(documents="trusted")

    async def token() -> str:
        async with opened_twin(settings) as opened:
            return (await opened.tokens.create(f"ui-{mark}", tenant=tenant, scopes=frozenset({Scope.READ})))[0]

    headers = {"authorization": f"Bearer {asyncio.run(token())}"}
    with TestClient(build(settings), base_url="http://127.0.0.1") as client:
        body = {"documentId": f"look-{mark}", "variables": {"id": "nobody", "types": ["Room"]}}
        assert client.post("/graphql", json=body, headers=headers).json() == {"data": {"asset": None}}
        assert "errors" in client.post("/graphql", json={"query": "{ revision }"}, headers=headers).json()

    (used,) = twin("documents", "usage", "--field", "Asset.parents", "--consumer", f"ui-{mark}", "--json").json
    assert (used["operation"], used["count"], used["tenant"]) == ("Look", 1, tenant)
    assert used["fields"] == [
        "Asset.children",
        "Asset.id",
        "Asset.name",
        "Asset.parents",
        "AssetConnection.totalCount",
        "Query.asset",
    ]
    assert used["names"] == ["children(types:)=Room"]
    assert twin("documents", "usage", "--field", "Pump.speed", "--json").json == []
    assert f"ui-{mark}" in twin.ok("documents", "usage")
    twin.ok("documents", "remove", f"ui-{mark}")
    assert f"ui-{mark}" not in twin.ok("documents", "list", "--json")
