"""Architects change the ontology through the service: by token, without a password of the database."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from app.settings import load_settings
from tests.app.http.serving import served
from tests.command_line import CommandLine, Ran, set_settings, settings_of
from tests.servers import Server

pytestmark = [pytest.mark.neo4j, pytest.mark.long]

LABELS = "query Serials { pumps { nodes { serialNumber } } }"
LEDGER = "{ migrations { appliedBy approvals { by counts } forced } }"
APPLY = "mutation { applyMigrations { running revision applied waiting } }"


async def test_a_version_goes_through_the_service(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "s"
    set_settings(monkeypatch, {**settings_of(own_server, "site", tmp_path / "data"), "TWIN_ONTOLOGY": str(site)})
    monkeypatch.chdir(tmp_path)
    twin = CommandLine(capsys)

    async def typed(*arguments: str) -> Ran:
        return await asyncio.to_thread(twin, *arguments)

    await typed("init", str(site))
    await typed("ontology", "apply")
    (tmp_path / "site.ndjson").write_text(json.dumps({"kind": "asset", "id": "S1", "type": "Site"}) + "\n")
    assert (await typed("load", "site.ndjson")).code == 0
    (tmp_path / "ui.json").write_text(json.dumps({"serials": LABELS}))
    who = ("--consumer", "campus-ui", "--owner", "Team Campus", "--contact", "campus@example.org")
    assert (await typed("documents", "register", "ui.json", *who)).code == 0
    architect = (await typed("token", "create", "grace", "--scope", "architect", "--scope", "read", "--json")).json
    reader = (await typed("token", "create", "rita", "--scope", "read", "--scope", "write", "--json")).json
    _remove_serial(site)
    await typed("ontology", "make", "-m", "Serial numbers go", "--author", "Ada", "--erase")
    async with served(load_settings()) as address:
        through = ("--server", f"http://{address}", "--token", architect["token"])
        refused = await typed("ontology", "apply", "--server", f"http://{address}", "--token", reader["token"])
        assert (refused.code, "[FORBIDDEN]" in refused.err) == (1, True)

        planned = await typed("ontology", "plan", *through)
        assert (planned.code, "Serials of campus-ui" in planned.out) == (2, True)
        assert "grace approves 0002" in (await typed("ontology", "approve", "0002_serial_numbers_go", *through)).out
        assert await _asked(address, architect["token"], APPLY) == {
            "applyMigrations": {
                "running": False,
                "revision": "0002_serial_numbers_go",
                "applied": ["0002_serial_numbers_go"],
                "waiting": "0002_serial_numbers_go",
            }
        }
        broken = await typed("ontology", "complete", *through)
        assert broken.code == 1
        assert "[OPERATIONS_BROKEN]" in broken.err
        assert "Talk to Team Campus (campus@example.org)" in broken.err
        forced = ("--force", "--reason", "The app is shut down")
        assert (await typed("ontology", "complete", *through, *forced)).code == 0

        ledger = await _asked(address, architect["token"], LEDGER)
        assert ledger["migrations"][0] == {
            "appliedBy": "grace",
            "approvals": [{"by": "grace", "counts": True}],
            "forced": "The app is shut down",
        }
        assert "Nothing to do" in (await typed("ontology", "complete", *through)).out
        paused = await typed("ontology", "pause", *through)
        assert (paused.code, "[MIGRATION_REFUSED]" in paused.err) == (1, True)
        back = await typed("ontology", "rollback", *through)
        assert "0002_serial_numbers_go taken back" in back.out
        assert (await typed("ontology", "status", "--json")).code == 2


async def _asked(address: str, token: str, query: str) -> dict[str, Any]:
    async with httpx.AsyncClient() as client:
        headers = {"authorization": f"Bearer {token}"}
        answer = await client.post(f"http://{address}/graphql", json={"query": query}, headers=headers, timeout=60)
    assert "errors" not in answer.json(), answer.json()
    return answer.json()["data"]


def _remove_serial(site: Path) -> None:
    document = site / "ontology.yaml"
    kept = [line for line in document.read_text().splitlines(keepends=True) if "serialNumber" not in line]
    document.write_text("".join(kept))
