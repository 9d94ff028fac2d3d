"""`twin serve` and `twin demo`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated

import typer

from app.cli.console import print_json, say
from app.cli.verbs import JsonFlag, add


def register(twin: typer.Typer) -> None:
    """Add the verbs."""
    add(twin, "serve", serve)
    add(twin, "demo", demo)


def serve(
    host: Annotated[str | None, typer.Option("--host", help="Default TWIN_HOST.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Default TWIN_PORT; 0 takes a free one.")] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="Processes.")] = 1,
    as_json: JsonFlag = False,
) -> None:
    """Serve GraphQL and REST until Ctrl-C; prints one line when it is ready.

    A local Neo4j is started and brought to the ontology first. A Neo4j named by TWIN_NEO4J_URI is left as it is: it
    needs `twin ontology apply` once.

    Examples:
        twin serve
        twin serve --host 0.0.0.0 --port 8080 --workers 2
    """
    from app.cli.local import found_endpoint
    from app.cli.opening import prepare
    from app.serve import serve as run
    from app.settings import load_settings

    given = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    settings = load_settings(**given)
    asyncio.run(prepare(settings))
    run(settings, workers=workers, find=found_endpoint, on_ready=_ready(as_json=as_json))


def demo(
    once: Annotated[bool, typer.Option("--once", help="End after the answer instead of serving.")] = False,
    as_json: JsonFlag = False,
) -> None:
    """Set up the campus on the local Neo4j, ask what a failure does, then serve it to this machine alone.

    Examples:
        twin demo
        twin demo --once
    """
    from app.cli.analysis.impact import print_impact
    from app.cli.local import found_endpoint
    from app.cli.opening import demonstrated
    from app.serve import serve as run
    from app.settings import Auth, load_settings

    settings = load_settings().changed(ontology=None)
    answer = asyncio.run(demonstrated(settings))
    if as_json:
        print_json(answer)
    else:
        print_impact(answer)
    if once:
        return
    if not as_json:
        say("\nServing the campus to this machine alone, without tokens; Ctrl-C ends it")
    run(settings.changed(auth=Auth.NONE), find=found_endpoint, on_ready=_ready(as_json=as_json))


def _ready(*, as_json: bool) -> Callable[[str], None]:
    def ready(url: str) -> None:
        print(f'{{"ready": "{url}"}}' if as_json else f"ready {url}", flush=True)

    return ready
