"""Health follows events, time and topology; what one process takes another finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from graph.analysis import ImpactRequest, ImpactService
from graph.impact import EXACTLY_DOWN, UNKNOWN, Baseline, Failure, Level
from graph.kernel import OwnList
from graph.snapshot import SnapshotService
from tests.graph.health.conftest import NOW, Followed

pytestmark = pytest.mark.neo4j


async def test_what_was_never_seen_is_unknown_and_so_is_what_rests_on_it(followed: Followed) -> None:
    assert await followed.levels("C1", "C2", "R") == "UN/UN UN/UN UN/UN"
    await followed.say("C1", runState="RUNNING")
    # C2 may be anything: the room has its cold all the same.
    assert await followed.levels("C1", "C2", "R") == "OK/UN UN/UN OK/UN"


async def test_a_fall_is_followed_to_what_rests_on_it(followed: Followed) -> None:
    for chiller in ("C1", "C2"):
        await followed.say(chiller, runState="RUNNING")
    await followed.say("C1", 1, runState="TRIPPED")
    assert await followed.levels("C1", "C2", "R") == "DO/DO OK/UN OK/UN"
    await followed.say("C2", 1, runState="TRIPPED")
    assert await followed.levels("C1", "C2", "R") == "DO/DO DO/DO DO/UN"
    view = await followed.health.view(followed.plant.principal.tenant)
    room = view.of("R")
    assert room is not None
    assert room.because == ("C1", "C2")
    assert sorted(view.at_levels([Level.DOWN])) == ["C1", "C2", "R"]
    await followed.say("C2", 2, runState="RUNNING")
    assert await followed.levels("C1", "C2", "R", other=True) == "DO/DO OK/UN OK/UN"
    assert await followed.levels("R") == "OK/UN"


async def test_time_makes_levels_stale(followed: Followed) -> None:
    plant = followed.plant
    await followed.say("R", temperature=21, humidity=40)
    assert await followed.levels("R") == "UN/OK"
    plant.clock.time = NOW + timedelta(minutes=15)
    assert await followed.levels("R") == "UN/OK"
    plant.clock.time += timedelta(microseconds=1)
    assert await followed.levels("R") == "UN/UN"
    await followed.say("R", 900, temperature=21, humidity=40)
    assert await followed.levels("R", other=True) == "UN/OK"


async def test_who_looks_for_what_is_wrong_is_told_of_an_asset_once_as_long_as_it_stays_so(followed: Followed) -> None:
    tenant, health = followed.plant.principal.tenant, followed.health
    health.keep_suspects(tenant, kept=True)
    said: list[dict[str, object]] = [
        {"temperature": 20},  # its humidity is unknown
        {"temperature": 21},
        {"temperature": 30},
        {"humidity": 80},
        {"humidity": 81},
        {"temperature": 20},
        {"temperature": None},
        {"temperature": 20, "humidity": 40},
        {"temperature": 21},
        {"temperature": 50},
    ]
    found: list[set[str]] = []
    for second, values in enumerate(said):
        await followed.say("R", second, **values)
        await health.view(tenant)
        found.append(await health.suspects(tenant))
    assert [bool(each) for each in found] == [1, 0, 1, 1, 0, 1, 1, 1, 0, 1]
    health.keep_suspects(tenant, kept=True)
    await followed.say("R", len(said), temperature=51)
    await health.view(tenant)
    assert await health.suspects(tenant) == {"R"}  # who begins anew is told anew


async def test_a_container_counts_the_own_levels_of_what_is_in_it(followed: Followed) -> None:
    plant = followed.plant
    await plant.make(("S", "Site"), ("R2", "Room"))
    await plant.put("S", "R", "R2")
    await plant.put("R", "C1")
    await followed.say("R2", temperature=50, humidity=40)
    view = await followed.health.view(plant.principal.tenant)
    assert view.within("S") == [(Level.DOWN, 1), (Level.UNKNOWN, 2)]
    assert view.within("C1") == []


async def test_assets_come_and_go_under_it(followed: Followed) -> None:
    plant = followed.plant
    await followed.say("C1", runState="TRIPPED")
    assert await followed.levels("C1") == "DO/DO"
    await plant.delete("C1")
    assert await followed.levels("C1", "R") == "- UN/UN"
    await plant.make(("C1", "Chiller"), ("C3", "Chiller"))
    assert await followed.levels("C1", "C3") == "UN/UN UN/UN"
    assert await followed.levels("C1", "C3", other=True) == "UN/UN UN/UN"
    await followed.say("C1", -1, runState="RUNNING")  # earlier than what the first of that name said
    assert await followed.levels("C1") == "OK/UN"


async def test_impact_starts_from_what_is_so(followed: Followed) -> None:
    plant = followed.plant
    snapshots = SnapshotService(plant.database, plant.ontology)
    impact = ImpactService(snapshots, lambda: ("0001", plant.ontology), state=followed.health)
    asked = ImpactRequest(failures=(Failure(asset="C2"),), baseline=Baseline.LIVE)
    for chiller in ("C1", "C2"):
        await followed.say(chiller, runState="RUNNING")
    first = await impact.ask(plant.principal, asked)
    assert list(first.answer.impacted) == []
    assert await impact.ask(plant.principal, asked) is first  # nothing was said meanwhile
    await followed.say("C1", 1, runState="TRIPPED")
    second = await impact.ask(plant.principal, asked)
    assert [(each.asset, each.level) for each in second.answer.impacted] == [("R", Level.DOWN)]
    live = await followed.health.live(plant.principal.tenant)
    assert (live.own["C1"].upper, "R" in live.own) == (0, False)
    plant.clock.time = NOW + timedelta(hours=1)
    stale = await followed.health.live(plant.principal.tenant)
    assert stale.own == {"C1": live.own["C1"]}  # whenStale: LAST
    await plant.make(("C3", "Chiller"))
    unseen = await followed.health.live(plant.principal.tenant)
    assert unseen.own["C3"] == UNKNOWN
    assert unseen.notes[0].startswith("1 asset has a channel")
    await snapshots.close()


async def test_what_is_said_while_nobody_asks_is_there_when_somebody_does(followed: Followed) -> None:
    assert await followed.levels("C1") == "UN/UN"
    for second in range(5):
        await followed.say("C1", second, runState="TRIPPED" if second % 2 else "RUNNING")
    standing, _ = await followed.health.standing(followed.plant.principal.tenant)
    assert (standing.readings["C1"]["runState"].value, standing.revision) == ("RUNNING", 5)


async def test_impact_starts_from_positions_of_the_same_family_and_from_ids_of_another(followed: Followed) -> None:
    plant, tenant = followed.plant, followed.plant.principal.tenant
    await followed.say("C1", 0, runState="TRIPPED")
    live = await followed.health.live(tenant)
    snapshots = SnapshotService(plant.database, plant.ontology)
    first = await snapshots.current(tenant)
    assert live.placed(first) == {"C1": EXACTLY_DOWN, "C2": UNKNOWN}
    own = replace(live, family=first.family).placed(first)
    assert isinstance(own, OwnList)
    assert (own.unknown, len(own), own["C1"], own.get("R"), "C9" in own) == (1, 2, EXACTLY_DOWN, None, False)
    await plant.delete("C2")
    await plant.make(("A", "Chiller"))
    later = await snapshots.current(tenant)
    assert later.family is first.family
    assert dict(replace(live, family=first.family).placed(later)) == {"C1": EXACTLY_DOWN}
    impact = ImpactService(snapshots, lambda: ("1", plant.ontology), state=followed.health)
    request = ImpactRequest(failures=(Failure(asset="A"),), baseline=Baseline.LIVE)
    analysis = await impact.ask(plant.principal, request)
    assert list(analysis.answer.already_down) == ["C1", "R"]
    assert analysis.answer.assumptions[1].startswith("The own operability of 1 assets is unknown")
    await snapshots.close()
