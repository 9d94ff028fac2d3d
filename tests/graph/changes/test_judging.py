"""Every rule, judged in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from graph.changes.model import (
    Change,
    ChangeSet,
    DeleteAsset,
    DeleteRelationship,
    ExternalId,
    Presence,
    UpsertAsset,
    UpsertRelationship,
)
from graph.changes.normalising import digest_of
from graph.changes.request import Checks, Limits

if TYPE_CHECKING:
    from tests.graph.changes.conftest import Town


def site(asset: str = "S", **more: object) -> UpsertAsset:
    return UpsertAsset(id=asset, type="Site", **more)  # pyright: ignore[reportArgumentType]


def room(asset: str = "R", **more: object) -> UpsertAsset:
    return UpsertAsset(id=asset, type="Room", **more)  # pyright: ignore[reportArgumentType]


def tank(asset: str, **more: object) -> UpsertAsset:
    return UpsertAsset(id=asset, type="Tank", **more)  # pyright: ignore[reportArgumentType]


def pump(name: str = "P", **properties: object) -> UpsertAsset:
    return UpsertAsset(id=name, type="Pump", properties={"ratedFlow": 1.0, **properties})  # pyright: ignore[reportArgumentType]


def link(kind: str, source: str, target: str, key: str | None = None, **properties: object) -> UpsertRelationship:
    return UpsertRelationship(type=kind, source=source, target=target, key=key, properties=properties)  # pyright: ignore[reportArgumentType]


# ---- types and values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        (UpsertAsset(id="x", type="Pmp"), "UNKNOWN_TYPE", "changes[0].upsertAsset.type"),
        (UpsertAsset(id="x", type="Space"), "TYPE_ABSTRACT", "changes[0].upsertAsset.type"),
        (UpsertAsset(id=" x", type="Tank"), "ID_INVALID", "changes[0].upsertAsset.id"),
        (UpsertAsset(id="a\nb", type="Tank"), "ID_INVALID", "changes[0].upsertAsset.id"),
        (UpsertAsset(id="x" * 10_000, type="Tank"), "ID_INVALID", "changes[0].upsertAsset.id"),
        (tank("x", properties={"colour": 1}), "UNKNOWN_PROPERTY", "changes[0].upsertAsset.properties.colour"),
        (tank("x", properties={"weight": -1}), "VALUE_INVALID", "changes[0].upsertAsset.properties.weight"),
        (tank("x", properties={"weight": float("nan")}), "VALUE_INVALID", "changes[0].upsertAsset.properties.weight"),
        (
            tank("x", properties={"weight": {"value": 1, "unit": "m"}}),
            "UNIT_INVALID",
            "changes[0].upsertAsset.properties.weight",
        ),
        (UpsertAsset(id="x", type="Pump"), "REQUIRED_MISSING", "changes[0].upsertAsset.properties.ratedFlow"),
        (pump(hours=3), "NOT_WRITABLE", "changes[0].upsertAsset.properties.hours"),
        (tank("x", source_of=("POWERS",)), "VALUE_INVALID", "changes[0].upsertAsset.sourceOf[0]"),
        (tank("x", source_of=("NOPE",)), "UNKNOWN_TYPE", "changes[0].upsertAsset.sourceOf[0]"),
        (tank("x", name="\ud800"), "VALUE_INVALID", "changes[0].upsertAsset.name"),
        (
            tank("x", external_ids=(ExternalId(system="CMMS", id=" 1"),)),
            "ID_INVALID",
            "changes[0].upsertAsset.externalIds[0].id",
        ),
        (DeleteAsset(id="\ud800"), "ID_INVALID", "changes[0].deleteAsset.id"),
        (link("POWERS", "\ud800", "b"), "ID_INVALID", "changes[0].upsertRelationship.from"),
        (room(parents=("a\x00",)), "ID_INVALID", "changes[0].upsertAsset.parents[0]"),
        (
            DeleteRelationship(type="POWERS", source="a", target="b", key=" k"),
            "ID_INVALID",
            "changes[0].deleteRelationship.key",
        ),
        (room(parents=("nowhere",)), "UNKNOWN_ASSET", "changes[0].upsertAsset.parents[0]"),
        (DeleteAsset(id="nothing"), "UNKNOWN_ASSET", "changes[0].deleteAsset.id"),
        (link("NOPE", "a", "b"), "UNKNOWN_TYPE", "changes[0].upsertRelationship.type"),
    ],
)
def test_one_fault_gives_one_problem_at_its_place(town: Town, change: Change, code: str, place: str) -> None:
    (problem,) = town.problems(change)
    assert (problem.code, problem.place, problem.change) == (code, place, 0)
    assert problem.expected


def test_all_problems_come_at_once_in_the_order_of_the_changes(town: Town) -> None:
    found = town.problems(
        UpsertAsset(id="a", type="Pump", properties={"weight": -1, "nope": 2}),
        UpsertAsset(id="b", type="Nope"),
        link("POWERS", "a", "missing"),
    )
    assert [(problem.change, problem.code) for problem in found] == [
        (0, "REQUIRED_MISSING"),
        (0, "UNKNOWN_PROPERTY"),
        (0, "VALUE_INVALID"),
        (1, "UNKNOWN_TYPE"),
        (2, "UNKNOWN_ASSET"),
    ]


def test_an_invalid_value_is_not_also_missing(town: Town) -> None:
    assert town.codes(UpsertAsset(id="p", type="Pump", properties={"ratedFlow": "fast"})) == ["VALUE_INVALID"]


def test_a_relationship_to_an_asset_with_faults_of_its_own_is_not_blamed(town: Town) -> None:
    assert town.codes(UpsertAsset(id="a", type="Nope"), tank("b"), link("POWERS", "a", "b")) == ["UNKNOWN_TYPE"]


def test_a_new_asset_is_called_by_its_id_and_gets_defaults(town: Town) -> None:
    town.apply(UpsertAsset(id="p", type="Pump", properties={"ratedFlow": {"value": 3.6, "unit": "m^3/h"}}))
    image = town.asset("p")
    assert image.name == "p"
    assert image.properties["fuel"] == "DIESEL"
    assert image.properties["ratedFlow"] == pytest.approx(1.0)


def test_changing_keeps_what_is_not_named_and_null_removes(town: Town) -> None:
    town.apply(pump(weight=3, serialNumber="a"))
    town.apply(UpsertAsset(id="P", type="Pump", name="Feed", properties={"weight": None}))
    assert dict(town.asset("P").properties) == {"ratedFlow": 1.0, "serialNumber": "a", "fuel": "DIESEL"}
    assert town.asset("P").name == "Feed"


def test_replacing_removes_what_is_not_named(town: Town) -> None:
    town.apply(pump(weight=3, fuel="GAS"))
    town.apply(UpsertAsset(id="P", type="Pump", properties={"ratedFlow": 2.0}, replace=True))
    assert dict(town.asset("P").properties) == {"ratedFlow": 2.0, "fuel": "DIESEL"}
    assert town.codes(UpsertAsset(id="P", type="Pump", replace=True)) == ["REQUIRED_MISSING"]


def test_a_required_property_cannot_be_removed(town: Town) -> None:
    town.apply(pump())
    assert town.codes(UpsertAsset(id="P", type="Pump", properties={"ratedFlow": None})) == ["REQUIRED_MISSING"]
    town.apply(tank("a"), tank("b"), link("TAGGED", "a", "b", label="x"))
    assert town.codes(link("TAGGED", "a", "b", label=None)) == ["REQUIRED_MISSING"]
    assert town.codes(link("TAGGED", "b", "a")) == ["REQUIRED_MISSING"]


def test_an_asset_keeps_its_type_unless_made_anew(town: Town) -> None:
    town.apply(tank("a"))
    assert town.codes(UpsertAsset(id="a", type="Board")) == ["TYPE_FIXED"]
    counted = town.apply(DeleteAsset(id="a"), UpsertAsset(id="a", type="Board"))
    assert counted.assets_updated == 1
    assert town.asset("a").type == "Board"


def test_what_is_to_be_new_or_there_is_so(town: Town) -> None:
    town.apply(tank("a"))
    assert town.codes(tank("a", presence=Presence.NEW)) == ["ASSET_EXISTS"]
    assert town.codes(tank("b", presence=Presence.THERE), link("NEEDS", "a", "b")) == ["UNKNOWN_ASSET"]
    # What was meant is not what is there: relationships with it are not judged by that, other faults still are.
    town.apply(UpsertAsset(id="s", type="Site"))
    assert town.codes(tank("s", presence=Presence.NEW), link("NEEDS", "a", "s")) == ["ASSET_EXISTS"]
    assert town.codes(UpsertAsset(id="a", type="Site"), tank("c", parents=("a",))) == ["TYPE_FIXED"]
    told = town.codes(tank("s", presence=Presence.NEW), link("NEEDS", "s", "nobody"), link("NEEDS", "a", "a"))
    assert told == ["ASSET_EXISTS", "UNKNOWN_ASSET"]
    assert town.codes(tank("b", presence=Presence.NEW), tank("b", presence=Presence.NEW)) == ["ASSET_EXISTS"]
    assert town.codes(DeleteAsset(id="a", type="Board")) == ["TYPE_FIXED"]
    town.apply(DeleteAsset(id="a", type="Tank"), tank("a", presence=Presence.NEW, name="anew"))
    town.apply(tank("a", presence=Presence.THERE, name="changed"))
    assert town.asset("a").name == "changed"


def test_words_that_came_later_leave_old_digests_alone() -> None:
    """A receipt under an idempotency key is found again by the version that follows."""
    known = "ec1bfd017ded5cfda1684e0e17d6fbeb9c45205d0371857d1b136f4f5d221103"
    assert digest_of(ChangeSet(changes=(tank("a"), DeleteAsset(id="b")), idempotency_key="k")) == known
    strict = [
        (tank("a", presence=Presence.NEW), DeleteAsset(id="b")),
        (tank("a"), DeleteAsset(id="b", type="Tank")),
    ]
    assert len({known, *(digest_of(ChangeSet(changes=changes)) for changes in strict)}) == 3


def test_later_changes_of_one_asset_build_on_earlier_ones(town: Town) -> None:
    counted = town.apply(pump(weight=1), UpsertAsset(id="P", type="Pump", properties={"weight": None}, name="n"))
    assert counted.assets_created == 1
    assert "weight" not in town.asset("P").properties


def test_a_change_set_that_ends_where_it_began_changes_nothing(town: Town) -> None:
    town.apply(tank("a", name="x"))
    counted = town.apply(tank("a", name="y"), tank("a", name="x"), tank("b"), DeleteAsset(id="b"))
    assert counted == type(counted)()


# ---- relationships ---------------------------------------------------------------------------------------------------


def test_ends_may_be_created_later_in_the_set(town: Town) -> None:
    town.apply(link("POWERS", "a", "b"), tank("a"), room("R", parents=("S",)), tank("b", parents=("R",)), site())
    assert town.links() == {("POWERS", "a", "b", ""), ("CONTAINS", "S", "R", ""), ("CONTAINS", "R", "b", "")}


def test_ends_must_be_of_the_right_types(town: Town) -> None:
    town.apply(site(), tank("a"))
    (problem,) = town.problems(link("CONTAINS", "a", "S"))
    assert problem.code == "ENDS_INVALID"
    assert problem.hint == "Swap the two ends"


def test_a_reference_without_key_means_the_only_one(town: Town) -> None:
    town.apply(tank("a"), tank("b"), link("POWERS", "a", "b", "main"))
    town.apply(link("POWERS", "a", "b", needs=2))
    assert town.links() == {("POWERS", "a", "b", "main")}
    town.apply(link("POWERS", "a", "b", "spare"))
    assert town.codes(link("POWERS", "a", "b", open=True)) == ["AMBIGUOUS"]
    assert town.codes(DeleteRelationship(type="POWERS", source="a", target="b")) == ["AMBIGUOUS"]
    town.apply(DeleteRelationship(type="POWERS", source="a", target="b", key="spare"))
    town.apply(DeleteRelationship(type="POWERS", source="a", target="b"))
    assert town.links() == set()
    assert town.codes(DeleteRelationship(type="POWERS", source="a", target="b")) == ["UNKNOWN_RELATIONSHIP"]


def test_a_symmetric_relationship_is_one_from_either_side(town: Town) -> None:
    town.apply(tank("a"), tank("b"), tank("c"), link("TWINS", "b", "a"))
    assert town.links() == {("TWINS", "a", "b", "")}
    assert town.apply(link("TWINS", "a", "b")) == type(town.apply())()
    assert town.codes(link("TWINS", "c", "a")) == ["MULTIPLICITY", "MULTIPLICITY"]
    town.apply(DeleteRelationship(type="TWINS", source="b", target="a"), link("TWINS", "c", "a"))


# ---- uniqueness ------------------------------------------------------------------------------------------------------


def test_unique_values_are_unique_over_all_subtypes(town: Town) -> None:
    town.apply(pump(serialNumber="1"))
    (problem,) = town.problems(tank("t", properties={"serialNumber": "1"}))
    assert (problem.code, problem.asset, problem.property) == ("NOT_UNIQUE", "t", "serialNumber")
    assert "P" in (problem.actual or "")
    assert town.codes(tank("t", properties={"serialNumber": "2"}), tank("u", properties={"serialNumber": "2"})) == [
        "NOT_UNIQUE"
    ]


def test_two_assets_may_swap_their_unique_values(town: Town) -> None:
    town.apply(
        tank("a", properties={"serialNumber": "1"}, external_ids=(ExternalId(system="X", id="1"),)),
        tank("b", properties={"serialNumber": "2"}, external_ids=(ExternalId(system="X", id="2"),)),
    )
    town.apply(
        tank("a", properties={"serialNumber": "2"}, external_ids=(ExternalId(system="X", id="2"),)),
        tank("b", properties={"serialNumber": "1"}, external_ids=(ExternalId(system="X", id="1"),)),
    )
    assert town.codes(tank("c", external_ids=(ExternalId(system="X", id="2"),))) == ["NOT_UNIQUE"]
    town.apply(DeleteAsset(id="a"), tank("c", external_ids=(ExternalId(system="X", id="2"),)))


# ---- multiplicity ----------------------------------------------------------------------------------------------------


def test_too_many_sources(town: Town) -> None:
    town.apply(tank("a"), tank("b"), tank("c"), tank("d"), link("POWERS", "a", "d"), link("POWERS", "b", "d"))
    (problem,) = town.problems(link("POWERS", "c", "d"))
    assert (problem.code, problem.asset, problem.actual) == ("MULTIPLICITY", "d", "3")
    town.apply(link("POWERS", "c", "d"), DeleteRelationship(type="POWERS", source="a", target="d"))
    assert town.codes(
        DeleteRelationship(type="POWERS", source="b", target="d"), link("POWERS", "a", "d"), link("POWERS", "d", "d")
    ) == ["MULTIPLICITY"]


def test_too_few_sources(town: Town) -> None:
    assert town.codes(UpsertAsset(id="p", type="Panel")) == ["MULTIPLICITY"]
    assert town.codes(UpsertAsset(id="p", type="Panel"), checks=Checks(minima=False)) == []
    town.apply(UpsertAsset(id="b", type="Board"), UpsertAsset(id="p", type="Panel", parents=("b",)), tank("t"))
    assert town.codes(DeleteRelationship(type="HOLDS", source="b", target="p")) == ["MULTIPLICITY"]
    assert town.codes(UpsertAsset(id="p", type="Panel", parents=())) == ["MULTIPLICITY"]
    assert "MULTIPLICITY" in town.codes(DeleteAsset(id="b"))
    town.apply(
        UpsertAsset(id="c", type="Board"), UpsertAsset(id="p", type="Panel", parents=("c",)), DeleteAsset(id="b")
    )
    assert ("HOLDS", "c", "p", "") in town.links()


def test_what_lacks_a_relationship_for_another_fault_is_not_blamed_twice(town: Town) -> None:
    assert town.codes(UpsertAsset(id="p", type="Panel", parents=("nowhere",))) == ["UNKNOWN_ASSET"]
    assert town.codes(UpsertAsset(id="p", type="Panel"), link("HOLDS", "nowhere", "p")) == ["UNKNOWN_ASSET"]


# ---- containment -----------------------------------------------------------------------------------------------------


def test_nothing_contains_itself(town: Town) -> None:
    town.apply(site(), room("a", parents=("S",)), room("b", parents=("a",)))
    (problem,) = town.problems(room("a", parents=("b",)))
    assert (problem.code, problem.actual) == ("CONTAINMENT_CYCLE", "b in a in b")
    assert town.codes(link("CONTAINS", "a", "a")) == ["CONTAINMENT_CYCLE"]
    assert town.codes(link("CONTAINS", "b", "S")) == ["CONTAINMENT_CYCLE"]


def test_a_hierarchy_may_be_turned_over_in_one_set(town: Town) -> None:
    town.apply(site(), room("a", parents=("S",)), room("b", parents=("a",)))
    town.apply(room("a", parents=("b",)), room("b", parents=("S",)))
    assert town.links() == {("CONTAINS", "S", "b", ""), ("CONTAINS", "b", "a", "")}


def test_parents_replace_keep_or_take_away(town: Town) -> None:
    town.apply(site("S"), site("T"), room("a", parents=("S", "T")))
    town.apply(room("a", name="n"))
    assert len(town.links()) == 2
    town.apply(room("a", parents=("T",)))
    assert town.links() == {("CONTAINS", "T", "a", "")}
    town.apply(room("a", parents=()))
    assert town.links() == set()


def test_parents_need_exactly_one_type_that_fits(town: Town) -> None:
    town.apply(UpsertAsset(id="b", type="Board"), UpsertAsset(id="c", type="Board"), tank("t"))
    (problem,) = town.problems(UpsertAsset(id="c", type="Board", parents=("b",)))
    assert (problem.code, problem.actual) == ("AMBIGUOUS", "HANGS, NESTS")
    assert town.codes(tank("u", parents=("t",))) == ["ENDS_INVALID"]


# ---- supply groups ---------------------------------------------------------------------------------------------------


def test_members_of_a_group_agree(town: Town) -> None:
    town.apply(*(tank(name) for name in "abcd"), link("POWERS", "a", "d", group="g", needs=2))
    (problem,) = town.problems(link("POWERS", "b", "d", group="g"))
    assert problem.code == "GROUP_DISAGREES"
    assert "POWERS a -> d" in problem.message
    assert "POWERS b -> d" in problem.message
    town.apply(link("POWERS", "b", "d", group="g", needs=2.0, combine="QUORUM", loss=1))
    assert town.codes(link("POWERS", "a", "d", needs=1)) == ["GROUP_DISAGREES"]
    town.apply(link("POWERS", "a", "d", needs=1), link("POWERS", "b", "d", needs=None))


def test_a_group_spans_requirement_types_and_both_directions(town: Town) -> None:
    town.apply(*(tank(name) for name in "abc"), link("POWERS", "a", "c", group="g", loss=0.5))
    assert town.codes(link("NEEDS", "c", "b", group="g")) == ["GROUP_DISAGREES"]
    assert town.codes(link("NEEDS", "b", "c", group="g")) == []
    town.apply(link("NEEDS", "c", "b", group="g", loss=0.5))


def test_nameless_requirements_are_groups_of_their_own(town: Town) -> None:
    town.apply(*(tank(name) for name in "abc"), link("POWERS", "a", "c", loss=0.5), link("POWERS", "b", "c"))


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"needs": 1.5}, "needs"),
        ({"needs": 1.5, "group": "g"}, "needs"),
        ({"needs": 0.5, "combine": "QUORUM"}, "needs"),
        ({"loss": 1e-7}, "loss"),
        ({"group": ""}, "group"),
    ],
)
@pytest.mark.parametrize("kind", ["POWERS", "PIPE"])
def test_terms_that_impact_could_not_count_are_refused(
    town: Town, kind: str, wrong: dict[str, Any], place: str
) -> None:
    town.apply(tank("a"), tank("b"))
    (problem,) = town.problems(link(kind, "a", "b", **wrong), checks=Checks(groups=False))
    assert (problem.code, problem.property) == ("VALUE_INVALID", place)
    assert problem.place == f"changes[0].upsertRelationship.properties.{place}"


def test_a_group_by_capacity_may_need_a_fraction(town: Town) -> None:
    town.apply(tank("a"), tank("b"), link("POWERS", "a", "b", needs=1.5, combine="CAPACITY"))
    assert town.codes(link("POWERS", "a", "b", combine=None)) == ["VALUE_INVALID"]


def test_a_flow_is_one_group_at_both_ends(town: Town) -> None:
    town.apply(*(tank(name) for name in "abc"), link("PIPE", "a", "b", loss=0.5))
    assert town.codes(link("PIPE", "b", "c")) == ["GROUP_DISAGREES"]
    assert town.codes(link("PIPE", "c", "b", group="other")) == []
    assert town.codes(link("PIPE", "b", "c"), checks=Checks(groups=False)) == []
    assert town.codes(link("PIPE", "a", "c", combine="CAPACITY")) == ["VALUE_INVALID"]
    town.apply(DeleteRelationship(type="PIPE", source="a", target="b"), link("PIPE", "b", "c"))


def test_requirements_may_use_capacity(town: Town) -> None:
    town.apply(tank("a"), tank("b"), link("POWERS", "a", "b", combine="CAPACITY", capacity=2))


# ---- deleting --------------------------------------------------------------------------------------------------------


def test_deleting_takes_relationships_along(town: Town) -> None:
    town.apply(tank("a"), tank("b"), link("POWERS", "a", "b"), link("PIPE", "b", "a"))
    counted = town.apply(DeleteAsset(id="a"))
    assert (counted.assets_deleted, counted.relationships_deleted) == (1, 2)
    assert town.links() == set()


def test_what_contains_something_is_not_deleted_alone(town: Town) -> None:
    town.apply(site(), room("a", parents=("S",)), site("T"))
    (problem,) = town.problems(DeleteAsset(id="S"))
    assert (problem.code, problem.asset, problem.actual) == ("NOT_EMPTY", "S", "a")
    town.apply(DeleteAsset(id="S"), DeleteAsset(id="a"))
    town.apply(site(), room("a", parents=("S",)))
    town.apply(room("a", parents=("T",)), DeleteAsset(id="S"))


def test_cascade_spares_what_has_another_parent(town: Town) -> None:
    town.apply(
        site("S"),
        site("T"),
        room("a", parents=("S",)),
        room("b", parents=("a",)),
        room("shared", parents=("a", "T")),
        room("diamond", parents=("a", "b")),
        room("below", parents=("shared",)),
    )
    counted = town.apply(DeleteAsset(id="S", cascade=True))
    assert counted.assets_deleted == 4
    left = {name for name, image in town.world.assets.items() if image is not None}
    assert left == {"T", "shared", "below"}
    assert town.links() == {("CONTAINS", "T", "shared", ""), ("CONTAINS", "shared", "below", "")}


def test_deleted_and_made_again_in_one_set(town: Town) -> None:
    town.apply(pump(weight=2), tank("t"), link("PIPE", "t", "P"))
    counted = town.apply(DeleteAsset(id="P"), pump())
    assert (counted.assets_updated, counted.relationships_deleted) == (1, 1)
    assert "weight" not in town.asset("P").properties


def test_too_much_to_delete(town: Town) -> None:
    town.apply(site(), room("a", parents=("S",)))
    town.world.vast.add("S")
    (problem,) = town.problems(DeleteAsset(id="S", cascade=True), limits=Limits(deleted=0))
    assert problem.code == "LIMIT_EXCEEDED"


# ---- trials ----------------------------------------------------------------------------------------------------------


def test_a_refused_set_leaves_no_trace(town: Town) -> None:
    town.apply(site(), room("a", parents=("S",)), tank("t", properties={"serialNumber": "1"}), tank("u"))
    town.apply(link("POWERS", "t", "u"))
    before = (town.links(), dict(town.world.assets), dict(town.world.counts))
    town.problems(
        DeleteAsset(id="S", cascade=True),
        tank("t", properties={"serialNumber": "2"}),
        link("POWERS", "u", "t"),
        DeleteRelationship(type="POWERS", source="t", target="u"),
        tank("new", parents=("gone",)),
    )
    assets = {name: image for name, image in town.world.assets.items() if image is not None}
    counts = {spot: count for spot, count in town.world.counts.items() if count}
    assert (town.links(), assets, counts) == (before[0], before[1], {k: v for k, v in before[2].items() if v})
    assert town.codes(tank("v", properties={"serialNumber": "1"})) == ["NOT_UNIQUE"]
    assert town.codes(tank("v", properties={"serialNumber": "2"})) == []
