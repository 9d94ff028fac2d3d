"""Questions about impact: asked of the newest snapshot, kept while someone pages through the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from graph.access import Principal, operator
from graph.analysis import (
    BaselineUnavailable,
    CursorExpired,
    ImpactRequest,
    ImpactService,
    ListOf,
    LiveState,
    NewRelationship,
    PropertiesInvalid,
    StateProvider,
    page_of,
    pinned_analysis,
)
from graph.database import Database
from graph.errors import CursorInvalid, Forbidden, LimitExceeded, NotFound, UnknownType, ValueInvalid
from graph.identity import Tenant
from graph.impact import EXACTLY_DOWN, UNKNOWN, Baseline, Bounds, Failure, Level, SupplyRef
from graph.kernel import decode
from graph.ontology import parse_ontology
from graph.snapshot import SnapshotService
from tests.pumping import REVISION, cypher, pumping, seed

pytestmark = pytest.mark.neo4j

GRID_FAILS = ImpactRequest(failures=(Failure(asset="G"),))


class Hands:
    """A clock that stands until it is put forward."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def impact_service(
    database: Database, seconds: Hands | None = None, *, state: StateProvider | None = None
) -> ImpactService:
    ontology = pumping()
    snapshots = SnapshotService(database, ontology)
    return ImpactService(snapshots, lambda: ("0001_start", ontology), seconds=seconds or Hands(), state=state)


async def write_something(database: Database, tenant: Tenant) -> None:
    raised = cypher("MATCH (t:_Tenant {_tenant: $tenant}) SET t.revision = t.revision + 1")
    await database.write(tenant, lambda unit: unit.write(raised))


@pytest.fixture
async def asking(database: Database, tenant: Tenant) -> Principal:
    await seed(database, tenant)
    return operator(tenant)


async def test_an_answer_is_about_the_newest_revision(database: Database, asking: Principal) -> None:
    analysis = await impact_service(database).ask(asking, GRID_FAILS)
    assert analysis.revision == REVISION
    assert analysis.ontology_revision == "0001_start"
    assert [(each.asset, each.level, each.hops) for each in analysis.impacted()] == [
        ("P1", Level.DOWN, 1),
        ("P2", Level.DOWN, 1),
        ("S", Level.DOWN, 2),
    ]
    times = {each.asset: each.time_to_impact for each in analysis.impacted()}
    assert times == {"P1": timedelta(minutes=15), "P2": timedelta(0), "S": timedelta(minutes=15)}


async def test_lists_are_filtered_with_subtypes(database: Database, asking: Principal) -> None:
    analysis = await impact_service(database).ask(asking, GRID_FAILS)
    assert [each.asset for each in analysis.impacted(types=["Pump"])] == ["P1", "P2"]
    assert [each.asset for each in analysis.impacted(types=["Equipment"])] == ["P1", "P2", "S"]
    assert not analysis.impacted(levels=[Level.DEGRADED])
    with pytest.raises(UnknownType):
        analysis.impacted(types=["Submarine"])


async def test_counts_by_type_and_container(database: Database, asking: Principal) -> None:
    analysis = await impact_service(database).ask(asking, GRID_FAILS)
    assert analysis.by_type() == [("Pump", 2), ("Service", 1)]
    assert list(await analysis.by_container("Room")) == [("R1", 2), ("R2", 1)]
    assert list(await analysis.by_container("Space")) == [("B", 3), ("R1", 2), ("R2", 1)]


async def test_what_is_at_risk_is_computed_when_asked_for(database: Database, asking: Principal) -> None:
    analysis = await impact_service(database).ask(asking, ImpactRequest(failures=(Failure(asset="P1"),)))
    assert not analysis.impacted()
    assert list(await analysis.at_risk()) == ["S"]
    assert list(await analysis.at_risk(types=["Pump"])) == []


async def test_proofs_say_why(database: Database, asking: Principal) -> None:
    analysis = await impact_service(database).ask(asking, GRID_FAILS)
    proofs = await analysis.proofs(["S"])
    assert proofs["S"].decides.group.label == "pumps"
    assert [step.target for step in proofs["S"].path][-1] == "S"
    with pytest.raises(NotFound):
        await analysis.proofs(["B"])


async def test_what_if_relationships(database: Database, asking: Principal) -> None:
    impact = impact_service(database)
    removed = ImpactRequest(removed=(SupplyRef(type="POWERS", source="G", target="P2"),))
    assert [each.asset for each in (await impact.ask(asking, removed)).impacted()] == ["P2"]
    added = NewRelationship(type="POWERS", source="C", target="P1", properties={"delay": "PT1H"})
    request = ImpactRequest(failures=(Failure(asset="G"),), added=(added,))
    assert [each.asset for each in (await impact.ask(asking, request)).impacted()] == ["P2"]


async def test_symmetric_relationships_are_meant_from_either_end(database: Database, tenant: Tenant) -> None:
    """A closed switch replaces the open one, and a cable is cut, whichever end is named first."""
    ontology = parse_ontology(
        """
        format: twin-ontology/1
        name: cables
        assetTypes:
          Feed: {sourceOf: [CABLE]}
          Board: {}
        relationshipTypes:
          CABLE: {from: [Feed, Board], to: [Feed, Board], symmetric: true, impact: {direction: BOTH, kind: FLOW}}
        """
    )
    feed, board = "(:Asset:Feed {_id: 'a', ", "(:Asset:Board {_id: 'b', "
    own = "_tenant: $tenant, name: '', _rev: 1})"
    cable = "[:CABLE {_key: $tenant + 'cable', _rev: 1, open: $open}]"

    async def seeded(name: str, *, opened: bool) -> Principal:
        of = Tenant(f"{tenant[:28]}{name}")
        counter = "CREATE (:_Tenant {_tenant: $tenant, revision: 1}) "
        drawn = cypher(f"{counter} CREATE {feed}{own}-{cable.replace('$open', str(opened).lower())}->{board}{own}")
        await database.write(of, lambda unit: unit.write(drawn))
        return operator(of)

    impact = ImpactService(SnapshotService(database, ontology), lambda: ("1", ontology), seconds=Hands())
    reference = SupplyRef(type="CABLE", source="b", target="a")
    cable_again = NewRelationship(type="CABLE", source="b", target="a")
    cut = await impact.ask(await seeded("cut", opened=False), ImpactRequest(removed=(reference,)))
    assert [each.asset for each in cut.impacted()] == ["b"]
    closed = await impact.ask(await seeded("sw", opened=True), ImpactRequest(added=(cable_again,)))
    assert tuple(closed.answer.improved) == ("b",)
    assert len(decode(closed.answer.cases[0].after).relationships) == 1, "replaced, not doubled"


@pytest.mark.parametrize(
    ("added", "error", "place"),
    [
        (NewRelationship(type="PIPE", source="C", target="P1"), UnknownType, "addedRelationships[0]"),
        (NewRelationship(type="CONTAINS", source="R1", target="P1"), ValueInvalid, "addedRelationships[0].type"),
        (NewRelationship(type="POWERS", source="nobody", target="P1"), NotFound, "addedRelationships[0].from"),
        (NewRelationship(type="POWERS", source="C", target="R1"), ValueInvalid, "addedRelationships[0].to"),
        (
            NewRelationship(type="POWERS", source="C", target="P1", properties={"delay": "soon", "speed": 1}),
            PropertiesInvalid,
            "addedRelationships[0]",
        ),
    ],
)
async def test_wrong_relationships_are_refused_with_their_place(
    database: Database, asking: Principal, added: NewRelationship, error: type[Exception], place: str
) -> None:
    with pytest.raises(error) as refused:
        await impact_service(database).ask(asking, ImpactRequest(added=(added,)))
    assert getattr(refused.value, "place", None) == place


async def test_all_wrong_properties_are_told_at_once(database: Database, asking: Principal) -> None:
    added = NewRelationship(type="POWERS", source="C", target="P1", properties={"delay": "soon", "speed": 1})
    with pytest.raises(PropertiesInvalid) as refused:
        await impact_service(database).ask(asking, ImpactRequest(added=(added,)))
    assert {problem.property for problem in refused.value.problems} == {"delay", "speed"}


async def test_live_is_refused_while_there_is_no_state(database: Database, asking: Principal) -> None:
    with pytest.raises(BaselineUnavailable) as refused:
        await impact_service(database).ask(asking, ImpactRequest(baseline=Baseline.LIVE))
    assert refused.value.code == "BASELINE_UNAVAILABLE"


class KnownState:
    """A state provider that says what it is told, and how often it was asked."""

    def __init__(self, **own: Bounds) -> None:
        self.own = own
        self.version = 1

    async def live(self, tenant: Tenant) -> LiveState:
        return LiveState(version=str(self.version), own=self.own, notes=("1 channel is stale: P2 vibration",))


async def test_live_starts_from_what_the_state_says(database: Database, asking: Principal) -> None:
    state = KnownState(P1=EXACTLY_DOWN, gone=EXACTLY_DOWN)
    impact = impact_service(database, state=state)
    request = ImpactRequest(failures=(Failure(asset="P2"),), baseline=Baseline.LIVE)
    analysis = await impact.ask(asking, request)
    assert [(each.asset, each.level) for each in analysis.impacted()] == [("S", Level.DOWN)]
    assert list(analysis.answer.already_down) == ["P1"]
    assert analysis.answer.assumptions[0].startswith("Baseline LIVE: the own operability of 1 assets is from")
    assert analysis.answer.assumptions[-1] == "1 channel is stale: P2 vibration"
    nominal = await impact.ask(asking, replace(request, baseline=Baseline.NOMINAL))
    assert not nominal.impacted()


async def test_what_isn_t_known_is_known_by_its_bounds(database: Database, asking: Principal) -> None:
    impact = impact_service(database, state=KnownState(P1=UNKNOWN))
    failure = ImpactRequest(failures=(Failure(asset="P2"),), baseline=Baseline.LIVE)
    (service,) = (await impact.ask(asking, failure)).impacted()
    assert (service.asset, service.level, service.level_before) == ("S", Level.UNKNOWN, Level.OK)
    assert (service.after.lower, service.after.upper) == (0, 1_000_000)


async def test_another_state_is_another_analysis(database: Database, asking: Principal) -> None:
    state = KnownState(P1=EXACTLY_DOWN)
    impact = impact_service(database, state=state)
    request = ImpactRequest(failures=(Failure(asset="P2"),), baseline=Baseline.LIVE)
    first = await impact.ask(asking, request)
    assert await impact.ask(asking, request) is first
    state.own, state.version = {}, 2
    second = await impact.ask(asking, request)
    assert not second.impacted()
    with pytest.raises(CursorExpired):
        await impact.resume(asking, replace(request, maintenance=("C",)), first.id)
    assert await impact.resume(asking, request, first.id) is first


async def test_it_takes_the_scope_read(database: Database, tenant: Tenant) -> None:
    with pytest.raises(Forbidden):
        await impact_service(database).ask(Principal(name="n", tenant=tenant, scopes=frozenset()), GRID_FAILS)


async def test_the_same_question_is_answered_once(database: Database, asking: Principal) -> None:
    impact = impact_service(database)
    assert await impact.ask(asking, GRID_FAILS) is await impact.ask(asking, GRID_FAILS)


async def test_a_cursor_pins_its_analysis(database: Database, asking: Principal) -> None:
    hands = Hands()
    impact = impact_service(database, hands)
    analysis = await impact.ask(asking, GRID_FAILS)
    impact.pin(analysis)
    await write_something(database, asking.tenant)
    hands.at = 9 * 60
    assert await impact.resume(asking, GRID_FAILS, analysis.id) is analysis
    assert (await impact.ask(asking, GRID_FAILS)).revision == REVISION + 1


async def test_a_cursor_of_another_process_serves_while_nothing_was_written(
    database: Database, asking: Principal
) -> None:
    analysis = await impact_service(database).ask(asking, GRID_FAILS)
    again = await impact_service(database).resume(asking, GRID_FAILS, analysis.id)
    assert again.id == analysis.id


async def test_an_analysis_that_is_gone_is_told(database: Database, asking: Principal) -> None:
    analysis = await impact_service(database).ask(asking, GRID_FAILS)
    await write_something(database, asking.tenant)
    with pytest.raises(CursorExpired):
        await impact_service(database).resume(asking, GRID_FAILS, analysis.id)


async def test_no_tenant_resumes_the_analysis_of_another(database: Database, asking: Principal, tenant: Tenant) -> None:
    impact = impact_service(database)
    empty = ImpactRequest()
    analysis = await impact.ask(asking, empty)
    with pytest.raises(CursorExpired):
        await impact.resume(operator(Tenant(f"{tenant}b"[:32])), empty, analysis.id)


async def test_a_cursor_belongs_to_its_question(database: Database, asking: Principal) -> None:
    impact = impact_service(database)
    analysis = await impact.ask(asking, GRID_FAILS)
    with pytest.raises(CursorExpired):
        await impact.resume(asking, ImpactRequest(failures=(Failure(asset="P1"),)), analysis.id)


def test_pages_go_through_a_list_once() -> None:
    of = ListOf(analysis="a1", name="impacted")
    items = list(range(7))
    seen: list[int] = []
    after = None
    while True:
        page = page_of(items, of, first=3, after=after)
        seen += page.items
        assert page.total == 7
        assert page.has_previous == (after is not None)
        if not page.has_next:
            break
        after = page.cursor(len(page.items) - 1)
        assert pinned_analysis(after) == "a1"
    assert seen == items


def test_a_cursor_serves_one_list() -> None:
    cursor = page_of([1, 2], ListOf(analysis="a1", name="impacted"), first=1, after=None).cursor(0)
    with pytest.raises(CursorInvalid):
        page_of([1, 2], ListOf(analysis="a1", name="improved"), first=1, after=cursor)
    with pytest.raises(CursorInvalid):
        page_of([1, 2], ListOf(analysis="a1", name="impacted", filters=(("Pump",),)), first=1, after=cursor)
    with pytest.raises(CursorInvalid):
        pinned_analysis("nonsense")


def test_pages_have_a_ceiling() -> None:
    with pytest.raises(LimitExceeded):
        page_of([1], ListOf(analysis="a1", name="impacted"), first=1_000_000, after=None)
    with pytest.raises(ValueInvalid):
        page_of([1], ListOf(analysis="a1", name="impacted"), first=-1, after=None)


async def test_a_question_names_no_more_than_can_be_answered(asking: Principal, database: Database) -> None:
    many = ImpactRequest(failures=tuple(Failure(asset=f"A{number}") for number in range(501)))
    with pytest.raises(LimitExceeded, match="at most 500"):
        await impact_service(database).ask(asking, many)
