"""The commands of the pages, typed one after the other, print what the pages say."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import pytest

from graph.identity import Tenant
from tests.docs.pages import Step, blocks, pages, pattern, steps
from tests.docs.shell import Shell
from tests.servers import Server, emptied

pytestmark = [pytest.mark.neo4j, pytest.mark.long, pytest.mark.timeout(1500)]

TYPED = [page for page in pages() if any(block.language == "console" for block in blocks(page))]
SERVES = ("make demo", "twin serve")
ADDRESS = "127.0.0.1:8000"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def at(server: Server) -> dict[str, str]:
    return {
        "TWIN_NEO4J_URI": server.uri,
        "TWIN_NEO4J_USER": server.user,
        "TWIN_NEO4J_PASSWORD": server.password,
    }


@pytest.mark.parametrize("page", TYPED)
def test_page(page: str, server: Server, own_server: Server, tenant: Tenant, tmp_path: Path) -> None:
    asyncio.run(emptied(own_server))  # pages share it
    port = free_port()
    environment = {**at(server), "TWIN_TENANT": tenant, "TWIN_PORT": str(port), "TWIN_DATA_DIR": str(tmp_path / "data")}
    with Shell(tmp_path, environment) as shell:
        for block in blocks(page):
            if "." in block.name:
                shell.run(f"cat > {block.name} <<'END-OF-FILE'\n{block.text}END-OF-FILE")
            elif block.language == "console":
                for step in steps(block):
                    try_step(shell, step, port=port, own=own_server)


def try_step(shell: Shell, step: Step, *, port: int, own: Server) -> None:
    command = step.command.replace(ADDRESS, f"127.0.0.1:{port}")
    if command.partition(" #")[0] in SERVES:
        printed, code = shell.serve(command, until="ready"), 0
    else:
        printed, code = shell.run(command)
    if command.startswith("export ") and "TWIN_DATA_DIR=" in command:
        # A data folder of one's own means a database of one's own; here it is one that runs already.
        shell.run("export " + " ".join(f"{name}='{value}'" for name, value in at(own).items()))
    printed = printed.replace(f"127.0.0.1:{port}", ADDRESS)
    assert code == 0, f"{step.place}: {command}\n{printed}"
    ends = "" if printed.endswith("\n") or not printed else "\n"
    assert pattern(step.expected).fullmatch(printed + ends), f"{step.place}: {command}\n{printed}"
