"""A stranger's way with the service: a token, a load, questions by both doors, a change, what it did, the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.identity import Tenant
from tests.servers import Server

TWIN = Path(sys.executable).parent / "twin"
LINES = (
    {"kind": "asset", "id": "S", "type": "Site", "name": "Site"},
    {"kind": "asset", "id": "R", "type": "Room", "name": "Plant room", "parents": ["S"]},
    {"kind": "asset", "id": "G", "type": "GridFeed", "name": "Feed", "parents": ["R"]},
    {"kind": "asset", "id": "P", "type": "Pump", "name": "Pump", "parents": ["R"], "properties": {"ratedFlow": 3.0}},
    {"kind": "relationship", "type": "POWERS", "from": "G", "to": "P"},
)
BODY = b"".join(json.dumps(line).encode() + b"\n" for line in LINES)
IMPACT = """
query($input: ImpactInput!) { impact(input: $input) {
  revision impactedCount impacted { nodes { asset { id } level because { path { from { id } to { id } } } } }
} }
"""
CHANGE = """
mutation($input: ChangeSetInput!) { applyChanges(input: $input) {
  __typename
  ... on ChangesApplied { revision assetsUpdated }
  ... on ChangesRejected { problems { code change property hint } }
} }
"""

CREATE = """
mutation($pump: PumpCreate!) { createPump(input: $pump) {
  __typename
  ... on PumpWritten { applied { revision } asset { name ratedFlow poweredBy { edges { delay node { name } } } } }
  ... on ChangesRejected { problems { code place } }
} }
"""
NEW = {"pump": {"id": "P2", "ratedFlow": 2, "poweredBy": [{"node": "G", "delay": "PT5M"}]}}


@pytest.fixture
def environment(server: Server, tenant: Tenant, tmp_path: Path) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
    return {
        **bare,
        "TWIN_NEO4J_URI": server.uri,
        "TWIN_NEO4J_USER": server.user,
        "TWIN_NEO4J_PASSWORD": server.password,
        "TWIN_TENANT": tenant,
        "TWIN_DATA_DIR": str(tmp_path),
        "TWIN_PORT": "0",
        "TWIN_LOG_FORMAT": "json",
    }


@contextmanager
def served(environment: dict[str, str], folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Run `twin serve`; give its address, and its log once the block has ended."""
    log: list[str] = []
    with (folder / "log").open("w") as errors:
        command = [TWIN, "serve"]
        with subprocess.Popen(
            command, env=environment, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=errors
        ) as process:
            try:
                assert process.stdout is not None
                word, _, url = process.stdout.readline().strip().partition(" ")
                assert word == "ready", (folder / "log").read_text()
                yield url.removesuffix("/graphql"), log
                process.send_signal(signal.SIGTERM)
                assert process.wait(30) == 0
            finally:
                process.kill()
    log += (folder / "log").read_text().splitlines()


def token(environment: dict[str, str], folder: Path, *options: str) -> dict[str, Any]:
    """Make a token as an operator does."""
    made = subprocess.run(
        [TWIN, "token", "create", "journey", *options, "--json"],
        env=environment,
        cwd=folder,
        check=True,
        capture_output=True,
        timeout=60,
    )
    return json.loads(made.stdout)


def test_from_a_token_to_the_history_of_a_change(environment: dict[str, str], tenant: Tenant, tmp_path: Path) -> None:
    with served(environment, tmp_path) as (address, log):
        assert httpx.post(f"{address}/graphql", json={"query": "{ revision }"}).status_code == 401
        writer = token(environment, tmp_path, "--scope", "read", "--scope", "write", "--expires", "P1D")
        reader = token(environment, tmp_path, "--scope", "read")
        headers = {"authorization": f"Bearer {writer['token']}"}
        with httpx.Client(base_url=address, headers=headers, timeout=30) as client:
            load(client)
            ask(client)
            both_doors_agree(client)
            change(client)
            write_typed(client)
        with httpx.Client(base_url=address, headers={"authorization": f"Bearer {reader['token']}"}) as client:
            (refusal,) = client.post("/graphql", json={"query": CREATE, "variables": NEW}).json()["errors"]
            assert refusal["extensions"]["code"] == "FORBIDDEN"
            refused = client.post("/v1/bulk", content=BODY, headers={"content-type": "application/x-ndjson"})
            assert (refused.status_code, refused.json()["code"]) == (403, "FORBIDDEN")
        subprocess.run(
            [TWIN, "token", "revoke", reader["id"]], env=environment, cwd=tmp_path, check=True, capture_output=True
        )
    assert [line for line in log if writer["token"] in line or "password" in line.lower()] == []
    requests = [json.loads(line) for line in log if json.loads(line).get("event") == "request"]
    assert {each["tenant"] for each in requests} == {tenant, None}


def load(client: httpx.Client) -> None:
    told = client.post("/v1/bulk", content=BODY, headers={"content-type": "application/x-ndjson"})
    assert (told.status_code, told.json()["assetsCreated"], told.json()["refused"]) == (200, 4, 0), told.text
    assert client.get("/health/ready").json()["status"] == "ready"


def ask(client: httpx.Client) -> None:
    query = '{ asset(id: "P") { name ancestors { id } dependencies { nodes { id } } } }'
    first = client.get("/graphql", params={"query": query})
    assert first.json()["data"]["asset"] == {
        "name": "Pump",
        "ancestors": [{"id": "R"}, {"id": "S"}],
        "dependencies": {"nodes": [{"id": "G"}]},
    }
    again = client.get("/graphql", params={"query": query}, headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def both_doors_agree(client: httpx.Client) -> None:
    question = {"failures": [{"asset": "G"}]}
    by_rest = client.post("/v1/impact", json=question).json()
    answer = client.post("/graphql", json={"query": IMPACT, "variables": {"input": question}}).json()
    by_graphql = answer["data"]["impact"]
    assert (by_graphql["impactedCount"], by_graphql["revision"]) == (by_rest["impactedCount"], by_rest["revision"])
    assert [(each["asset"]["id"], each["level"]) for each in by_graphql["impacted"]["nodes"]] == [("P", "DOWN")]
    assert [(each["asset"]["id"], each["level"]) for each in by_rest["impacted"]["nodes"]] == [("P", "DOWN")]


def change(client: httpx.Client) -> None:
    def apply(properties: dict[str, object]) -> tuple[dict[str, Any], str]:
        changes = [{"upsertAsset": {"id": "P", "type": "Pump", "properties": properties}}]
        sent = {"query": CHANGE, "variables": {"input": {"changes": changes}}}
        answer = client.post("/graphql", json=sent)
        return answer.json()["data"]["applyChanges"], answer.headers["twin-revision"]

    refused, _ = apply({"ratedFlw": 1})
    assert [problem["code"] for problem in refused["problems"]] == ["UNKNOWN_PROPERTY"]
    done, revision = apply({"ratedFlow": 4.5})
    assert (done["assetsUpdated"], str(done["revision"])) == (1, revision)
    history = '{ asset(id: "P") { properties history { nodes { revision actor entries { kind before after } } } } }'
    found = client.post("/graphql", json={"query": history}, headers={"twin-min-revision": revision}).json()
    asset = found["data"]["asset"]
    assert asset["properties"]["ratedFlow"] == 4.5
    newest = asset["history"]["nodes"][0]
    assert (newest["revision"], newest["actor"]) == (done["revision"], "journey")


def write_typed(client: httpx.Client) -> None:
    answer = client.post("/graphql", json={"query": CREATE, "variables": NEW})
    made = answer.json()["data"]["createPump"]
    assert str(made["applied"]["revision"]) == answer.headers["twin-revision"]
    fed = {"edges": [{"delay": "PT5M", "node": {"name": "Feed"}}]}
    assert made["asset"] == {"name": "P2", "ratedFlow": 2.0, "poweredBy": fed}
    again = client.post("/graphql", json={"query": CREATE, "variables": NEW}).json()["data"]["createPump"]
    assert again["problems"] == [{"code": "ASSET_EXISTS", "place": "input.id"}]
    incomplete = {"query": CREATE, "variables": {"pump": {"id": "P3"}}}
    newer = {"accept": "application/graphql-response+json"}
    assert client.post("/graphql", json=incomplete, headers=newer).status_code == 400
