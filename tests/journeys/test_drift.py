"""A campus that nobody touched by hand has no drift; one that somebody did has, and the repairs named repair it."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.campus.generate import campus, encoded
from graph.database.local import Endpoint
from graph.database.local.shell import answered, opened
from tests.command_line import CommandLine, set_settings, settings_of
from tests.servers import Server

pytestmark = [pytest.mark.neo4j, pytest.mark.long]

SIZE = 300


def by_hand(server: Server, *statements: str) -> None:
    endpoint = Endpoint(uri=server.uri, user=server.user, password=server.password)
    with opened(endpoint) as driver:
        for statement in statements:
            answered(driver, statement, database=endpoint.database)


def test_a_campus_changed_by_hand(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    set_settings(monkeypatch, settings_of(own_server, "campus", tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    twin = CommandLine(capsys)
    ran = twin("ontology", "drift")
    assert (ran.code, ran.out) == (1, "")
    assert "[ONTOLOGY_MISSING]" in ran.err
    file = tmp_path / "campus.ndjson"
    file.write_bytes(b"".join(encoded(line) for line in campus(SIZE)))
    twin.ok("ontology", "apply")
    twin.ok("load", str(file))
    clean = twin("ontology", "drift", "--json")
    assert (clean.code, clean.json["clean"], clean.json["drift"], clean.json["tenants"]) == (0, True, [], 1)
    assert clean.json["assets"] == SIZE < clean.json["relationships"]

    by_hand(
        own_server,
        "DROP INDEX twin_asset_name",
        "MATCH (p:Pump) SET p.vibes = 'good', p.ratedFlow = 'much'",
        "MATCH (a {_id: 'NBR-UPS-A'}) REMOVE a:Equipment",
    )
    ran = twin("ontology", "drift", "--sample", "1")
    assert ran.code == 2
    told = twin("ontology", "drift", "--sample", "1", "--json")
    assert told.code == 2
    found = {each["kind"]: each for each in told.json["drift"]}
    pumps = found["PROPERTY_UNKNOWN"]["count"]
    assert {kind: each["count"] for kind, each in found.items()} == {
        "INDEX_MISSING": 1,
        "LABEL_MISSING": 1,
        "PROPERTY_UNKNOWN": pumps,
        "DATATYPE_WRONG": pumps,
    }
    assert pumps > 1
    assert all(len(each["samples"]) == 1 for each in found.values())
    for kind, each in found.items():
        assert f"{kind} {each['count']}\n" in ran.out
        assert each["repair"] in ran.out
    assert "NBR-UPS-A (campus): Equipment, of a Ups" in ran.out
    assert f"and {pumps - 1} more" in ran.out

    by_hand(own_server, "MATCH (p:Pump) SET p.vibes = null, p.ratedFlow = 1.0", "MATCH (a:Ups) SET a:Equipment")
    twin.ok("ontology", "apply")
    assert "No drift" in twin.ok("ontology", "drift")
