"""Questions about root causes through the schema."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from graph.access import Principal
from graph.identity import Tenant
from tests.app.door import Door

pytestmark = pytest.mark.neo4j

WHOLE = """
query Q($input: RootCauseInput!) { rootCause(input: $input) {
    revision notes
    candidates {
        causes { id name } score explainsCount unexplainedCount contradictedByCount
        explains { symptom { id } evidence { group needs value memberCount pathLength
                                             path { from { id } to { id } } members { asset { id } } } }
        unexplained { id } contradictedBy { id type } } } }"""


async def candidates(door: Door, **given: object) -> list[dict[str, Any]]:
    answer = (await door.ask(WHOLE, input=given))["rootCause"]
    assert answer["revision"] == 7
    assert answer["notes"] == []
    return answer["candidates"]


def causes(candidate: dict[str, Any]) -> list[str]:
    return [each["id"] for each in candidate["causes"]]


async def test_what_feeds_both_ranks_first_with_evidence(door: Door) -> None:
    best, *others = await candidates(door, symptoms=[{"asset": "S"}, {"asset": "P1"}, {"asset": "P2"}])
    assert causes(best) == ["G"]
    assert best["causes"][0]["name"] == "Grid feed"
    assert (best["explainsCount"], best["unexplainedCount"], best["contradictedByCount"]) == (3, 0, 0)
    assert others
    assert 1 >= best["score"] > max(each["score"] for each in others)
    evidence = {each["symptom"]["id"]: each["evidence"] for each in best["explains"]}
    assert list(evidence) == ["P1", "P2", "S"]
    assert evidence["P1"]["path"] == [{"from": {"id": "G"}, "to": {"id": "P1"}}]
    assert (evidence["S"]["group"], evidence["S"]["memberCount"], evidence["S"]["pathLength"]) == ("pumps", 2, 2)


async def test_a_symptom_that_is_its_own_cause(door: Door) -> None:
    best = (await candidates(door, symptoms=[{"asset": "P1"}], healthy=["P2"]))[0]
    assert causes(best) == ["P1"]
    (explained,) = best["explains"]
    assert explained["evidence"] == {
        "group": "own",
        "needs": 1.0,
        "value": 0.0,
        "memberCount": 0,
        "pathLength": 0,
        "path": [],
        "members": [],
    }


async def test_a_redundant_pair_and_what_speaks_against_its_feed(door: Door) -> None:
    found = {
        tuple(causes(each)): each
        for each in await candidates(door, symptoms=[{"asset": "S"}, {"asset": "P1"}], healthy=["P2"])
    }
    assert found["G",]["contradictedBy"] == [{"id": "P2", "type": "Pump"}]
    assert found["P1",]["unexplained"] == [{"id": "S"}]
    single = await candidates(door, symptoms=[{"asset": "S"}], maxCauses=1)
    assert all(len(each["causes"]) == 1 for each in single)
    assert ["P1", "P2"] in [causes(each) for each in await candidates(door, symptoms=[{"asset": "S"}])]


async def test_onsets_tell_a_delayed_feed_from_its_like(door: Door) -> None:
    """P1 rides 15 minutes on its battery: where it falls before P2 does, the feed is not what failed."""
    late = [
        {"asset": "P2", "since": "2026-03-01T10:00:00Z"},
        {"asset": "P1", "since": "2026-03-01T11:15:00+01:00"},
    ]
    early = [{"asset": "P2", "since": "2026-03-01T10:15:00Z"}, {"asset": "P1", "since": "2026-03-01T10:00:00Z"}]
    one, other = await candidates(door, symptoms=late), await candidates(door, symptoms=early)
    assert causes(one[0]) == ["G"]
    scores = [next(each["score"] for each in found if causes(each) == ["G"]) for found in (one, other)]
    assert scores[0] > scores[1]


async def test_lists_are_cut_and_counts_are_not(door: Door) -> None:
    query = """
    { rootCause(input: {symptoms: [{asset: "P1"}, {asset: "P2"}], first: 1}) { candidates {
        explainsCount few: explains(first: 1) { symptom { name } } none: explains(first: 0) { symptom { id } } } } }"""
    (candidate,) = (await door.ask(query))["rootCause"]["candidates"]
    assert candidate == {"explainsCount": 2, "few": [{"symptom": {"name": "Pump 1"}}], "none": []}


@pytest.mark.parametrize(
    ("given", "code", "place"),
    [
        ("{symptoms: []}", "SYMPTOMS_INVALID", "symptoms"),
        ('{symptoms: [{asset: "nobody"}]}', "UNKNOWN_ASSET", "symptoms[0].asset"),
        ('{symptoms: [{asset: "S"}, {asset: "S"}]}', "SYMPTOMS_INVALID", "symptoms[1].asset"),
        ('{symptoms: [{asset: "S", since: "2999-01-01T00:00:00Z"}]}', "SYMPTOMS_INVALID", "symptoms[0].since"),
        ('{symptoms: [{asset: "S"}], healthy: ["nobody"]}', "UNKNOWN_ASSET", "healthy"),
        ('{symptoms: [{asset: "S"}], healthy: ["S"]}', "SYMPTOMS_INVALID", "symptoms[0].asset"),
        ('{symptoms: [{asset: "S"}], maxCauses: 6}', "LIMIT_EXCEEDED", "maxCauses"),
        ('{symptoms: [{asset: "S"}], first: 0}', "VALUE_INVALID", "first"),
    ],
)
async def test_wrong_questions_are_refused(door: Door, given: str, code: str, place: str) -> None:
    refusal = await door.refused(f"{{ rootCause(input: {given}) {{ revision }} }}")
    assert (refusal["code"], refusal["place"]) == (code, place)


async def test_it_takes_scope_read(door: Door, tenant: Tenant) -> None:
    nobody = Principal(tenant=tenant, scopes=frozenset(), name="nobody")
    door.context = replace(door.context, principal=nobody)
    refusal = await door.refused('{ rootCause(input: {symptoms: [{asset: "S"}]}) { revision } }')
    assert refusal["code"] == "FORBIDDEN"
