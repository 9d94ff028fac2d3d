"""A type under a new name: both find the same assets until it is completed, and there is a way back."""

from __future__ import annotations

import signal

import pytest

from graph.changes import DeleteAsset, UpsertAsset
from graph.database import Database
from graph.errors import ChangesRefused
from migrations import MigrationRefused, Project, abort, forecast, make, resume, status
from migrations.ledger import read_facts
from migrations.progress import Step
from tests.migrations.running import QUICK, ask, kill_at
from tests.migrations.test_succession import finish, held, pump, pumps, run, write
from tests.migrations.test_undoing import back, everything, schema
from tests.servers import Server

pytestmark = pytest.mark.neo4j
__all__ = ["held"]

TYPES = "MATCH (a:Asset) WHERE a._id STARTS WITH 'P-' RETURN a._id, labels(a) ORDER BY a._id"
COUNTS = "MATCH (n:_AssetCount) WHERE n.count > 0 RETURN n.type, n.count ORDER BY n.type"


def renamed(project: Project, **names: str) -> Project:
    """Give types other names wherever the document names them; ids stay."""
    file = project.path / "ontology.yaml"
    text = file.read_text()
    for old, new in names.items():
        text = text.replace(f"  {old}:", f"  {new}:").replace(f"[{old}]", f"[{new}]").replace(f", {old}]", f", {new}]")
    file.write_text(text)
    made = make(Project.load(project.path), "Rename")
    assert made is not None
    assert not made.more
    return Project.load(project.path)


async def labels(database: Database) -> list[set[str]]:
    return [set(found) - {"Asset"} for _, found in await ask(database, TYPES)]  # type: ignore[call-overload]


async def test_both_names_find_the_same_until_it_is_completed(project: Project, held: Database) -> None:
    before, made = await everything(held), await schema(held)
    later = renamed(project, Pump="CentrifugalPump", Equipment="Device")

    applied = await run(later, held)

    assert applied.waiting == "0002_rename"
    await write(held, pump(3, ratedFlow=3.0))  # as consumers of before do
    assert await labels(held) == [{"Pump", "CentrifugalPump", "Equipment", "Device"}] * 4
    with pytest.raises(ChangesRefused, match="1 problem"):
        await write(held, UpsertAsset(id="P-4", type="CentrifugalPump", properties={"ratedFlow": 1.0}))
    assert (await forecast(later, held, complete=True)).breaches == ()

    ended = await finish(later, held)

    assert ended.hash == later.desired.hash
    assert await labels(held) == [{"CentrifugalPump", "Device"}] * 4
    assert await ask(held, COUNTS) == [["CentrifugalPump", 4]]
    await write(held, UpsertAsset(id="P-4", type="CentrifugalPump", properties={"ratedFlow": 1.0}))
    assert (await status(later, held)).current

    await back(later, held)

    assert await labels(held) == [{"Pump", "Equipment"}] * 5
    assert await ask(held, COUNTS) == [["Pump", 5]]
    await write(held, DeleteAsset(id="P-3"), DeleteAsset(id="P-4"))
    assert await everything(held) == before
    assert await schema(held) == made


@pytest.mark.long
@pytest.mark.parametrize("step", [Step.PAGE, Step.EXPANDED, Step.APPLIED])
async def test_a_run_that_is_killed_goes_on(project: Project, held: Database, own_server: Server, step: Step) -> None:
    later = renamed(project, Pump="CentrifugalPump")

    assert kill_at(later, own_server, "apply", step, 0) == -signal.SIGKILL
    await run(later, held)
    assert kill_at(later, own_server, "complete", Step.PAGE, 1) == -signal.SIGKILL  # as the old label goes
    assert await pumps(held) == []
    await resume(later, held, owner="a test", actor="tester", timing=QUICK)

    assert await labels(held) == [{"CentrifugalPump", "Equipment"}] * 3
    assert (await status(later, held)).current
    with pytest.raises(MigrationRefused, match="under way"):
        await resume(later, held, owner="a test", actor="tester", timing=QUICK)


async def test_a_rename_is_a_version_of_its_own(project: Project) -> None:
    file = project.path / "ontology.yaml"
    text = file.read_text()
    file.write_text(text.replace("  Pump:", "  CentrifugalPump:"))
    text = file.read_text()
    file.write_text(text.replace("      ratedFlow: {", "      stages: { datatype: int }\n      ratedFlow: {"))

    first = make(Project.load(project.path), "Rename and add")
    second = make(Project.load(project.path), "Rename and add")

    assert first is not None
    assert second is not None
    assert [each.kind for each in first.operations] == ["rename_asset_type"]
    assert [each.kind for each in second.operations] == ["add_property"]
    assert (first.more, second.more) == (True, False)
    assert make(Project.load(project.path), "Nothing") is None


@pytest.mark.long
async def test_what_is_killed_while_labels_go_is_not_begun_anew(
    project: Project, held: Database, own_server: Server
) -> None:
    later = renamed(project, Pump="CentrifugalPump")
    await run(later, held)
    await finish(later, held)

    assert kill_at(later, own_server, "rollback", Step.PAGE, 3) == -signal.SIGKILL
    for _ in range(3):  # through the labels that come back, and those that go
        if not (await read_facts(held)).records[0].under_way:
            break
        await resume(later, held, owner="a test", actor="tester", timing=QUICK)
    while (await status(later, held)).applied != ("0001_start",):
        await back(later, held)

    assert await labels(held) == [{"Pump", "Equipment"}] * 3
    assert (await status(later, held)).pending == ("0002_rename",)


@pytest.mark.long
async def test_labels_given_ahead_go_with_who_gives_up(project: Project, held: Database, own_server: Server) -> None:
    later = renamed(project, Pump="CentrifugalPump")

    assert kill_at(later, own_server, "apply", Step.PAGE, 1) == -signal.SIGKILL
    assert await labels(held) == [{"Pump", "Equipment", "CentrifugalPump"}] * 3
    await abort(later, held, owner="a test", actor="tester", timing=QUICK)

    assert await labels(held) == [{"Pump", "Equipment"}] * 3
    assert not any(record.under_way for record in (await read_facts(held)).records)
