"""The door to cut sets, where a budget is spent and where a target is too large."""

from __future__ import annotations

import pytest

from graph.access import Principal, operator
from graph.analysis import CutSetRequest, CutSetService, cut_sets
from graph.cutsets import Budget, Phase, Reason
from graph.database import Database
from graph.errors import Forbidden, LimitExceeded
from graph.identity import Tenant
from graph.reading.service import ReadingService
from graph.snapshot import SnapshotService
from tests.pumping import REVISION, pumping, seed

pytestmark = pytest.mark.neo4j


class Ticks:
    """A clock that goes on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        self.at += 1
        return self.at


def service(database: Database, *, seconds: float = 1000) -> CutSetService:
    ontology = pumping()
    reading = ReadingService(database, lambda: ontology)
    budget = Budget(nodes=10_000, seconds=seconds, clock=Ticks())
    return CutSetService(SnapshotService(database, ontology), reading, budget=lambda: budget)


@pytest.fixture
async def asking(database: Database, tenant: Tenant) -> Principal:
    await seed(database, tenant)
    return operator(tenant)


async def test_they_are_of_the_newest_revision(database: Database, asking: Principal) -> None:
    analysis = await service(database).ask(asking, CutSetRequest(target="S"))
    assert analysis.revision == REVISION
    assert analysis.found.cut_sets == (("G",), ("P1", "P2"))


async def test_a_spent_budget_is_told(database: Database, asking: Principal) -> None:
    found = (await service(database, seconds=0.5).ask(asking, CutSetRequest(target="S"))).found
    assert found.truncated is not None
    assert (found.truncated.reason, found.truncated.phase) == (Reason.SECONDS, Phase.DIAGRAM)
    assert found.count is None


async def test_a_target_with_too_much_upstream_is_refused(
    database: Database, asking: Principal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cut_sets, "UPSTREAM", 3)
    with pytest.raises(LimitExceeded) as refused:
        await service(database).ask(asking, CutSetRequest(target="S"))
    assert (refused.value.place, refused.value.actual) == ("asset", "4")


async def test_it_takes_the_scope_read(database: Database, tenant: Tenant) -> None:
    nobody = Principal(name="n", tenant=tenant, scopes=frozenset())
    with pytest.raises(Forbidden):
        await service(database).ask(nobody, CutSetRequest(target="S"))
