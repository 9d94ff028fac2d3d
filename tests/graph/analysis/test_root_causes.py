"""Questions about root causes: asked of the newest snapshot, at the clock's time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from graph.access import Principal, operator
from graph.analysis import Evaluators, RootCauseAnalysis, RootCauseService
from graph.database import Database
from graph.errors import Forbidden
from graph.identity import Revision, Tenant
from graph.kernel import ArrayEvaluator, encode
from graph.rootcause import USUAL, RootCauseQuestion, RootCauses, Symptom, SymptomsInvalid, is_own_failure
from graph.snapshot import SnapshotService
from graph.work import Workers
from tests.graph.impact.drawing import drawn, need
from tests.pumping import REVISION, pumping, seed

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Noon:
    """A clock that stands at noon."""

    def now(self) -> datetime:
        return NOON


def service(database: Database) -> RootCauseService:
    return RootCauseService(SnapshotService(database, pumping()), Evaluators(), Noon())


def about(*assets: str, since: datetime | None = None, healthy: str = "") -> RootCauseQuestion:
    seen = tuple(Symptom(asset=each, since=since) for each in assets)
    return RootCauseQuestion(symptoms=seen, healthy=frozenset(healthy.split()))


@pytest.fixture
async def asking(database: Database, tenant: Tenant) -> Principal:
    await seed(database, tenant)
    return operator(tenant)


@pytest.mark.neo4j
async def test_an_answer_with_its_evidence(database: Database, asking: Principal) -> None:
    analysis = await service(database).ask(asking, about("S", "P1", "P2"))
    assert analysis.revision == REVISION
    best = analysis.candidates[0]
    assert best.causes == ("G",)
    proofs = await analysis.evidence(best, best.explains)
    assert list(proofs) == ["P1", "P2", "S"]
    assert [step.target for step in proofs["S"].path][-1] == "S"
    assert proofs["S"].failed == {"G"}


@pytest.mark.neo4j
async def test_a_symptom_that_is_its_own_cause(database: Database, asking: Principal) -> None:
    analysis = await service(database).ask(asking, about("G"))
    (best,) = analysis.candidates
    proof = (await analysis.evidence(best, ["G"]))["G"]
    assert is_own_failure(proof)
    assert proof.decides.before == 1_000_000


@pytest.mark.neo4j
async def test_it_is_asked_now(database: Database, asking: Principal) -> None:
    """P1 rides 15 minutes on its battery: ten minutes after P2 fell it is no wonder that it works."""
    for minutes, contradicted in ((10, ()), (60, ("P1",))):
        fell = about("P2", since=NOON - timedelta(minutes=minutes), healthy="P1")
        found = {each.causes: each for each in (await service(database).ask(asking, fell)).candidates}
        assert found["G",].contradicted_by == contradicted
    with pytest.raises(SymptomsInvalid) as refusal:
        await service(database).ask(asking, about("P2", since=NOON + timedelta(minutes=1)))
    assert refusal.value.place == "symptoms[0].since"


@pytest.mark.neo4j
async def test_it_takes_scope_read(database: Database, tenant: Tenant) -> None:
    nobody = Principal(tenant=tenant, scopes=frozenset(), name="nobody")
    with pytest.raises(Forbidden):
        await service(database).ask(nobody, about("S"))


def test_what_is_said_of_most_questions_is_no_note() -> None:
    found = RootCauses(
        question=about("a"), candidates=(), looked_at=0, forecasts=0, notes=(*sorted(USUAL), "Budget spent")
    )
    evaluator = ArrayEvaluator(encode(drawn(need("a", "b"))))
    analysis = RootCauseAnalysis(
        revision=Revision(1), found=found, evaluator=evaluator, tenant=Tenant("site"), workers=Workers()
    )
    assert analysis.notes == ["Budget spent"]
