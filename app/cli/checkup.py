"""What `twin doctor` looks at: the Neo4j, the address of the service, the ontology with its constraints."""

from __future__ import annotations

import asyncio
import socket

import migrations
from app.cli.local import local_server, named_endpoint
from app.cli.ontology.migrating import project_of
from app.settings import Settings
from graph.clock import SystemClock
from graph.database import connect
from graph.database.local import Endpoint, Finding, diagnose, diagnose_endpoint
from graph.errors import TwinError
from migrations import Status


def examined(settings: Settings) -> list[Finding]:
    """Look at everything that the settings lead to, changing and starting nothing."""
    named = named_endpoint(settings)
    neo4j = diagnose(local_server(settings)) if named is None else diagnose_endpoint(named, SystemClock())
    if named is not None and not all(finding.ok for finding in neo4j):
        return [*neo4j, _service_port(settings)]
    return [*neo4j, _service_port(settings), *_ontology(settings, named)]


def _service_port(settings: Settings) -> Finding:
    """Look whether `twin serve` could listen; a service of ours that runs there already is no fault."""
    where = f"{settings.host}:{settings.port}"
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        with socket.create_server((settings.host, settings.port), family=family):
            return Finding(name="service port", ok=True, seen=f"{where} is free")
    except OSError as error:
        return Finding(
            name="service port",
            ok=True,
            seen=f"{where} can't be listened at: {error.strerror or error}",
            advice="Perhaps `twin serve` runs already; else set TWIN_PORT to another port (0 takes a free one)",
        )


def _ontology(settings: Settings, named: Endpoint | None) -> list[Finding]:
    """Look at the ontology and its constraints where a database answers; a stopped local server stays stopped."""
    try:
        endpoint = named or _running(settings)
        if endpoint is None:
            return [_not_set_up(settings)]
        return asyncio.run(_stored(settings, endpoint))
    except TwinError as error:
        return [Finding(name="ontology", ok=False, seen=str(error), advice=error.hint)]


def _running(settings: Settings) -> Endpoint | None:
    server = local_server(settings)
    return server.endpoint() if server.status().uri is not None else None


def _not_set_up(settings: Settings) -> Finding:
    used = (settings.data_dir / "neo4j" / "data").exists()
    seen = "not looked at: the local Neo4j is stopped" if used else "not set up yet"
    advice = (
        "`twin neo4j start` starts it, and so does whatever needs it"
        if used
        else "`twin demo` begins with the bundled campus, `twin neo4j start` with an empty Neo4j"
    )
    return Finding(name="ontology", ok=True, seen=seen, advice=advice)


async def _stored(settings: Settings, endpoint: Endpoint) -> list[Finding]:
    project = project_of(settings)
    database = connect(endpoint.uri, user=endpoint.user, password=endpoint.password, database=endpoint.database)
    try:
        found = await migrations.status(project, database)
    finally:
        await database.close()
    return [_revision(found), _schema(found)]


def _revision(found: Status) -> Finding:
    if found.problem is not None:
        advice = found.problem.hint or "`twin ontology status` tells more"
        return Finding(name="ontology", ok=False, seen=found.problem.message, advice=advice)
    if found.revision is None:
        advice = "`twin ontology apply` brings it, `twin demo` and `twin serve` do so on the local Neo4j"
        return Finding(name="ontology", ok=True, seen="not set up yet: the database holds none", advice=advice)
    unfit = [
        f"{len(each)} {word}: {', '.join(each)}"
        for word, each in (("pending", found.pending), ("edited since", found.edited), ("unknown here", found.unknown))
        if each
    ]
    seen = f"{found.ontology} at {found.revision}"
    if not unfit:
        return Finding(name="ontology", ok=True, seen=seen)
    advice = "`twin ontology plan` shows what `twin ontology apply` would do"
    return Finding(name="ontology", ok=False, seen=f"{seen}; {'; '.join(unfit)}", advice=advice)


def _schema(found: Status) -> Finding:
    missing = ", ".join(each.name for each in found.missing)
    unready = ", ".join(found.unready)
    if missing:
        advice = "`twin ontology apply` makes what is missing"
        return Finding(name="constraints", ok=False, seen=f"missing: {missing}", advice=advice)
    if unready:
        advice = "Neo4j fills indexes by itself; if they stay so, its log says why"
        return Finding(name="constraints", ok=False, seen=f"not online: {unready}", advice=advice)
    seen = "none yet" if found.revision is None else "all there"
    return Finding(name="constraints", ok=True, seen=seen)
