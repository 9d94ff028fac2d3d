"""Proofs read off arrays: ties are broken as the plain evaluator breaks them, and only what is shown is named."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.impact import (
    Direction,
    Evaluator,
    Kind,
    Question,
    RelationshipId,
    Supply,
    SupplyRef,
    Terms,
    build_topology,
    replay,
    supplies_of,
)
from graph.kernel import ArrayEvaluator, Ids, encode
from graph.kernel.evidence import READY
from tests.graph.impact.drawing import added, drawn, fails, need, without
from tests.graph.kernel.test_equivalence import agree

PROVIDERS = ("a", "a b", "a!", "b")
DIRECTIONS = {"NEEDS": Direction.FORWARD, "LOADS": Direction.REVERSE, "SHARES": Direction.BOTH}


@st.composite
def relationships(draw: st.DrawFn) -> RelationshipId:
    """Between a hub and what supplies it: parallel ones, with and without a key, in both directions."""
    ends = draw(st.permutations(["hub", draw(st.sampled_from(PROVIDERS))]))
    key = draw(st.sampled_from(["", "", "k"]))
    return RelationshipId(type=draw(st.sampled_from(sorted(DIRECTIONS))), source=ends[0], target=ends[1], key=key)


@st.composite
def supplied(draw: st.DrawFn, of: RelationshipId) -> tuple[Supply, ...]:
    """What a relationship supplies, in some group of its own or shared with others."""
    terms = Terms(
        group=draw(st.sampled_from([None, None, "g", "NEEDS b -> hub"])),
        open=draw(st.integers(0, 5)) == 0,
        capacity=draw(st.sampled_from([1000, 500])),
    )
    return supplies_of(of, direction=DIRECTIONS[of.type], kind=Kind.REQUIREMENT, terms=terms)


@given(st.data())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_ties_are_broken_as_the_plain_evaluator_does(data: st.DataObject) -> None:
    known = data.draw(st.lists(relationships(), min_size=1, max_size=8, unique=True))
    topology = build_topology(
        dict.fromkeys(["hub", *PROVIDERS], frozenset[str]()), [each for of in known for each in data.draw(supplied(of))]
    )
    changed = data.draw(st.lists(relationships() | st.sampled_from(known), max_size=3, unique=True))
    removed = [each for each in changed if each in known and data.draw(st.booleans())]
    question = Question(
        failures=fails(*data.draw(st.lists(st.sampled_from(PROVIDERS), max_size=3, unique=True))).failures,
        removed=tuple(SupplyRef(type=r.type, source=r.source, target=r.target, key=r.key) for r in removed),
        added=tuple(added(data.draw(supplied(each))) for each in changed if each not in removed),
    )
    evaluator = ArrayEvaluator(encode(topology, also=dict.fromkeys(DIRECTIONS, Kind.REQUIREMENT)))
    agree(evaluator.evaluate(question), Evaluator(topology).evaluate(question))


def test_a_supply_that_was_put_elsewhere_is_still_shown_as_one_that_its_group_lost() -> None:
    topology = drawn(need("hub", "a", "b", group="g"), need("hub", "c", group="other"))
    question = replace(fails("b"), added=(added(need("hub", "a", group="other")),))
    answer = ArrayEvaluator(encode(topology)).evaluate(question)
    agree(answer, Evaluator(topology).evaluate(question))
    members = answer.because("hub").decides.members
    assert [(each.asset, each.open, each.weakened) for each in members] == [("a", True, True), ("b", False, False)]


@dataclass
class Read:
    """How many ids were read."""

    count: int = 0


class CountingIds(Ids):
    """Ids that count how many of them are read by position."""

    def __init__(self, ids: Ids, read: Read) -> None:
        super().__init__(ids.text, ids.ends)
        self._read = read

    def __getitem__(self, at: int) -> str:
        self._read.count += 1
        return super().__getitem__(at)


MANY = 3_000
HUBS = {
    "each a need of its own": (need("hub", *(f"p{at:05}" for at in range(MANY))), 1),
    "one group of all": (need("hub", *(f"p{at:05}" for at in range(MANY)), group="all", needs=MANY), MANY),
    "groups of ten": ([s for at in range(MANY) for s in need("hub", f"p{at:05}", group=f"g{at // 10}", needs=10)], 10),
}


@pytest.mark.parametrize("name", HUBS)
@pytest.mark.parametrize("question", [fails("p00007"), without("NEEDS", "p00007", "hub")], ids=["fails", "removed"])
def test_an_asset_with_very_many_supplies_names_what_is_shown(name: str, question: Question) -> None:
    supplies, size = HUBS[name]
    read = Read()
    made = encode(drawn(supplies, need("x", "hub")))
    evaluator = ArrayEvaluator(replace(made, ids=CountingIds(made.ids, read)))
    answer = evaluator.evaluate(question)
    read.count = 0

    proofs = answer.proofs(["hub", "x"])
    shown = [[member.asset for member in proof.decides.members[:20]] for proof in proofs]

    assert [(len(each), each[0]) for each in shown] == [(min(size, 20), "p00007"), (1, "hub")]
    assert [(proof.decides.member_count, proof.decides.lost_count) for proof in proofs] == [(size, 1), (1, 1)]
    assert read.count < 3 * READY
    if size > 1:
        assert (replay(proofs[0], ()), replay(proofs[1], ())) == ((), ())
