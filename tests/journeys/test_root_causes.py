"""Incidents on the campus, from what people would see to what failed."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.command_line import CommandLine

pytestmark = pytest.mark.neo4j


def fallen(twin: CommandLine, *failed: str) -> list[str]:
    """Everything that falls when these fail, other than they themselves."""
    answer = json.loads(twin.ok("impact", *failed, "--first", "1000", "--json"))
    return sorted(each["asset"]["id"] for each in answer["impacted"]["nodes"])


def causes(candidate: dict[str, Any]) -> list[str]:
    return [each["id"] for each in candidate["causes"]]


def asked(twin: CommandLine, *arguments: str) -> list[dict[str, Any]]:
    return json.loads(twin.ok("root-cause", *arguments, "--json"))["candidates"]


def test_two_ups_of_a_redundant_pair_fail_together(on_campus: CommandLine) -> None:
    """Neither alone takes down a server; what falls by both, in every third place, leads to the pair."""
    seen = fallen(on_campus, "NBR-UPS-A", "NBR-UPS-B")[::3]
    best, *_ = asked(on_campus, *seen)
    assert causes(best) == ["NBR-UPS-A", "NBR-UPS-B"]
    assert (best["explainsCount"], best["unexplainedCount"], best["contradictedByCount"]) == (len(seen), 0, 0)
    assert all(each["evidence"]["path"] for each in best["explains"])
    printed = on_campus.ok("root-cause", *seen)
    assert "NBR-UPS-A + NBR-UPS-B  UPS A + UPS B" in printed
    assert f"{len(seen)} of {len(seen)}" in printed


def test_what_is_known_to_work_tells_like_causes_apart(on_campus: CommandLine) -> None:
    """The switches before the UPS explain as much as the UPS do, until they are seen to work."""
    seen = fallen(on_campus, "NBR-UPS-A", "NBR-UPS-B")[::3]
    unsure, *_ = asked(on_campus, *seen)
    sure, *others = asked(on_campus, *seen, "--healthy", "NBR-ATS-A", "--healthy", "NBR-ATS-B")
    assert causes(sure) == causes(unsure) == ["NBR-UPS-A", "NBR-UPS-B"]
    assert unsure["score"] < 0.5 < 0.9 < sure["score"]
    switched = next(each for each in others if "NBR-ATS-A" in causes(each))
    assert [each["id"] for each in switched["contradictedBy"]] == ["NBR-ATS-A"]


def test_rooms_get_warm_and_two_chillers_are_behind_it(on_campus: CommandLine) -> None:
    """Everything that lives on cold water is degraded, while the third chiller and the switchboard are seen to run."""
    seen = fallen(on_campus, "NBR-CH-1", "NBR-CH-2")[::4]
    running = [argument for asset in ("NBR-CH-3", "NBR-MCC") for argument in ("--healthy", asset)]
    best, *others = asked(on_campus, *seen, *running)
    assert causes(best) == ["NBR-CH-1", "NBR-CH-2"]
    assert best["unexplainedCount"] == 0
    alone = [each for each in others if len(each["causes"]) == 1]
    assert all(each["score"] < best["score"] for each in alone)


def test_onsets_in_the_order_of_the_cooling_chain(on_campus: CommandLine) -> None:
    """Air handlers of the data hall after 5 minutes, racks after 15: one more false alarm changes nothing."""
    seen = [f"NBR-CRAH-{number}@2026-03-01T10:05Z" for number in (1, 2, 3, 4)]
    seen += [f"NBR-R0{number}@2026-03-01T10:15Z" for number in (1, 2, 3)]
    best, *_ = asked(on_campus, *seen, "NBR-R04-PDU-A@2026-03-01T03:00Z", "--healthy", "NBR-CH-3")
    assert set(causes(best)) <= {"NBR-CH-1", "NBR-CH-2"}
    assert best["explainsCount"] == len(seen)
    assert [each["id"] for each in best["unexplained"]] == ["NBR-R04-PDU-A"]


def test_nothing_can_be_behind_it(on_campus: CommandLine) -> None:
    ran = on_campus("root-cause", "NBR-UPS-A", "--healthy", "NBR-UPS-A")
    assert ran.code == 1
    assert "SYMPTOMS_INVALID" in ran.err
    assert "twin search" not in ran.err
    ran = on_campus("root-cause", "NBR-UPS-A@2026-03-01T10:05")
    assert ran.code == 1
    assert "VALUE_INVALID" in ran.err
