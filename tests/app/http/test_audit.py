"""The audit of GraphQL over HTTP, and the reference clients of both ways to subscribe, against the composed service."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from app.http.graphiql.build import npm
from app.settings import Settings
from tests.app.http.serving import served, write

pytestmark = [pytest.mark.anyio, pytest.mark.neo4j, pytest.mark.long]

AUDIT = Path(__file__).parent / "audit"


async def ran(*command: str, folder: Path, path: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env={**os.environ, "PATH": path}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert process.returncode == 0
    return out.decode()


async def test_the_audit_and_the_reference_clients(settings: Settings, tmp_path: Path) -> None:
    command, path = npm()
    folder = tmp_path / "audit"
    shutil.copytree(AUDIT, folder)
    await ran(*command, "ci", "--no-audit", "--no-fund", folder=folder, path=path)
    node = shutil.which("node", path=path) or "node"
    async with served(settings) as address:
        await write(address, "A")
        await write(address, "B")
        found: list[dict[str, Any]] = json.loads(
            await ran(node, "audit.mjs", f"http://{address}/graphql", folder=folder, path=path)
        )
        assert [each for each in found if each["status"] != "ok"] == []
        assert len(found) >= 60
        heard = json.loads(
            await ran(node, "--experimental-websocket", "clients.mjs", address, folder=folder, path=path)
        )
    assert heard == {"socket": [1, 2], "events": [1, 2]}
