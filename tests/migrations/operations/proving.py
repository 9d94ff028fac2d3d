"""There and back: a version applied, completed and taken back, and what must be true at each of these points."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graph.access import operator
from graph.bulk import Exporter
from graph.changes import Change, ChangeService, ChangeSet, UpsertAsset
from graph.clock import SystemClock, epoch_micros
from graph.database import Database
from graph.identity import parse_tenant
from graph.ontology.model import Ontology
from graph.state import Event, StateService, Taken, Value
from migrations import Project, complete, forecast, plan, rollback, status
from migrations.drift import drift
from migrations.effects import replay
from migrations.files import Migration, history_of, read_migration, write_migration
from migrations.making import differing
from migrations.operations import Operation, Phase
from tests.migrations.operations.worlds import TENANTS, Definition
from tests.migrations.running import QUICK, ask
from tests.migrations.test_succession import in_force, run

FIRST: Final = "0001_start"
SECOND: Final = "0002_change"
_ZEROS: Final = f"sha256:{'0' * 64}"
_OF_TENANTS: Final = (
    "Asset",
    "_Tenant",
    "_Change",
    "_AssetCount",
    "_ExternalId",
    "_State",
    "_StateChange",
    "_StateCounter",
)
_CHANNEL: Final = "vibration"
_RAW: Final = """
MATCH (n) WHERE n:Asset OR n:_Ontology OR (n:_AssetCount AND n.count > 0) OR n:_State OR n:_ExternalId
RETURN labels(n), properties(n)
"""
_DRAWN: Final = """
MATCH (a:Asset)-[r]->(b:Asset)
RETURN type(r), a._id, b._id, properties(r)
"""
_SCHEMA: Final = ("SHOW INDEXES YIELD name RETURN name", "SHOW CONSTRAINTS YIELD name RETURN name")
DATA: Final = f"MATCH (n:{'|'.join(_OF_TENANTS)}) DETACH DELETE n"
"""What takes away all that tenants have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """All that can be told from outside of a database: what is exported of each tenant, what is stored, its schema."""

    exported: Mapping[str, bytes]
    stored: Sequence[str]
    schema: Sequence[str]


async def standing(database: Database) -> Standing:
    """How the database stands now; revisions of assets left out, for they only grow."""
    held = await in_force(database)
    exported: dict[str, bytes] = {}
    for tenant in TENANTS:
        lines: list[bytes] = []
        await Exporter(database, lambda: held).export(operator(parse_tenant(tenant)), lines.append)
        exported[tenant] = b"".join(lines)
    rows = [*await ask(database, _RAW), *await ask(database, _DRAWN)]
    names = [row for text in _SCHEMA for row in await ask(database, text)]
    return Standing(exported=exported, stored=_sorted(rows), schema=_sorted(names))


def _sorted(rows: Sequence[Sequence[object]]) -> list[str]:
    return sorted(json.dumps([_plain(part) for part in row], default=str, ensure_ascii=False) for row in rows)


def _plain(part: object) -> object:
    """Labels and properties in one order, whatever order they were written in."""
    if isinstance(part, dict):
        return {key: part[key] for key in sorted(part) if key != "_rev"}
    return sorted(part) if isinstance(part, list) else part


def begun(folder: Path, ontology: Ontology) -> Project:
    """A project whose first version makes an ontology."""
    steps = {Phase.EXPAND: differing(None, ontology).expand}
    first = _written(FIRST, None, ontology.hash, [], steps)
    return Project(path=folder, desired=ontology, history=history_of((first,)))


def changed(project: Project, steps: Mapping[Phase, Sequence[Operation]]) -> Project:
    """The project with a second version, that does `steps`; hashes as `make` would have written them."""
    first = project.history[FIRST]
    tried = history_of((first, _written(SECOND, first.after, _ZEROS, [FIRST], steps)))
    after = replay(tried, tried.order)
    second = _written(SECOND, first.after, after.hash, [FIRST], steps)
    return Project(path=project.path, desired=after, history=history_of((first, second)))


def _written(
    revision: str, before: str | None, after: str, parents: list[str], steps: Mapping[Phase, Sequence[Operation]]
) -> Migration:
    header: Definition = {"revision": revision, "parents": parents, "from": before, "to": after, "message": "tried"}
    return read_migration(write_migration(header, steps, comment="Made."), file=f"{revision}.yaml")


async def written(database: Database, ontology: Ontology, data: Mapping[str, Sequence[Change]]) -> None:
    """Write what tenants are to have, all at once as any caller would; and tell a state of whatever has the channel."""
    for tenant, changes in data.items():
        if not changes:
            continue
        principal = operator(parse_tenant(tenant))
        service = ChangeService(database, lambda: ontology, SystemClock())
        await service.apply(principal, ChangeSet(changes=tuple(changes)))
        states = StateService(database, lambda: ontology, SystemClock())
        receipt = await states.ingest(principal, _events(ontology, changes))
        await states.close()
        assert all(isinstance(each, Taken) for each in receipt.outcomes), receipt.outcomes


def _events(ontology: Ontology, changes: Sequence[Change]) -> list[Event]:
    now = epoch_micros(SystemClock().now())
    measured = [
        each
        for each in changes
        if isinstance(each, UpsertAsset) and _CHANNEL in ontology.asset_type(each.type).channels
    ]
    return [
        Event(asset=each.id, time=now, source="test", id=each.id, values=(Value(channel=_CHANNEL, value=float(place)),))
        for place, each in enumerate(measured)
    ]


async def there_and_back(project: Project, database: Database) -> None:
    """Apply, complete and take back the second version; counts, data and the graph of before are as promised."""
    before = await standing(database)
    applied = await _applied(project, database)
    if project.history[SECOND].contract:
        assert applied == SECOND, "what is taken away waits for `complete`"
        await _completed(project, database)
    now = await status(project, database)
    assert (now.hash, now.current) == (project.desired.hash, True)

    back = await rollback(project, database, owner="a test", actor="tester", timing=QUICK)

    assert (back.migrations, back.revision) == ((SECOND,), FIRST)
    after = await standing(database)
    assert after.exported == before.exported
    assert after.stored == before.stored
    assert after.schema == before.schema
    assert await _drifting(database) == []


async def _applied(project: Project, database: Database) -> str | None:
    planned = await forecast(project, database)
    assert ([*planned.breaches, *planned.later], planned.unmet) == ([], ())
    done = await run(project, database)
    assert done.objects == sum(each.objects for each in planned.efforts), planned.efforts
    assert done.commands == len(planned.plan.commands)
    assert await _drifting(database) == []
    return done.waiting


async def _completed(project: Project, database: Database) -> None:
    planned = await forecast(project, database, complete=True)
    assert planned.breaches == ()
    done = await complete(project, database, owner="a test", actor="tester", timing=QUICK)
    assert done.objects == sum(each.objects for each in planned.efforts), planned.efforts
    assert done.commands == len(planned.plan.commands)
    assert await _drifting(database) == []
    assert (await plan(project, database)).empty


async def _drifting(database: Database) -> list[Any]:
    """What in the database is not as the ontology says that is in force: nothing, at any time."""
    found = await drift(database)
    return [each for each in found.findings if not each.meaning.note]
