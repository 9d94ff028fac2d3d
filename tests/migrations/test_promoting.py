"""Values become assets of their own, and assets values again; what can't be kept is told before."""

from __future__ import annotations

import signal

import pytest

from graph.changes import DeleteAsset, ExternalId, UpsertAsset, UpsertRelationship
from graph.database import Database
from migrations import DataInTheWay, MigrationInvalid, Project, check, forecast, open_questions, plan, resume, status
from migrations.making import Answers
from migrations.operations import promoted_id
from migrations.progress import Step
from tests.migrations.running import QUICK, ask, kill_at
from tests.migrations.test_succession import edited, finish, held, pump, run, write
from tests.migrations.test_undoing import back, everything, schema
from tests.servers import Server

__all__ = ["held"]

MAKER = "      maker: { datatype: string, indexed: true }\n"
FLOW = "      ratedFlow: { id: type:Pump/ratedFlow,"
TYPES = "  Manufacturer: {}\n\nrelationshipTypes:\n  MADE_BY: { inverse: MAKES, from: [Pump], to: [Manufacturer] }\n"
DRAWN = "MATCH (a)-[r:MADE_BY]->(b) RETURN a._id, b.name, b._id ORDER BY a._id"
MAKERS = "MATCH (p:Pump) RETURN p._id, properties(p)['maker'] ORDER BY p._id"
EVERY_END = "MATCH (a:Asset)-[r]->(b:Asset) RETURN type(r), a._id, b._id ORDER BY type(r), a._id, b._id"


def with_makers(project: Project) -> Project:
    return edited(project, FLOW, f"{MAKER}{FLOW}")


def promoted(project: Project) -> Project:
    """Let the maker become an asset of its own."""
    file = project.path / "ontology.yaml"
    text = file.read_text()
    (line,) = [each for each in text.splitlines(keepends=True) if each.startswith("      maker:")]
    file.write_text(text.replace(line, ""))
    answers = Answers(successors={("Pump", "maker"): "MADE_BY"})
    return edited(project, "relationshipTypes:\n", TYPES, answers)


def demoted(project: Project) -> Project:
    """Let the maker be a value again."""
    file = project.path / "ontology.yaml"
    text = file.read_text()
    start = text.index("  Manufacturer:")
    text = text[:start].rstrip() + "\n\n" + text[text.index("relationshipTypes:") :]
    start = text.index("  MADE_BY:")
    file.write_text(text[:start] + text[text.index("  # The hierarchy") :])
    answers = Answers(successors={("Pump", "MADE_BY"): "maker"})
    return edited(project, FLOW, f"{MAKER}{FLOW}", answers)


@pytest.fixture
async def made(project: Project, held: Database) -> Project:
    """The project with makers of pumps: two of one, one of another."""
    project = with_makers(project)
    await run(project, held)
    await write(held, *(pump(number, maker=maker) for number, maker in enumerate(("KSB", "Wilo", "KSB"))))
    return project


def test_what_becomes_what_is_asked_and_written(project: Project) -> None:
    project = with_makers(project)
    file = project.path / "ontology.yaml"
    text = file.read_text()
    (line,) = [each for each in text.splitlines(keepends=True) if each.startswith("      maker:")]
    file.write_text(text.replace(line, "").replace("relationshipTypes:\n", TYPES))
    assert open_questions(Project.load(project.path)).lost == {("Pump", "maker"): ("MADE_BY",)}
    file.write_text(text)

    later = promoted(project)

    head = later.history["0003_change"]
    assert [each.operation.kind for each in head.contract] == ["promote_property"]
    assert head.contract[0].operation.written == {
        "type": "Pump",
        "property": "maker",
        "to": "Manufacturer",
        "by": "MADE_BY",
    }
    assert check(later) == ()
    back_again = demoted(later)
    assert [each.operation.kind for each in back_again.history["0004_change"].contract] == [
        "demote_property",
        "remove_relationship_type",
        "remove_asset_type",
    ]
    assert check(back_again) == ()


def test_what_does_not_fit_is_told_before(project: Project) -> None:
    later = promoted(with_makers(project))
    file = later.versions / "0003_change.yaml"
    file.write_text(file.read_text().replace("by: MADE_BY", "by: POWERS"))
    text = file.read_text()
    assert "by: POWERS" in text

    problems = check(Project.load(project.path))

    assert any("POWERS can't go between Pump and Manufacturer" in each.message for each in problems)


@pytest.mark.neo4j
async def test_values_become_assets(made: Project, held: Database) -> None:
    before, objects, drawn = await everything(held), await schema(held), await ask(held, EVERY_END)
    later = promoted(made)
    await run(later, held)
    assert await ask(held, MAKERS) == [["P-0", "KSB"], ["P-1", "Wilo"], ["P-2", "KSB"]]
    planned = await forecast(later, held, complete=True)

    ended = await finish(later, held)

    assert [(each.step, each.objects) for each in planned.efforts] == [
        ("promote Pump.maker to Manufacturer", ended.objects)
    ]
    assert (ended.objects, ended.hash, planned.breaches) == (8, later.desired.hash, ())
    ksb, wilo = (promoted_id("Manufacturer", name) for name in ("KSB", "Wilo"))
    assert await ask(held, DRAWN) == [["P-0", "KSB", ksb], ["P-1", "Wilo", wilo], ["P-2", "KSB", ksb]]
    assert await ask(held, MAKERS) == [["P-0", None], ["P-1", None], ["P-2", None]]
    assert await ask(held, "MATCH (e:_ExternalId)-->(m) RETURN e.system, e.id, m._id ORDER BY e.id") == [
        ["twin:Manufacturer", "KSB", ksb],
        ["twin:Manufacturer", "Wilo", wilo],
    ]

    await back(later, held)

    assert await everything(held) == before
    assert await schema(held) == objects
    assert await ask(held, EVERY_END) == drawn
    assert await ask(held, "MATCH (e:_ExternalId) RETURN count(e)") == [[0]]


@pytest.mark.long
@pytest.mark.neo4j
async def test_assets_become_values(made: Project, held: Database) -> None:
    later = promoted(made)
    await run(later, held)
    await finish(later, held)
    before, drawn = await everything(held), await ask(held, EVERY_END)
    later = demoted(later)
    await run(later, held)
    planned = await forecast(later, held, complete=True)

    ended = await finish(later, held)

    assert [each.objects for each in planned.efforts] == [ended.objects] == [3]
    assert await ask(held, MAKERS) == [["P-0", "KSB"], ["P-1", "Wilo"], ["P-2", "KSB"]]
    assert await ask(held, "MATCH (m:Manufacturer) RETURN count(m)") == [[0]]
    assert (ended.hash, (await status(later, held)).current) == (later.desired.hash, True)

    await back(later, held)

    assert await everything(held) == before
    assert await ask(held, EVERY_END) == drawn


@pytest.mark.neo4j
@pytest.mark.long
async def test_what_no_value_can_say_stands_in_the_way(made: Project, held: Database) -> None:
    later = promoted(made)
    await run(later, held)
    await finish(later, held)
    ksb, wilo = (promoted_id("Manufacturer", name) for name in ("KSB", "Wilo"))
    await write(
        held,
        UpsertRelationship(type="MADE_BY", source="P-0", target=wilo),
        UpsertAsset(id="M", type="Manufacturer", name="Nobody's"),
        UpsertAsset(id=ksb, type="Manufacturer", external_ids=()),
    )
    later = demoted(later)
    await run(later, held)
    planned = await forecast(later, held, complete=True)

    with pytest.raises(DataInTheWay) as refused:
        await finish(later, held)

    found = [(each.place, each.actual) for each in refused.value.problems]
    assert found == [
        ("Pump.maker", "1 asset, e.g. P-0 of tenant site"),
        ("Manufacturer", "1 asset, e.g. M of tenant site"),
    ]
    assert [breach.problem.actual for _, breach in planned.breaches] == [actual for _, actual in found]
    assert len(await ask(held, DRAWN)) == 4  # nothing was begun
    await write(held, UpsertRelationship(type="MADE_BY", source="P-1", target="M"), DeleteAsset(id=wilo))
    assert (await finish(later, held)).hash == later.desired.hash
    assert await ask(held, MAKERS) == [["P-0", "KSB"], ["P-1", "Nobody's"], ["P-2", "KSB"]]


@pytest.mark.neo4j
@pytest.mark.long
async def test_an_external_id_that_is_another_s_by_now_stays_there(made: Project, held: Database) -> None:
    later = promoted(made)
    await run(later, held)
    await finish(later, held)
    ((system, name),) = await ask(
        held, "MATCH (e:_ExternalId)-[:_IDENTIFIES]->(:Manufacturer {name: 'KSB'}) RETURN e.system, e.id"
    )
    later = demoted(later)
    await run(later, held)
    await finish(later, held)
    await write(held, UpsertAsset(id="P-0", type="Pump", external_ids=(ExternalId(system=str(system), id=str(name)),)))

    await back(later, held)

    assert await ask(held, "MATCH (m:Manufacturer) RETURN m.name ORDER BY m.name") == [["KSB"], ["Wilo"]]
    owners = f"MATCH (e:_ExternalId {{id: '{name}'}})-[:_IDENTIFIES]->(a) RETURN e.system, a._id"
    assert await ask(held, owners) == [[system, "P-0"]]


@pytest.mark.neo4j
@pytest.mark.long
async def test_what_was_made_of_a_value_and_changed_since_is_not_dropped(made: Project, held: Database) -> None:
    later = promoted(made)
    await run(later, held)
    await finish(later, held)
    ksb = promoted_id("Manufacturer", "KSB")
    await write(held, UpsertAsset(id=ksb, type="Manufacturer", name="KSB SE"))

    with pytest.raises(DataInTheWay) as refused:
        await back(later, held)

    assert [(each.place, each.actual) for each in refused.value.problems] == [
        ("Manufacturer", f"1 asset, e.g. {ksb} of tenant site")
    ]
    await write(held, DeleteAsset(id=ksb))
    await back(later, held)
    assert await ask(held, MAKERS) == [["P-0", "KSB"], ["P-1", "Wilo"], ["P-2", "KSB"]]


@pytest.mark.neo4j
@pytest.mark.long
async def test_a_promotion_that_is_killed_goes_on(made: Project, held: Database, own_server: Server) -> None:
    await write(held, *(pump(number, ratedFlow=1.0, maker=f"M{number % 3}") for number in range(3, 1203)))
    later = promoted(made)
    await run(later, held)

    assert kill_at(later, own_server, "complete", Step.PAGE, 1) == -signal.SIGKILL
    await resume(later, held, owner="a test", actor="tester", timing=QUICK)

    assert (await status(later, held)).current
    assert await ask(held, "MATCH (m:Manufacturer)<-[:MADE_BY]-(p) RETURN m.name, count(p) ORDER BY m.name") == [
        ["KSB", 2],
        ["M0", 400],
        ["M1", 400],
        ["M2", 400],
        ["Wilo", 1],
    ]


@pytest.mark.neo4j
@pytest.mark.long
async def test_a_version_that_does_not_fit_is_not_applied(made: Project, held: Database) -> None:
    later = promoted(made)
    file = later.versions / "0003_change.yaml"
    file.write_text(file.read_text().replace("by: MADE_BY", "by: POWERS"))

    with pytest.raises(MigrationInvalid):
        await plan(Project.load(later.path), held)
