"""What an operator would expect of the ranking."""

from __future__ import annotations

from datetime import timedelta

from graph.impact import Topology
from tests.graph.impact.drawing import drawn, flow, need
from tests.graph.rootcause.asking import ask, sets, symptoms

# Two floors on one board; each floor has a switch, and each switch three rooms.
BUILDING = drawn(
    need("floor1", "board"),
    need("floor2", "board"),
    need("switch1", "floor1"),
    need("switch2", "floor2"),
    *(need(f"room1{each}", "switch1") for each in "abc"),
    *(need(f"room2{each}", "switch2") for each in "abc"),
)

# Racks with two cords, fed from two UPS by power strips of their own.
RACKS = drawn(
    *(flow("POWER", f"ups{path}", f"strip{path}{rack}") for path in "AB" for rack in (1, 2, 3)),
    *(flow("POWER", f"strip{path}{rack}", f"rack{rack}") for path in "AB" for rack in (1, 2, 3)),
    *(need(f"app{rack}", f"rack{rack}") for rack in (1, 2, 3)),
)


def test_one_cause_behind_many_symptoms_with_silent_ones_between() -> None:
    answer = ask(BUILDING, symptoms("room1a", "room1b", "room2a", "room2c"))
    best = answer.candidates[0]
    assert best.causes == ("board",)
    assert best.explains == ("room1a", "room1b", "room2a", "room2c")
    assert best.unexplained == best.contradicted_by == ()
    assert best.silent == 7
    assert answer.looked_at >= len(answer.candidates)
    assert answer.notes == ()


def test_the_nearest_cause_of_several_that_explain_ranks_first() -> None:
    assert sets(ask(BUILDING, symptoms("room1a", "room1b", "room1c")))[:3] == ["switch1", "floor1", "board"]


def test_a_symptom_may_be_its_own_cause() -> None:
    best = ask(BUILDING, symptoms("room1a")).candidates[0]
    assert (best.causes, best.explains) == (("room1a",), ("room1a",))


def two_houses() -> Topology:
    rooms = [need(f"{house}{room}", house) for house in ("north", "south") for room in (1, 2, 3)]
    return drawn(*rooms, need("north", "grid"), need("south", "grid"), need("far", "grid"))


def test_two_causes_that_have_nothing_to_do_with_each_other() -> None:
    seen = symptoms("north1", "north2", "north3", "south1", "south2", "south3")
    assert sets(ask(two_houses(), seen))[0] == "grid"
    assert sets(ask(two_houses(), seen, healthy="far"))[0] == "north south"


def test_known_healthy_assets_contradict() -> None:
    seen = symptoms("north1", "north2", "north3")
    answer = ask(two_houses(), seen, healthy="far")
    contradicted = {each.causes: each.contradicted_by for each in answer.candidates}
    assert contradicted["grid",] == ("far",)
    assert sets(answer).index("north") < sets(answer).index("grid")


def test_a_redundant_pair_is_found_though_neither_explains_anything() -> None:
    best = ask(RACKS, symptoms("rack1", "rack2", "rack3")).candidates[0]
    assert best.causes == ("upsA", "upsB")
    assert best.explains == ("rack1", "rack2", "rack3")


def test_a_redundant_pair_deep_below_what_reports() -> None:
    answer = ask(RACKS, symptoms("app1", "app2", "app3"))
    assert sets(answer)[0] == "upsA upsB"


def test_one_more_than_the_pair_that_is_allowed() -> None:
    assert "upsA upsB" not in sets(ask(RACKS, symptoms("rack1", "rack2", "rack3"), max_causes=1))


def test_three_that_stand_in_for_each_other() -> None:
    hall = drawn(
        *(need(f"chiller{each}", f"pump{each}") for each in (1, 2, 3)),
        *(need(f"room{each}", "chiller1", "chiller2", "chiller3", group="cooling") for each in range(5)),
    )
    seen = symptoms(*(f"room{each}" for each in range(5)))
    assert sets(ask(hall, seen))[0] == "chiller1 chiller2 chiller3"
    assert "pump1 pump2 pump3" in sets(ask(hall, seen, first=50))


def test_what_falls_short_of_capacity() -> None:
    hall = drawn(*(need(f"room{n}", "c1", "c2", "c3", group="g", combine="CAPACITY", needs=2) for n in range(5)))
    answer = ask(hall, symptoms(*(f"room{each}" for each in range(5))))
    assert sets(answer)[:3] == ["c1 c2", "c1 c3", "c2 c3"]
    assert answer.candidates[0].score == answer.candidates[2].score


def test_a_false_alarm_is_left_unexplained() -> None:
    best = ask(two_houses(), symptoms("north1", "north2", "north3", "south2"), healthy="far south1").candidates[0]
    assert best.causes == ("north",)
    assert best.unexplained == ("south2",)


def test_a_missing_alarm_costs_little_unless_it_is_expected() -> None:
    seen = symptoms("north1", "north2")
    assert sets(ask(two_houses(), seen))[0] == "north"
    quiet = ask(two_houses(), seen, reporting="north3")
    assert quiet.candidates[0].score < ask(two_houses(), seen).candidates[0].score
    assert sets(quiet)[0] == "north"
    assert sets(ask(two_houses(), seen, reporting="north north3"))[0] != "north"


def test_what_is_in_maintenance_has_taken_the_margin_already() -> None:
    cluster = drawn(need("db", "n1", "n2", "n3", group="members", needs=2), need("app", "db"), need("web", "db"))
    answer = ask(cluster, symptoms("app", "web"), maintenance=("n1",), healthy="db")
    assert "n1" not in {cause for each in answer.candidates for cause in each.causes}
    assert {("n2",), ("n3",)} <= {each.causes for each in answer.candidates}


def test_priors_tell_equal_explanations_apart() -> None:
    chain = drawn(need("app", "db"), need("web", "db"), need("db", "disk"))
    assert sets(ask(chain, symptoms("app", "web")))[0] == "db"
    assert sets(ask(chain, symptoms("app", "web"), priors={"disk": 0.1}))[0] == "disk"
    assert all("db" not in each.causes for each in ask(chain, symptoms("app", "web"), priors={"db": 0}).candidates)


# ---- onset ----------------------------------------------------------------------------------------------------------

PLANT = drawn(
    need("hall", "chiller", delay=timedelta(minutes=15)),
    need("lab", "hall", delay=timedelta(minutes=10)),
    need("hall", "fan"),
)


def test_the_order_of_onset_decides() -> None:
    chain = drawn(need("b", "a"), need("a", "b"))
    assert sets(ask(chain, symptoms(a=0, b=30)))[0] == "a"
    assert sets(ask(chain, symptoms(a=30, b=0)))[0] == "b"


def test_a_cause_explains_nothing_that_began_before_it() -> None:
    answer = ask(drawn(need("b", "a"), also="c"), symptoms(a=30, b=0))
    found = {each.causes: each for each in answer.candidates}
    assert found["a",].unexplained == ("b",)
    assert sets(answer)[0] in {"a", "b"}
    assert found["a", "b"].explains == ("a", "b")


def test_the_time_to_impact_decides() -> None:
    late, soon = symptoms(chiller=0, lab=25), symptoms(fan=0, lab=10)
    assert sets(ask(PLANT, late))[0] == "chiller"
    assert sets(ask(PLANT, soon))[0] == "fan"
    assert ask(PLANT, symptoms(chiller=0, lab=3)).candidates[0].score < ask(PLANT, late).candidates[0].score


def test_a_silent_cause_began_when_most_of_what_it_explains_says() -> None:
    hall = drawn(
        *(need(f"slow{each}", "pump", delay=timedelta(minutes=20)) for each in range(3)),
        *(need(f"fast{each}", "pump") for each in range(3)),
        *(need(f"slow{each}", "board") for each in range(3)),
        *(need(f"fast{each}", "board") for each in range(3)),
    )
    by_pump = symptoms(slow0=20, slow1=21, slow2=20, fast0=0, fast1=1, fast2=0)
    by_board = symptoms(slow0=0, slow1=1, slow2=0, fast0=0, fast1=1, fast2=0)
    assert sets(ask(hall, by_pump))[0] == "pump"
    assert sets(ask(hall, by_board))[0] == "board"


def test_what_is_still_riding_through_is_no_contradiction() -> None:
    seen = symptoms(chiller=0)
    early = ask(PLANT, seen, healthy="hall lab", at=5)
    late = ask(PLANT, seen, healthy="hall lab", at=60)
    assert early.candidates[0].contradicted_by == ()
    assert late.candidates[0].contradicted_by == ("hall", "lab")


def test_a_pair_is_complete_with_the_later_of_both() -> None:
    seen = symptoms(upsA=0, upsB=30, rack1=30, rack2=31, rack3=30, stripA1=0)
    best = ask(RACKS, seen).candidates[0]
    assert best.causes == ("upsA", "upsB")
    assert best.unexplained == ()
    early = ask(RACKS, symptoms(upsA=0, upsB=30, rack1=3, rack2=3, rack3=3, stripA1=0))
    pair = next(each for each in early.candidates if each.causes == ("upsA", "upsB"))
    assert pair.unexplained == ("rack1", "rack2", "rack3")
