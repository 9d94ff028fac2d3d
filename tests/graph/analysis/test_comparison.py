"""Comparisons through their service: one snapshot, both analyses pinned, what is at risk, and proofs that fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from graph.access import Principal
from graph.analysis import Change, ComparisonService, CursorExpired, ImpactRequest, ImpactService
from graph.database import Database
from graph.errors import Forbidden
from graph.impact import Failure
from graph.snapshot import SnapshotService
from tests.graph.analysis.test_service import Hands, asking, write_something
from tests.pumping import REVISION, cypher, pumping

__all__ = ["asking"]

pytestmark = pytest.mark.neo4j

NOTHING = ImpactRequest()
GRID_FAILS = ImpactRequest(failures=(Failure(asset="G"),))
PUMP_FAILS = ImpactRequest(failures=(Failure(asset="P1"),))


class Asked:
    """Both services on snapshots of their own."""

    def __init__(self, database: Database) -> None:
        ontology = pumping()
        self.snapshots = SnapshotService(database, ontology)
        self.impact = ImpactService(self.snapshots, lambda: ("0001_start", ontology), seconds=Hands())
        self.comparisons = ComparisonService(self.impact)


async def test_both_are_answered_at_one_snapshot(database: Database, asking: Principal) -> None:
    asked = Asked(database)
    alone = await asked.impact.ask(asking, GRID_FAILS)
    asked.snapshots._keepers.clear()  # as if others had been asked for since
    found = await asked.comparisons.ask(asking, NOTHING, GRID_FAILS)
    assert found.before.snapshot is found.after.snapshot is not alone.snapshot
    assert found.revision == REVISION
    assert [each.asset for each in found.changed(Change.NEWLY_IMPACTED)] == ["P1", "P2", "S"]


async def test_a_comparison_is_kept_whatever_is_written(database: Database, asking: Principal) -> None:
    asked = Asked(database)
    found = await asked.comparisons.ask(asking, NOTHING, GRID_FAILS)
    asked.comparisons.pin(found)
    await write_something(database, asking.tenant)
    again = await asked.comparisons.resume(asking, NOTHING, GRID_FAILS, found.id)
    assert again is found
    newer = await asked.comparisons.ask(asking, NOTHING, GRID_FAILS)
    assert newer.revision == REVISION + 1
    for before, after, pinned in (
        (GRID_FAILS, NOTHING, found.id),
        (NOTHING, GRID_FAILS, found.before.id + newer.after.id),
        (NOTHING, GRID_FAILS, ""),
    ):
        with pytest.raises(CursorExpired):
            await asked.comparisons.resume(asking, before, after, pinned)
    with pytest.raises(Forbidden):
        await asked.comparisons.ask(replace(asking, scopes=frozenset()), NOTHING, GRID_FAILS)


async def test_what_fell_is_not_relieved_of_its_risk(database: Database, asking: Principal) -> None:
    comparisons = Asked(database).comparisons
    risky = await comparisons.ask(asking, NOTHING, PUMP_FAILS)
    assert list(await risky.newly_at_risk()) == ["S"]
    assert list(await risky.newly_at_risk(types=["Pump"])) == []
    safe = await comparisons.ask(asking, PUMP_FAILS, NOTHING)
    assert list(await safe.no_longer_at_risk()) == ["S"]
    for worse in (GRID_FAILS, ImpactRequest(maintenance=("S",)), ImpactRequest(failures=(Failure(asset="S"),))):
        fallen = await comparisons.ask(asking, PUMP_FAILS, worse)
        assert list(await fallen.no_longer_at_risk()) == []


async def test_proofs_say_why_it_stands_where_it_stands(database: Database, asking: Principal) -> None:
    """Maintenance has both pumps down; a failure of the first at the same moment changes nothing of that."""
    comparisons = Asked(database).comparisons
    works = ImpactRequest(maintenance=("P1", "P2"), failures=(Failure(asset="P1"),))
    found = await comparisons.ask(asking, NOTHING, works)
    rows = found.changed(Change.NEWLY_IMPACTED)
    proofs = await comparisons.proofs(found, "after", rows)
    assert (list(proofs), proofs["S"].decides.group.label) == (["S"], "pumps")
    assert {step.source for step in proofs["S"].path} <= {"P1", "P2"}
    assert await comparisons.proofs(found, "before", rows) == {}


async def test_proofs_stop_at_the_horizon(database: Database, asking: Principal) -> None:
    """Within five minutes maintenance alone lowers the service; the grid takes it down after fifteen."""
    apart = "MATCH (:Asset {_tenant: $tenant, _id: 'S'})-[r]->(:Asset {_id: 'P2'}) SET r.group = 'second', r.loss = 0.5"
    await database.write(asking.tenant, lambda unit: unit.write(cypher(apart)))
    comparisons = Asked(database).comparisons
    request = ImpactRequest(failures=(Failure(asset="G"),), maintenance=("P2",), horizon=timedelta(minutes=5))
    for horizon, after, group in ((5, 500_000, "second"), (20, 0, "pumps")):
        found = await comparisons.ask(asking, NOTHING, replace(request, horizon=timedelta(minutes=horizon)))
        (row,) = [each for each in found.changed(Change.NEWLY_IMPACTED) if each.asset == "S"]
        proof = (await comparisons.proofs(found, "after", [row]))["S"]
        assert (row.after.bounds.lower, proof.decides.group.label) == (after, group)
