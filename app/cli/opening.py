"""What stands before serving: a database with an ontology, and for the demo the campus with its first question."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.cli.console import tell
from app.cli.data.loading import Ground, load_file
from app.cli.database import bare_database
from app.cli.local import found_endpoint
from app.cli.ontology.migrating import applied, project_of
from app.cli.opened import LocalGateway
from app.main import Twin, opened_twin
from app.settings import Settings
from examples.campus.generate import campus, encoded, site_code
from graph.access import Principal, operator
from graph.errors import Refused
from graph.identity import parse_tenant
from graph.reading.selection import AssetSelection
from migrations import Project, current_ontology

DEMO_SITE = site_code(0)
DEMO_FAILURE = f"{DEMO_SITE}-ATS-M"


class DemoRefused(Refused):
    """The tenant holds something else than the campus."""

    code = "DEMO_REFUSED"


class NothingToServe(Refused):
    """A Neo4j named in the settings holds no ontology; it isn't ours to change unasked."""

    code = "ONTOLOGY_MISSING"


async def prepare(settings: Settings) -> None:
    """Bring the local Neo4j to the ontology of the settings; one named there has to hold an ontology already.

    Raises NothingToServe, DatabaseUnavailable, and what a migration raises.
    """
    if settings.neo4j_uri is None:
        await _migrate(settings, project_of(settings))
        return
    async with bare_database(settings) as database:
        if await current_ontology(database) is None:
            raise NothingToServe(
                f"The database at {settings.neo4j_uri} holds no ontology yet",
                expected="a database that `twin ontology apply` has run on",
                actual="no ledger of migrations",
                hint="`twin ontology plan` shows what it would do there, `twin ontology apply` does it",
            )


async def demonstrated(settings: Settings) -> Mapping[str, Any]:
    """Set up the campus, load it, and answer what the failure of its most telling transfer switch does.

    Raises DemoRefused where the tenant holds data of its own.
    """
    await _migrate(settings, Project.bundled())
    async with opened_twin(settings, find=found_endpoint) as twin:
        principal = operator(parse_tenant(settings.tenant))
        await _refuse_other_data(twin, principal)
        file = await asyncio.to_thread(_campus_file, settings.data_dir)
        ground = Ground(principal=principal, ontology=twin.in_force.ontology(), loader=twin.services.loader)
        report = await load_file(ground, file, file.with_suffix(".refused.ndjson"))
        total = report.assets_created + report.assets_updated
        tell(f"campus: {report.lines} lines checked, {total} assets written")
        return await LocalGateway(twin).impact({"failures": [{"asset": DEMO_FAILURE}]}, first=100)


async def _migrate(settings: Settings, project: Project) -> None:
    done = await applied(settings, project)
    if done.changed:
        tell(f"ontology: {done.revision} applied")


def _campus_file(folder: Path) -> Path:
    """Write the bundled campus and return its file; the same bytes every time."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "campus.ndjson"
    file.write_bytes(b"".join(encoded(line) for line in campus()))
    return file


async def _refuse_other_data(twin: Twin, principal: Principal) -> None:
    """Raise DemoRefused where the tenant holds assets, but not the campus."""
    selection = AssetSelection(fields=())
    revision = await twin.services.reading.revision(principal)
    if revision and await twin.services.reading.asset(principal, DEMO_SITE, selection) is None:
        raise DemoRefused(
            f"Tenant {principal.tenant!r} holds data of its own",
            expected="a tenant without data, or with the campus",
            hint="`TWIN_TENANT=demo twin demo` tries the campus beside it",
        )
