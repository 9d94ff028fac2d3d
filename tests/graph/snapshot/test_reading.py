"""What the database answers becomes a snapshot; what leads to no asset is left out."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from graph.database import Row
from graph.identity import Revision, Tenant
from graph.kernel import decode
from graph.ontology import parse_ontology
from graph.snapshot.reading import build, read
from graph.snapshot.rules import Rules
from queries import Query

ONTOLOGY = """
format: twin-ontology/1
name: small
assetTypes:
  Thing: {}
relationshipTypes:
  CONTAINS: {from: [Thing], to: [Thing], containment: true}
  FEEDS: {from: [Thing], to: [Thing], impact: {direction: FORWARD}}
"""


@pytest.mark.parametrize("scale", [1, 1_000], ids=["ids that lie close", "ids far apart"])
async def test_what_leads_to_no_asset_is_left_out(scale: int) -> None:
    ontology = parse_ontology(ONTOLOGY)
    nodes = [7 * scale, 3 * scale, 5 * scale]
    b, a, c = nodes
    stranger, newer = 4 * scale, 9_000 * scale
    terms = [["", ""], ["", "g"], [1.0, 2.0], ["QUORUM"] * 2, [1.0] * 2, [1.0] * 2, [False] * 2, [0, 0], [0, 0]]
    asked: list[Mapping[str, object]] = []

    async def run(query: Query, parameters: Mapping[str, object]) -> list[Row]:
        if query.name == "snapshot/list_assets":
            return [[["Asset", *ontology.asset_type("Thing").labels], [], nodes, ["b", "a", "c"]]]
        asked.append(parameters)
        return [
            [0, [a, a], [b, stranger], []],
            [2, [b, newer], [c, a], []],
            [3, [a, a], [newer, c], terms],
        ]

    rules = Rules.of(ontology)
    snapshot = build(await read(run, rules, Revision(3)), rules, Tenant("small"))

    assert asked == [{"numbers": {"CONTAINS": 0, "FEEDS": 1}, "from": ""}]
    assert [snapshot.ids[at] for at in snapshot.containment.of(1)] == ["a"]
    supplies = sorted(decode(snapshot.supplies).supplies, key=lambda each: each.provider)
    assert [(each.provider, each.dependant, each.terms.group, each.terms.needs) for each in supplies] == [
        ("a", "c", "g", 2000),
        ("b", "c", None, 1000),
    ]
