"""Another ontology comes in force while requests run: each is answered by one or the other, and none fails."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx
import pytest

from app.settings import load_settings
from tests.app.http.serving import served
from tests.command_line import CommandLine, Ran, set_settings, settings_of
from tests.servers import Server

pytestmark = [pytest.mark.anyio, pytest.mark.neo4j, pytest.mark.long]

BEFORE = "{ sites { totalCount nodes { id name } } revision }"
AFTER = "{ sites { nodes { id nickname } } }"


async def test_requests_run_on_while_the_schema_changes(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    site = tmp_path / "s"
    settings = {**settings_of(own_server, "site", tmp_path / "data"), "TWIN_ONTOLOGY": str(site), "TWIN_AUTH": "none"}
    set_settings(monkeypatch, settings)
    monkeypatch.chdir(tmp_path)
    twin = CommandLine(capsys)

    async def typed(*arguments: str) -> Ran:
        return await asyncio.to_thread(twin, *arguments)

    await typed("init", str(site))
    await typed("ontology", "apply")
    (tmp_path / "site.ndjson").write_text(json.dumps({"kind": "asset", "id": "S1", "type": "Site", "name": "S"}) + "\n")
    assert (await typed("load", "site.ndjson")).code == 0
    async with served(load_settings()) as address, httpx.AsyncClient(base_url=f"http://{address}") as client:
        ended, answers = asyncio.Event(), 0

        async def ask(query: str) -> httpx.Response:
            return await client.post("/graphql", json={"query": query}, timeout=60)

        async def go_on() -> None:
            nonlocal answers
            while not ended.is_set():
                answer = await ask(BEFORE)
                assert answer.json()["data"]["sites"] == {"totalCount": 1, "nodes": [{"id": "S1", "name": "S"}]}
                answers += 1

        going = [asyncio.create_task(go_on()) for _ in range(4)]
        (refused,) = (await ask(AFTER)).json()["errors"]
        assert refused["extensions"]["code"] == "QUERY_INVALID"
        _add_nickname(site)
        await typed("ontology", "make", "-m", "Nicknames", "--author", "Ada")
        begun = answers
        applied = await typed("ontology", "apply")
        assert applied.code == 0, applied.err
        async with asyncio.timeout(30):
            while True:
                answer = (await ask(AFTER)).json()
                if "errors" not in answer:
                    break
                await asyncio.sleep(0.05)
        assert answer == {"data": {"sites": {"nodes": [{"id": "S1", "nickname": None}]}}}
        ended.set()
        await asyncio.gather(*going)
        assert answers > begun


def _add_nickname(site: Path) -> None:
    document, before = site / "ontology.yaml", "  Site:\n    id: type:Site\n    extends: [Space]\n"
    text = document.read_text()
    assert before in text
    document.write_text(text.replace(before, before + "    properties:\n      nickname: { datatype: string }\n"))
