"""GraphiQL in a real browser: its operations run, no foreign host is asked, and the console stays silent."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from app.http.graphiql_page import ASSETS
from app.settings import Settings
from tests.app.http.serving import served, write
from tests.javascript import Package

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.neo4j,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium (a Debian package)"),
    pytest.mark.skipif(not (ASSETS / "index.js").is_file(), reason="needs the page (`make graphiql`)"),
]


async def test_graphiql_in_chromium(settings: Settings, tmp_path: Path) -> None:
    package = await Package.copied(Path(__file__).parent / "browser", tmp_path / "browser")
    async with served(settings) as address:
        await write(address, "NBR-ATS-M")
        printed = await package.node(
            "graphiql.mjs", f"http://{address}/graphql", str(CHROMIUM), str(tmp_path / "picture")
        )
    found = json.loads(printed.splitlines()[-1])
    assert found["complaints"] == []
    assert found["hosts"] == [address]
    looked, asked = found["answers"]
    assert "NBR-ATS-M" in looked
    assert '"impactedCount": 0' in asked.replace("\xa0", " ")
