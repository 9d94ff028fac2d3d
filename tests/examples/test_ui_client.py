"""The TypeScript client of `examples/ui-client`: its documents fit the schema, and it shows what it says it shows."""

from __future__ import annotations

import asyncio
import json
import re
import shutil
from pathlib import Path

import pytest
from graphql import build_schema, parse, validate

from app.settings import Auth, Documents, Settings
from examples.campus.generate import campus, encoded
from graph.identity import Tenant
from tests.app.http.serving import served
from tests.command_line import CommandLine, set_settings, settings_of
from tests.examples.conftest import EXAMPLES
from tests.javascript import Package
from tests.servers import Server

CLIENT = EXAMPLES / "ui-client"
SCHEMA = EXAMPLES.parent / "docs" / "schema.graphql"
README = (CLIENT / "README.md").read_text(encoding="utf-8")
GONE_ON = """\
after 3
1 changed: Pump A4
1 changed: Pump A5
after 5
after 5
after 5
1 changed: Pump A6
TwinError CHANGES_GONE: No more
after 6
TwinError CONNECTION_REFUSED: The token counts no longer
"""
"""What is heard over connections that are lost: each goes on after what was heard last, until one is refused."""

OPERATION = re.compile(r"graphql\(`(.*?)`\)", re.DOTALL)


def test_its_documents_fit_the_schema() -> None:
    sources = [path.read_text(encoding="utf-8") for path in sorted((CLIENT / "src").glob("*.ts"))]
    documents = parse("\n".join(document for source in sources for document in OPERATION.findall(source)))
    assert len(documents.definitions) >= 8
    assert validate(build_schema(SCHEMA.read_text(encoding="utf-8")), documents) == []


def shown() -> str:
    """What the page says that it prints."""
    (block,) = re.findall(r"```text\n(.*?)```", README, re.DOTALL)
    return block.strip()


@pytest.fixture
def twin(
    server: Server,
    tenant: Tenant,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> CommandLine:
    """The command line on a campus of one's own."""
    set_settings(monkeypatch, settings_of(server, tenant, tmp_path))
    line = CommandLine(capsys)
    file = tmp_path / "campus.ndjson"
    file.write_bytes(b"".join(encoded(each) for each in campus()))
    line.ok("load", str(file))
    return line


@pytest.mark.long
async def test_it_shows_what_its_page_says(twin: CommandLine, server: Server, tenant: Tenant, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    shutil.copy(SCHEMA, tmp_path / "docs")
    package = await Package.copied(CLIENT, tmp_path / "examples" / "ui-client")
    await package.npm("run", "generate")
    await package.npm("run", "build")
    shutil.copy(Path(__file__).parent / "lost_connection.mjs", package.folder)
    assert await package.node("lost_connection.mjs") == GONE_ON
    settings = Settings(
        neo4j_uri=server.uri,
        neo4j_user=server.user,
        neo4j_password=server.password,  # pyright: ignore[reportArgumentType] - pydantic hides it
        tenant=tenant,
        auth=Auth.NONE,
        data_dir=tmp_path,
    )
    async with served(settings) as address:
        printed = await package.npm("start", "--silent", "--", f"http://{address}/graphql")
    assert printed.strip() == shown()

    # The same by ids and with a token, where nothing else is executed.
    manifest = str(package.folder / "src" / "gql" / "persisted-documents.json")
    asking = ["--consumer", "ui", "--owner", "Campus", "--contact", "campus@example.org"]
    await asyncio.to_thread(twin.ok, "documents", "register", manifest, *asking)
    made = await asyncio.to_thread(twin.ok, "token", "create", "ui", "--scope", "read", "--scope", "write", "--json")
    async with served(settings.changed(auth=Auth.TOKEN, documents=Documents.TRUSTED)) as address:
        arguments = [f"http://{address}/graphql", "--by-id", "--token", json.loads(made)["token"]]
        again = await package.npm("start", "--silent", "--", *arguments)
    renamed = shown().replace("UPS A (new)", "UPS A (new) (new)").replace("UPS A (NBR", "UPS A (new) (NBR")
    assert again.strip() == renamed
