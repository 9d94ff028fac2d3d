"""`twin neo4j`: the local server."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.console import output, print_json, say, tell
from app.cli.verbs import JsonFlag, add, group

if TYPE_CHECKING:
    from graph.database.local import LocalServer, ServerStatus


def application() -> typer.Typer:
    """Return the verbs of `twin neo4j`."""
    verbs = group("The local Neo4j server.")
    for verb in (start, stop, status, env, shell):
        add(verbs, verb.__name__, verb)
    return verbs


def start(
    repair: Annotated[
        bool,
        typer.Option("--repair", help="Cut the transaction log off where it can't be read; a copy of it is kept."),
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Start the local server, or find it running.

    Examples:
        twin neo4j start
    """
    server = _server()
    endpoint = server.start(repair=repair)
    kept = server.kept_logs if repair else []
    if as_json:
        print_json(_shown(server.status()) | ({"keptLogs": list(map(str, kept))} if repair else {}))
        return
    say(f"Neo4j answers at {endpoint.uri}; `twin neo4j stop` ends it")
    if kept:
        say(f"The transaction logs before the last repair are in {kept[-1]}")


def stop(as_json: JsonFlag = False) -> None:
    """Stop the local server; the data stays, and whatever needs the server next starts it again.

    Examples:
        twin neo4j stop
    """
    stopped = _server().stop()
    if as_json:
        print_json({"stopped": stopped})
    else:
        say("Neo4j is stopped" if stopped else "Neo4j was not running")


def status(as_json: JsonFlag = False) -> None:
    """Say whether the local server runs, where, and since when.

    Examples:
        twin neo4j status
        twin neo4j status --json
    """
    found = _shown(_server().status())
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        if value is not None:
            say(f"{name:9} {value}")


def env(as_json: JsonFlag = False) -> None:
    """Print the settings by which other tools, and other twins, find the local server; it has to run.

    Examples:
        eval "$(twin neo4j env)"
        twin neo4j env --json
    """
    found = _server().environment()
    if as_json:
        print_json(found)
        return
    for name, value in found.items():
        say(f"export {name}={shlex.quote(value)}")


def shell(
    command: Annotated[str | None, typer.Option("--command", "-c", help="Run one statement and end.")] = None,
    as_json: JsonFlag = False,
) -> int:
    """Talk Cypher to the server; statements end with a semicolon.

    Examples:
        twin neo4j shell
        twin neo4j shell -c "MATCH (a:Asset) RETURN count(a)"
        twin neo4j shell --json -c "MATCH (a:Asset) RETURN count(a) AS assets"
    """
    from graph.database.local.shell import run_shell, run_statement

    if as_json and command is None:
        raise typer.BadParameter("--json needs a statement: --command '...'")
    endpoint = _server().start()
    if command is None:
        tell(f"Neo4j at {endpoint.uri}. End a statement with ; and leave with :quit")
        return 0 if run_shell(endpoint, output()) else 1
    if as_json:
        from app.cli.statements import rows_of

        print_json(rows_of(endpoint, command))
        return 0
    return 0 if run_statement(endpoint, command, output()) else 1


def _server() -> LocalServer:
    from app.cli.local import local_server
    from app.settings import load_settings

    return local_server(load_settings())


def _shown(found: ServerStatus) -> dict[str, object]:
    return {
        "state": found.state.value,
        "uri": found.uri,
        "version": found.version,
        "pid": found.pid,
        "started": None if found.started is None else found.started.isoformat(timespec="seconds"),
        "home": str(found.home),
    }
