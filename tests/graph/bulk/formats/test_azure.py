from __future__ import annotations

import json

import pytest

from graph.bulk import BulkInputBroken
from graph.bulk.formats import Format
from tests.graph.bulk.formats.conftest import Convert, shared

HEAD = '{"Section": "Header"}\n{"fileVersion": "1.0.0"}\n'
FILE = (
    HEAD
    + """{"Section": "Models"}
{"@id": "dtmi:site:pump;1", "@type": "Interface"}
{"Section": "Twins"}
{"$dtId": "P1", "$etag": "x", "RatedFlow": 2.5, "Nameplate": {"$metadata": {}, "Maker": "ACME", "YearBuilt": 1999}, \
"limits": {"Low": 1}, "$metadata": {"$model": "dtmi:site:pump;1", "RatedFlow": {"lastUpdateTime": "2026-01-01"}}}
{"$dtId": "R", "$metadata": {"$model": "dtmi:site:room;2"}}
{"Section": "Relationships"}
{"$relationshipId": "r1", "$sourceId": "P1", "$targetId": "R", "$relationshipName": "feeds", "Diameter": 50}
{"$relationshipId": "r2", "$dtId": "R", "$targetId": "P1", "$relationshipName": "contains"}
"""
)


def test_twins_and_relationships_become_lines(convert: Convert) -> None:
    found = convert(Format.AZURE, FILE)
    assert found.refused == {}
    assert found.left_out == {"models": 1}
    assert found.bodies == {
        6: {
            "kind": "asset",
            "id": "P1",
            "type": "Pump",
            "properties": {
                "ratedFlow": 2.5,
                "nameplate": {"maker": "ACME", "yearBuilt": 1999},
                "limits": {"Low": 1},
            },
        },
        7: {"kind": "asset", "id": "R", "type": "Room"},
        9: {
            "kind": "relationship",
            "type": "FEEDS",
            "from": "P1",
            "to": "R",
            "key": "r1",
            "properties": {"diameter": 50},
        },
        10: {"kind": "relationship", "type": "CONTAINS", "from": "R", "to": "P1", "key": "r2"},
    }


def test_faulty_lines_are_refused_with_their_place(convert: Convert) -> None:
    lines = [
        '{"$dtId": "A"}',
        '{"$dtId": "B", "$metadata": {"$model": "dtmi:site:pump;1"}, "$wrong": 1}',
        '{"$metadata": {"$model": "dtmi:site:pump;1"}}',
        '{"$dtId": "C", "RatedFlow": 1, "ratedFlow": 2, "$metadata": {"$model": "dtmi:site:pump;1"}}',
        '{"$dtId": "D", "$meta',
        "[]",
        '{"$dtId": "E", "stages": NaN, "$metadata": {"$model": "dtmi:site:pump;1"}}',
    ]
    found = convert(Format.AZURE, HEAD + '{"Section": "Twins"}\n' + "\n".join(lines))
    assert found.bodies == {}
    assert found.places == {
        4: ["$metadata.$model"],
        5: ["$wrong"],
        6: ["$dtId"],
        7: ["properties.ratedFlow"],
        8: [None],
        9: [None],
        10: [None],
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"kind": "asset"}', "no import file"),
        ('{"Section": "Twins"}', "section that can't be there"),
        (HEAD + '{"Section": "Relationships"}\n{"Section": "Twins"}', "section that can't be there"),
        (HEAD + '{"Section": "Tweens"}', "section that can't be there"),
        ('{"Section": "Header"}\n{"fileVersion": "2.0.0"}', "version that is not read"),
        ('{"Section', "no import file"),
    ],
)
def test_what_is_no_import_file(convert: Convert, text: str, message: str) -> None:
    with pytest.raises(BulkInputBroken, match=message):
        convert(Format.AZURE, text)


def test_the_distribution_grid_is_read_whole(convert: Convert) -> None:
    data = shared("distributionGridBulkImport.ndjson").read_bytes()
    plain = [json.loads(line) for line in data.splitlines()]
    found = convert(Format.AZURE, data)
    assert found.refused == {}
    assert set(found.assets) == {each["$dtId"] for each in plain if "$metadata" in each}
    assert sorted(map(str, (body.get("key") for body in found.bodies.values() if body["kind"] == "relationship"))) == (
        sorted(each["$relationshipId"] for each in plain if "$relationshipId" in each)
    )
    assert found.left_out == {"models": sum("@id" in each for each in plain)}
