"""Flows under another name, piece by piece with their sources; and relationship types with other ends."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.changes import DeleteRelationship, UpsertAsset, UpsertRelationship
from graph.database import Database
from migrations import DataInTheWay, Project, forecast, retreat, status
from migrations.steps import flows
from migrations.steps.flows import pieces
from tests.migrations.running import ask
from tests.migrations.test_succession import edited, finish, held, pump, run, write
from tests.migrations.test_undoing import back, everything, schema

__all__ = ["held"]

DRAWN = (
    "MATCH (a:Asset)-[r]->(b:Asset) RETURN type(r), a._id, b._id, r.key, properties(r)['delay'] ORDER BY a._id, b._id"
)
SOURCES = "MATCH (a:Asset) WHERE a._sourceOf IS NOT NULL RETURN a._id, a._sourceOf ORDER BY a._id"

ends = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), max_size=12)


@settings(max_examples=50)
@given(ends)
def test_pieces_share_no_asset_and_nothing_connects_them(drawn: list[tuple[str, str]]) -> None:
    found = pieces(drawn)

    place = {asset: number for number, (assets, _) in enumerate(found) for asset in assets}
    assert sum(len(assets) for assets, _ in found) == len(place) == len({end for each in drawn for end in each})
    assert all(place[source] == place[target] for source, target in drawn)
    assert sum(number for _, number in found) == len(drawn)
    for assets, _ in found:  # each hangs together: from any asset all others are reached
        reached, grown = {min(assets)}, True
        while grown:
            more = {end for each in drawn if reached & set(each) for end in each}
            grown, reached = not more <= reached, reached | more
        assert reached == assets


@settings(max_examples=50)
@given(ends)
def test_pages_are_whole_pieces_in_their_order(drawn: list[tuple[str, str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(flows, "AT_ONCE", 3)
        pages = flows.paged(drawn)

    found = {min(assets): (assets, number) for assets, number in pieces(drawn)}
    assert [each.last for each in pages] == sorted(each.last for each in pages)
    firsts = [[first for first in sorted(found) if found[first][0] <= page.assets] for page in pages]
    assert [first for within in firsts for first in within] == sorted(found)
    for page, within in zip(pages, firsts, strict=True):
        assert page.assets == set().union(*(found[first][0] for first in within))
        assert page.last == within[-1]
        assert len(within) == 1 or sum(found[first][1] for first in within) <= 3


def renamed(project: Project) -> Project:
    file = project.path / "ontology.yaml"
    file.write_text(file.read_text().replace("sourceOf: [PIPE]", "sourceOf: [DUCT]"))
    return edited(project, "  PIPE:\n", "  DUCT:\n")


@pytest.fixture
async def piped(project: Project, held: Database) -> Project:
    """Two pieces: a reservoir with two pumps, and a pump that is a source itself with another."""
    await write(
        held,
        UpsertAsset(id="W", type="Reservoir", name="W"),
        pump(3, ratedFlow=1.0),
        UpsertAsset(id="P-2", type="Pump", source_of=("PIPE",)),
        UpsertRelationship(type="PIPE", source="W", target="P-0", properties={"delay": "PT5M"}),
        UpsertRelationship(type="PIPE", source="P-0", target="P-1", key="a"),
        UpsertRelationship(type="PIPE", source="P-2", target="P-3"),
    )
    return project


@pytest.mark.neo4j
async def test_a_flow_goes_on_under_another_name(
    piped: Project, held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, drawn, objects = await everything(held), await ask(held, DRAWN), await schema(held)
    monkeypatch.setattr(flows, "AT_ONCE", 1)  # each piece by itself
    later = renamed(piped)
    assert (await run(later, held)).objects == 0
    planned = await forecast(later, held, complete=True)

    ended = await finish(later, held)

    assert {each.step: each.objects for each in planned.efforts} == {
        "name sources of PIPE as those of DUCT": 1,
        "rewire PIPE as DUCT": 3,
        "name sources of PIPE no more": 1,
    }
    assert (ended.objects, ended.hash, planned.breaches) == (5, later.desired.hash, ())
    assert await ask(held, DRAWN) == [["DUCT", *row[1:]] for row in drawn]
    assert await ask(held, SOURCES) == [["P-2", ["DUCT"]]]
    log = await ask(
        held, "MATCH (c:_Change) WHERE c.operation CONTAINS 'rewire' RETURN c.entryCount ORDER BY c.revision"
    )
    assert log == [[4], [2]]  # a piece is one change set: what goes and what comes

    await back(later, held)

    assert await ask(held, DRAWN) == drawn
    assert await everything(held) == before
    assert await schema(held) == objects


@pytest.mark.neo4j
@pytest.mark.long
async def test_a_piece_that_is_too_large_is_told_before(
    piped: Project, held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(flows, "LARGEST", 1)
    later = renamed(piped)
    await run(later, held)

    with pytest.raises(DataInTheWay) as refused:
        await finish(later, held)

    assert [each.actual for each in refused.value.problems] == ["1 asset, e.g. P-0 of tenant site"]
    assert [row[0] for row in await ask(held, DRAWN)] == ["PIPE", "PIPE", "PIPE"]


@pytest.mark.neo4j
@pytest.mark.long
async def test_a_piece_that_has_grown_too_large_is_told_before_it_is_taken_back(
    piped: Project, held: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = renamed(piped)
    await run(later, held)
    await finish(later, held)
    await write(held, UpsertRelationship(type="DUCT", source="P-1", target="P-2"))
    monkeypatch.setattr(flows, "LARGEST", 3)
    told = await retreat(later, held)

    with pytest.raises(DataInTheWay) as refused:
        await back(later, held)

    (problem,) = refused.value.problems
    assert (problem.place, problem.actual) == ("DUCT", "1 asset, e.g. P-0 of tenant site")
    assert told.stages[0].in_the_way == (problem,)
    assert (await status(later, held)).current
    assert [row[0] for row in await ask(held, DRAWN)] == ["DUCT"] * 4
    monkeypatch.setattr(flows, "LARGEST", 4)
    await back(later, held)
    assert [row[0] for row in await ask(held, DRAWN)] == ["PIPE"] * 4


@pytest.mark.neo4j
@pytest.mark.long
async def test_a_relationship_type_gets_other_ends(project: Project, held: Database) -> None:
    generator = UpsertAsset(id="G", type="Generator", name="G")
    await write(
        held,
        generator,
        UpsertRelationship(type="POWERS", source="G", target="P-0"),
        UpsertRelationship(type="POWERS", source="P-0", target="P-1"),
    )
    before, drawn = await everything(held), await ask(held, DRAWN)
    powers = "    inverse: POWERED_BY\n    from: [Equipment]\n    to: [Equipment]\n"
    later = edited(project, powers, "    inverse: POWERED_BY\n    from: [Generator]\n    to: [Pump]\n")
    await run(later, held)
    planned = await forecast(later, held, complete=True)

    with pytest.raises(DataInTheWay) as refused:
        await finish(later, held)

    (problem,) = refused.value.problems
    assert (problem.place, problem.actual) == ("POWERS", "1 relationship, e.g. P-0 -> P-1 of tenant site")
    assert [breach.problem.actual for _, breach in planned.breaches] == [problem.actual]
    await write(held, DeleteRelationship(type="POWERS", source="P-0", target="P-1"))
    assert (await finish(later, held)).hash == later.desired.hash
    await back(later, held)
    assert await everything(held) == before
    assert await ask(held, DRAWN) == [row for row in drawn if row[1] != "P-0"]
