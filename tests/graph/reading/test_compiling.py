# ruff: noqa: E501 - statements are shown whole
"""The text that selections, filters and orders become: read it when it changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from inline_snapshot import snapshot
from neo4j.time import Date

from graph.errors import LimitExceeded, TwinError, UnknownProperty, UnknownType, ValueInvalid
from graph.ontology import Ontology, load_ontology, parse_ontology
from graph.ontology.model import Json
from graph.reading.aggregation import Measure, MeasureOf, compile_aggregation
from graph.reading.binding import Bound, bind
from graph.reading.cache import Compiled
from graph.reading.compiling import compile_asset
from graph.reading.filters import (
    AssetFilter,
    Comparison,
    Condition,
    EdgeFilter,
    FieldsCondition,
    ItemsCondition,
    NeighbourOrder,
    PropertyCondition,
    Quantifier,
    RelationshipCondition,
)
from graph.reading.frontier import Way, hop_text
from graph.reading.kinds import Vocabulary
from graph.reading.limits import LIMITS
from graph.reading.ordering import OrderBy, sort_keys
from graph.reading.paging import page_expression, total_expression
from graph.reading.predicates import compile_filter
from graph.reading.selection import (
    AssetList,
    AssetReach,
    AssetSelection,
    AssetValue,
    ChangeConnectionSelection,
    ChangeSelection,
    ChangeValue,
    ChangeValueField,
    ConnectionSelection,
    Direction,
    End,
    EndField,
    EntriesField,
    HistoryField,
    ListField,
    NeighbourConnectionSelection,
    NeighbourSelection,
    NeighboursField,
    Page,
    PropertyField,
    ReachField,
    RelationshipConnectionSelection,
    RelationshipSelection,
    RelationshipsField,
    RelationshipValue,
    RelationshipValueField,
    ValueField,
)
from graph.reading.walking import joining_text, named_relationships_text, reach_text, shortest_text

IDS = AssetSelection(fields=(ValueField(key="id", value=AssetValue.ID),))


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology(Path("migrations/ontology.yaml"))


@pytest.fixture
def words(ontology: Ontology) -> Vocabulary:
    return Vocabulary(ontology)


def text_of(words: Vocabulary, *fields: object) -> str:
    return compile_asset(AssetSelection(fields=fields), words).expression  # pyright: ignore[reportArgumentType]


def test_own_values(words: Vocabulary) -> None:
    fields = [ValueField(key=value.value, value=value) for value in AssetValue]
    assert text_of(words, *fields) == snapshot(
        "[labels(n), n._id, n.name, n{.*}, COLLECT { MATCH (nx1:_ExternalId)-[:_IDENTIFIES]->(n) WITH nx1 ORDER BY nx1.system, nx1.id RETURN [nx1.system, nx1.id] }, n._sourceOf, n._rev]"
    )


def test_one_property(words: Vocabulary) -> None:
    assert text_of(words, PropertyField(key="flow", property="ratedFlow")) == snapshot("[labels(n), n.`ratedFlow`]")


def test_a_date_comes_as_text(words: Vocabulary) -> None:
    """A driver's Date costs 20 us; a thousand rows took half their time for one."""
    fragment = compile_asset(AssetSelection(fields=(PropertyField(key="since", property="installedOn"),)), words)
    assert fragment.expression == snapshot("[labels(n), toString(n.`installedOn`)]")
    show = words.kind_of(["Asset", *words.ontology.asset_type("Ups").labels]).shows["installedOn"]
    assert show is not None
    assert [show("2020-01-02"), show(Date(2020, 1, 2))] == ["2020-01-02", "2020-01-02"]


def test_parents_and_ancestors(words: Vocabulary) -> None:
    assert text_of(words, ListField(key="p", list=AssetList.PARENTS, of=IDS)) == snapshot(
        "[labels(n), COLLECT { MATCH (n)<-[:`CONTAINS`]-(nx1:Asset) WITH DISTINCT nx1 ORDER BY nx1._id RETURN [labels(nx1), nx1._id] }]"
    )
    assert text_of(words, ListField(key="a", list=AssetList.ANCESTORS, of=IDS)) == snapshot(
        "[labels(n), COLLECT { MATCH (n)<-[:`CONTAINS`*1..]-(nx1:Asset) WITH DISTINCT nx1 WHERE nx1 <> n MATCH nx2 = shortestPath((nx1)-[:`CONTAINS`*1..]->(n)) WITH nx1, length(nx2) AS nx2d ORDER BY nx2d, nx1._id RETURN [labels(nx1), nx1._id] }]"
    )


def reach(kind: AssetReach, **given: object) -> ReachField:
    connection = ConnectionSelection(nodes=IDS)
    return ReachField(key="r", reach=kind, **{"connection": connection, **given})


def test_children_and_descendants(words: Vocabulary) -> None:
    assert text_of(words, reach(AssetReach.CHILDREN)) == snapshot(
        "[labels(n), [n._id, COLLECT { MATCH (n)-[:`CONTAINS`]->(nx1:Asset) WITH DISTINCT nx1 WHERE nx1 <> n AND nx1._id > $n0_after0 WITH nx1 ORDER BY nx1._id LIMIT $n0_first RETURN [labels(nx1), nx1._id] }]]"
    )
    both = ConnectionSelection(nodes=IDS, edges=IDS, want_total=True)
    deep = reach(AssetReach.DESCENDANTS, types=("Pump", "Equipment"), max_depth=4, connection=both)
    assert text_of(words, deep) == snapshot(
        "[labels(n), [n._id, COLLECT { MATCH (n)-[:`CONTAINS`*1..4]->(nx1:Asset) WITH DISTINCT nx1 WHERE nx1 <> n AND nx1:`Equipment` AND nx1._id > $n0_after0 WITH nx1 ORDER BY nx1._id LIMIT $n0_first RETURN [nx1._id, [labels(nx1), nx1._id], [labels(nx1), nx1._id]] }, COUNT { MATCH (n)-[:`CONTAINS`*1..4]->(nx1:Asset) WITH DISTINCT nx1 WHERE nx1 <> n AND nx1:`Equipment` RETURN nx1 }]]"
    )


def neighbours(relationship: str, direction: Direction = Direction.OUT, **given: Any) -> NeighboursField:
    connection = given.pop("connection", NeighbourConnectionSelection(nodes=IDS))
    return NeighboursField(key="r", relationship=relationship, direction=direction, connection=connection, **given)


def test_neighbours(words: Vocabulary) -> None:
    assert text_of(words, neighbours("LINKS", Direction.BOTH)) == snapshot(
        "[labels(n), [n._id, COLLECT { MATCH (n)-[nx1:`LINKS`]-(nx2:Asset) WHERE (nx2._id > $n0_after0 OR (nx2._id = $n0_after0 AND nx1._key > $n0_after1)) WITH nx1, nx2 ORDER BY nx2._id, nx1._key LIMIT $n0_first RETURN [labels(nx2), nx2._id] }]]"
    )
    edge = NeighbourSelection(node=IDS, values=(RelationshipValue.KEY,), properties=("delay",))
    counted = NeighbourConnectionSelection(edges=edge, want_total=True)
    wanted = AssetFilter(name=(Condition(comparison=Comparison.STARTS_WITH, value="U"),))
    field = neighbours("POWERS", Direction.IN, connection=counted, filter=wanted)
    fragment = compile_asset(AssetSelection(fields=(field,)), words)
    assert fragment.expression == snapshot(
        "[labels(n), [n._id, COLLECT { MATCH (n)<-[nx1:`POWERS`]-(nx2:Asset) WHERE nx2.name STARTS WITH $n0f0 AND (nx2._id > $n0_after0 OR (nx2._id = $n0_after0 AND nx1._key > $n0_after1)) WITH nx1, nx2 ORDER BY nx2._id, nx1._key LIMIT $n0_first RETURN [nx2._id, nx1._key, [nx1.key, nx1.`delay`, [labels(nx2), nx2._id]]] }, COUNT { MATCH (n)<-[nx1:`POWERS`]-(nx2:Asset) WHERE nx2.name STARTS WITH $n0f0 RETURN nx1 }]]"
    )
    assert fragment.parameters == {"n0f0": "U"}


def test_neighbours_in_an_order_of_their_own(words: Vocabulary) -> None:
    order = (NeighbourOrder(field="cableLimit", edge=True, descending=True), NeighbourOrder(field="name"))
    assert text_of(words, neighbours("POWERS", order=order)) == snapshot(
        "[labels(n), [n._id, COLLECT { MATCH (n)-[nx1:`POWERS`]->(nx2:Asset) WHERE ($n0_begin OR (($n0_after0 IS NOT NULL AND (nx1.`cableLimit` IS NULL OR nx1.`cableLimit` < $n0_after0)) OR ((nx1.`cableLimit` = $n0_after0 OR (nx1.`cableLimit` IS NULL AND $n0_after0 IS NULL)) AND (nx2.name > $n0_after1 OR (nx2.name = $n0_after1 AND (nx2._id > $n0_after2 OR (nx2._id = $n0_after2 AND nx1._key > $n0_after3))))))) WITH nx1, nx2 ORDER BY nx1.`cableLimit` IS NULL, nx1.`cableLimit` DESC, nx2.name, nx2._id, nx1._key LIMIT $n0_first RETURN [labels(nx2), nx2._id] }]]"
    )
    dated = neighbours("POWERS", order=(NeighbourOrder(field="installedOn"), NeighbourOrder(field="id")))
    assert text_of(words, dated) == snapshot(
        "[labels(n), [n._id, COLLECT { MATCH (n)-[nx1:`POWERS`]->(nx2:Asset) WHERE ($n0_begin OR (($n0_after0 IS NOT NULL AND (toString(nx2.`installedOn`) IS NULL OR toString(nx2.`installedOn`) > $n0_after0)) OR ((toString(nx2.`installedOn`) = $n0_after0 OR (toString(nx2.`installedOn`) IS NULL AND $n0_after0 IS NULL)) AND (nx2._id > $n0_after1 OR (nx2._id = $n0_after1 AND nx1._key > $n0_after2))))) WITH nx1, nx2 ORDER BY toString(nx2.`installedOn`) IS NULL, toString(nx2.`installedOn`), nx2._id, nx1._key LIMIT $n0_first RETURN [labels(nx2), nx2._id] }]]"
    )


def test_neighbours_by_their_own_properties(words: Vocabulary) -> None:
    over = PropertyCondition(name="cableLimit", conditions=(Condition(comparison=Comparison.GT, value=16),))
    edges = EdgeFilter(properties=(over,), either=(EdgeFilter(key=(Condition(comparison=Comparison.NE, value="x"),)),))
    assert text_of(words, neighbours("POWERS", edges=edges)) == snapshot(
        "[labels(n), [n._id, COLLECT { MATCH (n)-[nx1:`POWERS`]->(nx2:Asset) WHERE nx1.`cableLimit` > $n0g0 AND ((coalesce(nx1.key, '') <> $n0g1)) AND (nx2._id > $n0_after0 OR (nx2._id = $n0_after0 AND nx1._key > $n0_after1)) WITH nx1, nx2 ORDER BY nx2._id, nx1._key LIMIT $n0_first RETURN [labels(nx2), nx2._id] }]]"
    )
    some = RelationshipCondition(
        relationship="POWERS", direction=Direction.IN, quantifier=Quantifier.NONE, fits=AssetFilter(), edge=edges
    )
    assert compile_filter(AssetFilter(relationships=(some,)), words, LIMITS).conditions == snapshot(
        [
            "NOT EXISTS { MATCH (n)<-[fe0r:`POWERS`]-(fe0:Asset) WHERE fe0r.`cableLimit` > $f0 AND ((coalesce(fe0r.key, '') <> $f1)) }"
        ]
    )
    wrong = PropertyCondition(name="colour", conditions=())
    with pytest.raises(UnknownProperty):
        text_of(words, neighbours("POWERS", edges=EdgeFilter(properties=(wrong,))))


def test_items_of_lists_and_fields_of_objects(words: Vocabulary) -> None:
    starts = Condition(comparison=Comparison.STARTS_WITH, value="a")
    tags = PropertyCondition(
        name="tags", conditions=(), items=(ItemsCondition(quantifier=Quantifier.NONE, conditions=(starts,)),)
    )
    city = PropertyCondition(
        name="address", conditions=(), has=FieldsCondition(fields=(("city", 'B"n'), ("street", None)))
    )
    compiled = compile_filter(AssetFilter(properties=(tags, city)), words, LIMITS)
    assert compiled.conditions == snapshot(
        [
            "(n:`Workload` AND none(item IN n.`tags` WHERE item STARTS WITH $f0))",
            "(n:`Site` AND (n.`address` IS NOT NULL AND (n.`address` CONTAINS $f1 OR n.`address` CONTAINS $f2) AND NOT n.`address` CONTAINS $f3))",
        ]
    )
    assert compiled.parameters == snapshot(
        {"f0": "a", "f1": '"city":"B\\"n",', "f2": '"city":"B\\"n"}', "f3": '"street":'}
    )
    number = PropertyCondition(name="ratedFlow", conditions=(), items=tags.items)
    unknown = PropertyCondition(name="address", conditions=(), has=FieldsCondition(fields=(("planet", "x"),)))
    for wrong in (number, unknown):
        with pytest.raises(ValueInvalid):
            compile_filter(AssetFilter(properties=(wrong,)), words, LIMITS)


@pytest.mark.parametrize("value", [2**53, -(2**53), "x"])
def test_a_field_is_compared_with_what_its_object_could_hold(value: Json) -> None:
    text = """
format: twin-ontology/1
name: t
assetTypes: {A: {properties: {size: {datatype: object, fields: {count: {datatype: int}}}}}}
"""
    has = FieldsCondition(fields=(("count", value),))
    asked = AssetFilter(properties=(PropertyCondition(name="size", conditions=(), has=has),))
    with pytest.raises(ValueInvalid):
        compile_filter(asked, Vocabulary(parse_ontology(text)), LIMITS)


def test_neighbours_of_neighbours_have_parameters_of_their_own(words: Vocabulary) -> None:
    def named(name: str) -> AssetFilter:
        return AssetFilter(name=(Condition(comparison=Comparison.IN, value=[name]),))

    inner = neighbours("POWERS", filter=named("inner"))
    outer = NeighbourConnectionSelection(nodes=AssetSelection(fields=(inner,)))
    selection = AssetSelection(fields=(neighbours("POWERS", connection=outer, filter=named("outer")),))
    assert compile_asset(selection, words).parameters == {"n0f0": ["outer"], "n1f0": ["inner"]}
    assert Compiled().asset(selection, "n", "n", words) is not None  # hashable, filters and all


def test_what_is_kept_of_one_value_is_not_taken_for_another(words: Vocabulary) -> None:
    def over(value: Json) -> AssetSelection:
        limit = Condition(comparison=Comparison.EQ, value=value)
        wanted = AssetFilter(properties=(PropertyCondition(name="ratedFlow", conditions=(limit,)),))
        return AssetSelection(fields=(neighbours("POWERS", filter=wanted),))

    kept = Compiled()
    assert kept.asset(over(1), "n", "n", words) is kept.asset(over(1), "n", "n", words)
    refused: list[Json] = [True, [1], {"some": 1}]
    for wrong in refused:
        with pytest.raises(ValueInvalid):
            kept.asset(over(wrong), "n", "n", words)


def test_conditions_over_relationships(words: Vocabulary) -> None:
    fed = RelationshipCondition(
        relationship="POWERS",
        direction=Direction.IN,
        quantifier=Quantifier.SOME,
        fits=AssetFilter(
            properties=(PropertyCondition(name="ratedPower", owner="Equipment", conditions=(at_least(5.0),)),),
            relationships=(
                RelationshipCondition(
                    relationship="CONTAINS",
                    direction=Direction.IN,
                    quantifier=Quantifier.NONE,
                    fits=AssetFilter(ids=("R",)),
                ),
            ),
        ),
    )
    assert compile_filter(AssetFilter(types=("Pump",), relationships=(fed,)), words, LIMITS).conditions == snapshot(
        [
            "EXISTS { MATCH (n)<-[:`POWERS`]-(fe0:Asset) WHERE (fe0:`Equipment` AND fe0.`ratedPower` >= $f0) AND NOT EXISTS { MATCH (fe0)<-[:`CONTAINS`]-(fe1:Asset) WHERE fe1._id IN $f1 } }"
        ]
    )
    every = RelationshipCondition(
        relationship="LINKS", direction=Direction.BOTH, quantifier=Quantifier.ALL, fits=AssetFilter(types=("Switch",))
    )
    assert compile_filter(AssetFilter(relationships=(every,)), words, LIMITS).conditions == snapshot(
        ["NOT EXISTS { MATCH (n)-[:`LINKS`]-(fe0:Asset) WHERE NOT coalesce((fe0:`Switch`), false) }"]
    )
    many = AssetFilter(relationships=(every,) * 21)
    with pytest.raises(LimitExceeded):
        compile_filter(many, words, LIMITS)


def test_lists_contain_items(words: Vocabulary) -> None:
    def holding(name: str, value: Json) -> AssetFilter:
        condition = Condition(comparison=Comparison.CONTAINS, value=value)
        return AssetFilter(properties=(PropertyCondition(name=name, conditions=(condition,)),))

    predicate = compile_filter(holding("tags", "red"), words, LIMITS)
    assert (predicate.conditions, predicate.parameters) == (["(n:`Workload` AND $f0 IN n.`tags`)"], {"f0": "red"})
    for name, value in (("tags", 1), ("tags", None), ("ratedFlow", "1")):
        with pytest.raises(ValueInvalid):
            compile_filter(holding(name, value), words, LIMITS)


def at_least(value: float) -> Condition:
    return Condition(comparison=Comparison.GTE, value=value)


def test_dependencies_one_hop(words: Vocabulary) -> None:
    assert text_of(words, reach(AssetReach.DEPENDENCIES, max_depth=1)) == snapshot(
        "[labels(n), [n._id, COLLECT { CALL (n) { MATCH (n)-[:`DEPENDS_ON`|`HAS_MEMBER`|`REQUIRES`|`RUNS_ON`|`LINKS`]->(nx1:Asset) RETURN nx1 UNION MATCH (n)<-[:`COOLS`|`POWERS`|`LINKS`]-(nx1:Asset) RETURN nx1 } WITH DISTINCT nx1 WHERE nx1 <> n AND nx1._id > $n0_after0 WITH nx1 ORDER BY nx1._id LIMIT $n0_first RETURN [labels(nx1), nx1._id] }]]"
    )
    assert text_of(words, reach(AssetReach.DEPENDENTS, max_depth=1, relationship_types=("RUNS_ON",))) == snapshot(
        "[labels(n), [n._id, COLLECT { MATCH (n)<-[:`RUNS_ON`]-(nx1:Asset) WITH DISTINCT nx1 WHERE nx1 <> n AND nx1._id > $n0_after0 WITH nx1 ORDER BY nx1._id LIMIT $n0_first RETURN [labels(nx1), nx1._id] }]]"
    )


def test_dependencies_of_one_direction_are_one_pattern(words: Vocabulary) -> None:
    assert text_of(words, reach(AssetReach.DEPENDENCIES, relationship_types=("POWERS", "COOLS"))) == snapshot(
        "[labels(n), [n._id, COLLECT { MATCH (n)<-[:`COOLS`|`POWERS`*1..]-(nx1:Asset) WITH DISTINCT nx1 WHERE nx1 <> n AND nx1._id > $n0_after0 WITH nx1 ORDER BY nx1._id LIMIT $n0_first RETURN [labels(nx1), nx1._id] }]]"
    )
    assert text_of(words, reach(AssetReach.DEPENDENCIES, relationship_types=("LINKS",), max_depth=3)) == snapshot(
        "[labels(n), [n._id, COLLECT { MATCH (n)-[:`LINKS`*1..3]-(nx1:Asset) WITH DISTINCT nx1 WHERE nx1 <> n AND nx1._id > $n0_after0 WITH nx1 ORDER BY nx1._id LIMIT $n0_first RETURN [labels(nx1), nx1._id] }]]"
    )


def test_dependencies_of_several_directions_are_left_to_the_frontier(words: Vocabulary) -> None:
    field = reach(AssetReach.DEPENDENCIES, relationship_types=("POWERS", "RUNS_ON", "LINKS"))
    assert text_of(words, field) == snapshot("[labels(n), [n._id]]")
    ways = words.orientation(field.reach, field.relationship_types)
    assert hop_text(Way(orientation=ways, depth=None, types=("Server",)), words) == snapshot(
        "UNWIND $ids AS id MATCH (n:Asset {_tenant: $tenant, _id: id}) CALL (n) { MATCH (n)-[:`RUNS_ON`|`LINKS`]->(m:Asset) RETURN m UNION MATCH (n)<-[:`POWERS`|`LINKS`]-(m:Asset) RETURN m } WITH DISTINCT id, m RETURN id, collect([m._id, m:`Server`])"
    )


def test_relationships(words: Vocabulary) -> None:
    values = tuple(RelationshipValueField(key=value.value, value=value) for value in RelationshipValue)
    ends = tuple(EndField(key=end.value, end=end, of=IDS) for end in End)
    connection = RelationshipConnectionSelection(nodes=RelationshipSelection(fields=(*values, *ends)), want_total=True)
    field = RelationshipsField(key="r", connection=connection, direction=Direction.OUT, types=("POWERS",))
    assert text_of(words, field) == snapshot(
        "[labels(n), [n._id, COLLECT { MATCH (n)-[nx1:`POWERS`]->(nx2:Asset) WHERE type(nx1) > $n0_after0 OR (type(nx1) = $n0_after0 AND nx1._key > $n0_after1) WITH nx1, nx2 ORDER BY type(nx1), nx1._key LIMIT $n0_first WITH nx1, nx2, startNode(nx1) AS nx1f, endNode(nx1) AS nx1t RETURN [type(nx1), nx1._key, [type(nx1), nx1.key, nx1{.*}, nx1._rev, [labels(nx1f), nx1f._id], [labels(nx1t), nx1t._id], [labels(nx2), nx2._id]]] }, COUNT { MATCH (n)-[nx1:`POWERS`]->(nx2:Asset) RETURN nx1 }]]"
    )


def test_history(words: Vocabulary) -> None:
    change = ChangeSelection(
        fields=(ChangeValueField(key="revision", value=ChangeValue.REVISION), EntriesField(key="entries"))
    )
    assert text_of(words, HistoryField(key="h", connection=ChangeConnectionSelection(nodes=change))) == snapshot(
        "[labels(n), [n._id, COLLECT { CALL db.index.fulltext.queryNodes('change_touched', '+_tenant:\"' + $tenant + '\" +touched:\"' + replace(replace(n._id, '\\\\', '\\\\\\\\'), '\\\"', '\\\\\\\"') + '\"') YIELD node AS nx1 WITH nx1 WHERE nx1._tenant = $tenant AND nx1.revision < $n0_after0 WITH nx1 ORDER BY nx1.revision DESC LIMIT $n0_first RETURN [nx1.revision, [nx1.revision, nx1.entries[$n1_after0..$n1_first]]] }]]"
    )


def test_lists_of_other_types_are_not_fetched(words: Vocabulary) -> None:
    field = ListField(key="p", list=AssetList.PARENTS, of=IDS, when=frozenset({"Pump"}))
    assert text_of(words, field) == snapshot(
        "[labels(n), CASE WHEN n:`Pump` THEN COLLECT { MATCH (n)<-[:`CONTAINS`]-(nx1:Asset) WITH DISTINCT nx1 ORDER BY nx1._id RETURN [labels(nx1), nx1._id] } END]"
    )


def page(words: Vocabulary, *, after: tuple[str | None, ...] | None = None, order: str = "", **given: object) -> str:
    predicate = compile_filter(AssetFilter(**given), words, LIMITS)  # pyright: ignore[reportArgumentType]
    orders = tuple(OrderBy(field=each.strip("-"), descending="-" in each) for each in order.split())
    keys = sort_keys(orders, predicate.types, words, LIMITS)
    return page_expression(predicate, keys, after, "[n._id]", "`CONTAINS`")


def test_page_by_id(words: Vocabulary) -> None:
    assert page(words) == snapshot(
        "COLLECT { MATCH (n:`Asset`) WHERE n._tenant = $tenant AND n._id > '' WITH n ORDER BY n._tenant, n._id LIMIT $first RETURN [n._id] }"
    )
    assert page(words, after=("x",), types=("Pump",)) == snapshot(
        "COLLECT { MATCH (n:`Pump`) WHERE n._tenant = $tenant AND n._id > $after0 WITH n ORDER BY n._tenant, n._id LIMIT $first RETURN [n._id] }"
    )
    assert page(words, order="-id", after=("x",)) == snapshot(
        "COLLECT { MATCH (n:`Asset`) WHERE n._tenant = $tenant AND n._id < $after0 WITH n ORDER BY n._tenant DESC, n._id DESC LIMIT $first RETURN [n._id] }"
    )


def test_page_of_several_types_takes_a_part_of_each(words: Vocabulary) -> None:
    assert page(words, types=("Pump", "Ups")) == snapshot(
        "COLLECT { CALL () { MATCH (n:`Pump`) WHERE n._tenant = $tenant AND n._id > '' RETURN n ORDER BY n._tenant, n._id LIMIT $first UNION MATCH (n:`Ups`) WHERE n._tenant = $tenant AND n._id > '' RETURN n ORDER BY n._tenant, n._id LIMIT $first } WITH n ORDER BY n._tenant, n._id LIMIT $first RETURN [n._id] }"
    )


def test_page_by_name(words: Vocabulary) -> None:
    assert page(words, order="name") == snapshot(
        "COLLECT { MATCH (n:`Asset`) WHERE n._tenant = $tenant AND n.name IS NOT NULL WITH n ORDER BY n._tenant, n.name, n._id LIMIT $first RETURN [n._id] }"
    )
    assert page(words, order="name", after=("N", "x")) == snapshot(
        "head(COLLECT { WITH COLLECT { MATCH (n:`Asset`) USING INDEX n:`Asset`(`_tenant`, `name`) WHERE n._tenant = $tenant AND n.name = $after0 AND n._id > $after1 WITH n ORDER BY n._id LIMIT $first RETURN [n._id] } AS page0 RETURN CASE WHEN size(page0) < $first THEN (page0 + COLLECT { MATCH (n:`Asset`) WHERE n._tenant = $tenant AND n.name > $after0 WITH n ORDER BY n._tenant, n.name, n._id LIMIT $first RETURN [n._id] })[..$first] ELSE page0 END })"
    )


def test_page_by_property_has_a_branch_for_missing_values(words: Vocabulary) -> None:
    assert page(words, order="-serialNumber", after=("S", "x")) == snapshot(
        "head(COLLECT { WITH COLLECT { MATCH (n:`Equipment`) USING INDEX n:`Equipment`(`_tenant`, `serialNumber`) WHERE n._tenant = $tenant AND n.`serialNumber` = $after0 AND n._id > $after1 WITH n ORDER BY n._id LIMIT $first RETURN [n._id] } AS page0 RETURN CASE WHEN size(page0) < $first THEN (page0 + head(COLLECT { WITH COLLECT { MATCH (n:`Equipment`) WHERE n._tenant = $tenant AND n.`serialNumber` < $after0 WITH n ORDER BY n._tenant DESC, n.`serialNumber` DESC, n._id LIMIT $first RETURN [n._id] } AS page1 RETURN CASE WHEN size(page1) < $first THEN (page1 + COLLECT { MATCH (n:`Asset`) WHERE n._tenant = $tenant AND n.`serialNumber` IS NULL AND n._id > '' WITH n ORDER BY n._tenant, n._id LIMIT $first RETURN [n._id] })[..$first] ELSE page1 END }))[..$first] ELSE page0 END })"
    )
    assert page(words, order="serialNumber", after=(None, "x")) == snapshot(
        "COLLECT { MATCH (n:`Asset`) WHERE n._tenant = $tenant AND n.`serialNumber` IS NULL AND n._id > $after1 WITH n ORDER BY n._tenant, n._id LIMIT $first RETURN [n._id] }"
    )


def test_page_by_type_and_unindexed_property(words: Vocabulary) -> None:
    assert page(words, order="ratedPower", after=("7", "x")) == snapshot(
        "COLLECT { MATCH (n:`Asset`) WHERE n._tenant = $tenant AND (n.`ratedPower` > $after0 OR n.`ratedPower` IS NULL OR (n.`ratedPower` = $after0 AND coalesce(n._id, '') > $after1)) AND n._id > '' WITH n ORDER BY n.`ratedPower` IS NULL, n.`ratedPower`, n._id LIMIT $first RETURN [n._id] }"
    )


def test_page_within(words: Vocabulary) -> None:
    assert page(words, within="b1", types=("Pump",), after=("x",)) == snapshot(
        "COLLECT { MATCH (inside:Asset {_tenant: $tenant, _id: $f0}) MATCH (inside)-[:`CONTAINS`*1..]->(n:Asset) WITH DISTINCT n, inside WHERE n <> inside AND n:`Pump` AND coalesce(n._id, '') > $after0 WITH n ORDER BY n._id LIMIT $first RETURN [n._id] }"
    )


def condition(comparison: Comparison, value: object) -> Condition:
    return Condition(comparison=comparison, value=value)  # pyright: ignore[reportArgumentType]


def wished(name: str, comparison: Comparison, value: object) -> PropertyCondition:
    return PropertyCondition(name=name, conditions=(condition(comparison, value),))


def test_filter_parts(words: Vocabulary) -> None:
    wanted = AssetFilter(
        ids=("a", "b"),
        name=(condition(Comparison.CONTAINS, "x"),),
        properties=(wished("ratedFlow", Comparison.GTE, {"value": 3600, "unit": "L/h"}),),
        every=(AssetFilter(types=("Pump",)),),
        either=(AssetFilter(within="b1"), AssetFilter()),
        negated=AssetFilter(properties=(wished("installedOn", Comparison.LT, "2020-01-01"),)),
    )
    predicate = compile_filter(wanted, words, LIMITS)
    assert predicate.conditions == snapshot(
        [
            "n._id IN $f0",
            "n.name CONTAINS $f1",
            "(n:`Pump` AND n.`ratedFlow` >= $f2)",
            "n:`Pump`",
            "((EXISTS { MATCH (n)<-[:`CONTAINS`*1..]-(:Asset {_tenant: $tenant, _id: $f3}) }) OR true)",
            "NOT coalesce(((n:`Equipment` AND n.`installedOn` < $f4)), false)",
        ]
    )
    assert predicate.parameters == snapshot(
        {"f0": ["a", "b"], "f1": "x", "f2": 1.0, "f3": "b1", "f4": date(2020, 1, 1)}
    )
    assert total_expression(predicate, "`CONTAINS`") == snapshot(
        "COUNT { MATCH (n:`Asset`) WHERE n._tenant = $tenant AND n._id IN $f0 AND n.name CONTAINS $f1 AND (n:`Pump` AND n.`ratedFlow` >= $f2) AND n:`Pump` AND ((EXISTS { MATCH (n)<-[:`CONTAINS`*1..]-(:Asset {_tenant: $tenant, _id: $f3}) }) OR true) AND NOT coalesce(((n:`Equipment` AND n.`installedOn` < $f4)), false) RETURN n }"
    )


@pytest.mark.parametrize(
    ("wanted", "error"),
    [
        (AssetFilter(types=("Pmp",)), UnknownType),
        (AssetFilter(properties=(wished("ratedFlw", Comparison.EQ, 1),)), UnknownProperty),
        (AssetFilter(types=("Ups",), properties=(wished("ratedFlow", Comparison.EQ, 1),)), UnknownProperty),
        (AssetFilter(properties=(wished("ratedFlow", Comparison.EQ, "much"),)), ValueInvalid),
        (AssetFilter(properties=(wished("ratedFlow", Comparison.EQ, None),)), ValueInvalid),
        (AssetFilter(properties=(wished("ratedFlow", Comparison.CONTAINS, "1"),)), ValueInvalid),
        (AssetFilter(properties=(wished("address", Comparison.EQ, {}),)), ValueInvalid),
        (AssetFilter(properties=(wished("use", Comparison.GT, "OFFICE"),)), ValueInvalid),
        (AssetFilter(properties=(wished("ratedFlow", Comparison.IS_NULL, "yes"),)), ValueInvalid),
        (AssetFilter(name=(condition(Comparison.EQ, 7),)), ValueInvalid),
        (AssetFilter(name=(condition(Comparison.GT, "a"),)), TwinError),
        (AssetFilter(ids=("a\n",)), TwinError),
        (AssetFilter(ids=tuple(str(number) for number in range(10_001))), LimitExceeded),
        (AssetFilter(every=tuple(AssetFilter() for _ in range(200))), LimitExceeded),
    ],
)
def test_filters_that_make_no_sense(words: Vocabulary, wanted: AssetFilter, error: type[TwinError]) -> None:
    with pytest.raises(error):
        compile_filter(wanted, words, LIMITS)


def test_unknown_property_names_near_ones(words: Vocabulary) -> None:
    with pytest.raises(UnknownProperty, match="ratedFlow"):
        compile_filter(AssetFilter(properties=(wished("ratedFlw", Comparison.EQ, 1),)), words, LIMITS)


@pytest.mark.parametrize("order", ["location", "maintenanceInterval", "address", "nothing", "name name"])
def test_orders_that_make_no_sense(words: Vocabulary, order: str) -> None:
    with pytest.raises(TwinError):
        page(words, order=order)


def test_aggregate(words: Vocabulary) -> None:
    measures = (
        MeasureOf(property="purchaseCost", measure=Measure.SUM),
        MeasureOf(property="serialNumber", measure=Measure.DISTINCT),
    )
    predicate = compile_filter(AssetFilter(types=("Pump",)), words, LIMITS)
    text = compile_aggregation(predicate, ("parent", "manufacturer"), measures, words, LIMITS).text
    assert text == snapshot(
        "MATCH (n:`Pump`) WHERE n._tenant = $tenant AND n._id > '' OPTIONAL MATCH (n)<-[:`CONTAINS`]-(p:Asset) WITH DISTINCT n, p RETURN p._id AS g0, n.`manufacturer` AS g1, count(*) AS total, CASE WHEN count(n.`purchaseCost` / 100.0) > 0 THEN sum(toFloat(n.`purchaseCost` / 100.0)) END AS m0, toFloat(count(DISTINCT n.`serialNumber`)) AS m1 ORDER BY total DESC, g0, g1 LIMIT $groups"
    )


def test_walks() -> None:
    assert reach_text(("LINKS",), Direction.OUT, 3) == snapshot(
        "UNWIND $roots AS id MATCH (root:Asset {_tenant: $tenant, _id: id}) MATCH p = (root)-[:`LINKS`*0..3]->(n:Asset) WITH n, min(length(p)) AS depth ORDER BY depth, n._id WITH collect([depth, n._id]) AS reached RETURN [x IN reached WHERE x[0] < $depth OR (x[0] = $depth AND x[1] <= $id) | x[1]], [x IN reached WHERE NOT (x[0] < $depth OR (x[0] = $depth AND x[1] <= $id))][..$limit], COLLECT { UNWIND $roots AS id WITH id WHERE NOT EXISTS { MATCH (:Asset {_tenant: $tenant, _id: id}) } RETURN id }"
    )
    assert joining_text(("LINKS",), "[1]") == snapshot(
        "UNWIND $page AS id MATCH (a:Asset {_tenant: $tenant, _id: id}) MATCH (a)-[r:`LINKS`]-(b:Asset) WHERE b._id IN $known WITH DISTINCT r ORDER BY type(r), r._key LIMIT $limit WITH r, startNode(r) AS rf, endNode(r) AS rt RETURN [1]"
    )
    assert shortest_text(("LINKS",), Direction.BOTH, None) == snapshot(
        "UNWIND $spurs AS spur MATCH (a:Asset {_tenant: $tenant, _id: spur[1]}) MATCH (b:Asset {_tenant: $tenant, _id: $to}) MATCH p = shortestPath((a)-[:`LINKS`*1..]-(b)) WHERE none(x IN nodes(p) WHERE x._id IN spur[2]) AND none(r IN relationships(p) WHERE [type(r), r._key] IN spur[3]) RETURN spur[0], [x IN nodes(p) | x._id], [r IN relationships(p) | [type(r), r._key]]"
    )
    assert named_relationships_text(("LINKS",), "[1]") == snapshot(
        "UNWIND $joins AS x MATCH (a:Asset {_tenant: $tenant, _id: x[0]}) MATCH (a)-[r:`LINKS`]-(b:Asset {_tenant: $tenant, _id: x[1]}) WHERE type(r) = x[2] AND r._key = x[3] WITH DISTINCT r WITH r, startNode(r) AS rf, endNode(r) AS rt RETURN type(r), r._key, [1]"
    )


def test_pages_are_no_part_of_the_shape(words: Vocabulary) -> None:
    def selection(first: int) -> AssetSelection:
        inner = ConnectionSelection(nodes=IDS, page=Page(first=first + 1))
        outer = AssetSelection(fields=(reach(AssetReach.CHILDREN, connection=inner),))
        connection = ConnectionSelection(nodes=outer, edges=outer, page=Page(first=first))
        return AssetSelection(fields=(reach(AssetReach.CHILDREN, connection=connection),))

    compiled = Compiled()
    one = compiled.asset(selection(1), "n", "n", words)
    assert compiled.asset(selection(7), "n", "n", words) is one
    bound = Bound()
    bind(one, selection(7), LIMITS, bound)
    assert {key: value for key, value in bound.parameters.items() if key.endswith("first")} == {
        "n0_first": 8,
        "n1_first": 9,
        "n2_first": 9,
    }


@pytest.mark.parametrize("depth", [0, 1001])
def test_depth_has_a_floor_and_a_ceiling(words: Vocabulary, depth: int) -> None:
    with pytest.raises(TwinError):
        text_of(words, reach(AssetReach.DESCENDANTS, max_depth=depth))


def test_lists_inside_lists_have_a_ceiling(words: Vocabulary) -> None:
    selection = IDS
    for _ in range(20):
        connection = ConnectionSelection(nodes=selection)
        selection = AssetSelection(fields=(reach(AssetReach.CHILDREN, connection=connection),))
    with pytest.raises(LimitExceeded):
        compile_asset(selection, words)


def test_totals_and_groups_of_types_alone_come_from_what_is_kept(words: Vocabulary) -> None:
    predicate = compile_filter(AssetFilter(types=("CoolingEquipment",)), words, LIMITS)
    assert predicate.parameters == snapshot({"counted": ["AirHandler", "Chiller", "CoolingTower", "Pump"]})
    assert total_expression(predicate, "`CONTAINS`") == snapshot(
        "CASE WHEN EXISTS { MATCH (t:_Tenant {_tenant: $tenant}) WHERE t.counted = t.revision } THEN head(COLLECT { MATCH (c:_AssetCount) WHERE c._tenant = $tenant AND c.type IN $counted RETURN sum(c.count) }) ELSE COUNT { MATCH (n:`CoolingEquipment`) WHERE n._tenant = $tenant AND n._id > '' RETURN n } END"
    )
    assert compile_aggregation(predicate, ("type",), (), words, LIMITS).text == snapshot(
        "WITH CASE WHEN EXISTS { MATCH (t:_Tenant {_tenant: $tenant}) WHERE t.counted = t.revision } THEN COLLECT { MATCH (c:_AssetCount) WHERE c._tenant = $tenant AND c.type IN $counted AND c.count > 0 WITH c.type AS g0, c.count AS total ORDER BY total DESC, g0 LIMIT $groups RETURN [g0, total] } ELSE COLLECT { MATCH (n:`CoolingEquipment`) WHERE n._tenant = $tenant AND n._id > '' WITH CASE WHEN n:`Router` THEN 'Router' WHEN n:`Switch` THEN 'Switch' WHEN n:`CarrierCircuit` THEN 'CarrierCircuit' WHEN n:`Pdu` THEN 'Pdu' WHEN n:`Server` THEN 'Server' WHEN n:`AirHandler` THEN 'AirHandler' WHEN n:`Chiller` THEN 'Chiller' WHEN n:`CoolingTower` THEN 'CoolingTower' WHEN n:`Generator` THEN 'Generator' WHEN n:`GridFeed` THEN 'GridFeed' WHEN n:`Meter` THEN 'Meter' WHEN n:`Pump` THEN 'Pump' WHEN n:`Sensor` THEN 'Sensor' WHEN n:`Switchgear` THEN 'Switchgear' WHEN n:`TransferSwitch` THEN 'TransferSwitch' WHEN n:`Ups` THEN 'Ups' WHEN n:`Application` THEN 'Application' WHEN n:`Building` THEN 'Building' WHEN n:`BusinessFunction` THEN 'BusinessFunction' WHEN n:`ClinicalFunction` THEN 'ClinicalFunction' WHEN n:`Cluster` THEN 'Cluster' WHEN n:`Floor` THEN 'Floor' WHEN n:`Rack` THEN 'Rack' WHEN n:`Room` THEN 'Room' WHEN n:`Service` THEN 'Service' WHEN n:`Site` THEN 'Site' END AS g0, count(*) AS total ORDER BY total DESC, g0 LIMIT $groups RETURN [g0, total] } END AS rows UNWIND rows AS row RETURN row[0] AS g0, row[1] AS total"
    )
    filtered = compile_filter(AssetFilter(types=("Pump",), name=(condition(Comparison.EQ, "x"),)), words, LIMITS)
    assert "_AssetCount" not in total_expression(filtered, "`CONTAINS`")
    assert "_AssetCount" not in compile_aggregation(filtered, (), (), words, LIMITS).text


def test_a_filtered_page_is_tried_in_the_order_of_its_index(words: Vocabulary) -> None:
    wanted = AssetFilter(
        types=("Pump",),
        properties=(wished("manufacturer", Comparison.EQ, "x"), wished("ratedFlow", Comparison.GTE, 1)),
    )
    predicate = compile_filter(wanted, words, LIMITS)

    def text(order: str, after: tuple[object, ...] | None) -> str:
        orders = tuple(OrderBy(field=each.strip("-"), descending="-" in each) for each in order.split())
        keys = sort_keys(orders, predicate.types, words, LIMITS)
        return page_expression(predicate, keys, after, "[n._id]", "`CONTAINS`")  # pyright: ignore[reportArgumentType]

    assert text("name", None) == snapshot(
        "head(COLLECT { WITH COLLECT { MATCH (n:`Pump`) USING INDEX n:`Pump`(`_tenant`, `name`) WHERE n._tenant = $tenant AND n.name IS NOT NULL WITH n ORDER BY n._tenant, n.name LIMIT $ahead WITH n WHERE n.`manufacturer` = $f0 AND n.`ratedFlow` >= $f1 WITH n ORDER BY n._tenant, n.name, n._id LIMIT $first + 1 RETURN [n.name, [n._id]] } AS ahead RETURN CASE WHEN size(ahead) > $first AND ahead[$first][0] > ahead[$first - 1][0] THEN [each IN ahead[..$first] | each[1]] ELSE COLLECT { MATCH (n:`Pump`) WHERE n._tenant = $tenant AND (n:`Equipment` AND n.`manufacturer` = $f0) AND (n:`Pump` AND n.`ratedFlow` >= $f1) WITH n ORDER BY n.name, n._id LIMIT $first RETURN [n._id] } END })"
    )
    assert text("-name", ("N", "x")) == snapshot(
        "head(COLLECT { WITH COLLECT { MATCH (n:`Pump`) USING INDEX n:`Pump`(`_tenant`, `name`) WHERE n._tenant = $tenant AND n.name <= $after0 WITH n ORDER BY n._tenant DESC, n.name DESC LIMIT $ahead WITH n WHERE n.`manufacturer` = $f0 AND n.`ratedFlow` >= $f1 AND (n.name < $after0 OR (n.name = $after0 AND n._id > $after1)) WITH n ORDER BY n._tenant DESC, n.name DESC, n._id LIMIT $first + 1 RETURN [n.name, [n._id]] } AS ahead RETURN CASE WHEN size(ahead) > $first AND ahead[$first][0] < ahead[$first - 1][0] THEN [each IN ahead[..$first] | each[1]] ELSE COLLECT { MATCH (n:`Pump`) WHERE n._tenant = $tenant AND (n:`Equipment` AND n.`manufacturer` = $f0) AND (n:`Pump` AND n.`ratedFlow` >= $f1) AND (n.name < $after0 OR (n.name = $after0 AND coalesce(n._id, '') > $after1)) WITH n ORDER BY n.name DESC, n._id LIMIT $first RETURN [n._id] } END })"
    )
    for order, after in (("type", None), ("ratedPower", None), ("serialNumber", (None, "x"))):
        assert "$ahead" not in text(order, after)
    few = AssetFilter(types=("Pump",), properties=(wished("serialNumber", Comparison.EQ, "x"),))
    for each in (few, AssetFilter(ids=("x",)), AssetFilter(name=(condition(Comparison.EQ, "x"),)), AssetFilter()):
        predicate = compile_filter(each, words, LIMITS)
        assert "$ahead" not in text("name", None)


def test_assets_of_one_value_come_from_the_index_that_has_them_by_name(words: Vocabulary) -> None:
    offices = wished("use", Comparison.EQ, "OFFICE")

    def text(order: str, after: tuple[object, ...] | None = None, **wanted: object) -> str:
        asked = AssetFilter(**{"types": ("Room",), "properties": (offices,), **wanted})
        predicate = compile_filter(asked, words, LIMITS)
        orders = tuple(OrderBy(field=each.strip("-"), descending="-" in each) for each in order.split())
        keys = sort_keys(orders, predicate.types, words, LIMITS)
        return page_expression(predicate, keys, after, "[n._id]", "`CONTAINS`")  # pyright: ignore[reportArgumentType]

    assert text("name") == snapshot(
        "COLLECT { MATCH (n:`Room`) USING INDEX n:`Room`(`_tenant`, `use`, `name`) WHERE n._tenant = $tenant AND n.`use` = $f0 AND n.name IS NOT NULL WITH n ORDER BY n._tenant, n.`use`, n.name, n._id LIMIT $first RETURN [n._id] }"
    )
    assert text("-name", ("N", "x")) == snapshot(
        "COLLECT { MATCH (n:`Room`) USING INDEX n:`Room`(`_tenant`, `use`, `name`) WHERE n._tenant = $tenant AND n.`use` = $f0 AND n.name <= $after0 AND (n.name <> $after0 OR n._id > $after1) WITH n ORDER BY n._tenant DESC, n.`use` DESC, n.name DESC, n._id LIMIT $first RETURN [n._id] }"
    )
    index = "(`_tenant`, `use`, `name`)"
    assert index in text("name -id")
    either = wished("use", Comparison.IN, ["OFFICE", "WARD"])
    named = (condition(Comparison.STARTS_WITH, "x"),)
    for other in (
        text("number"),
        text("name", within="x"),
        text("name", name=named),
        text("name", properties=(either,)),
        text("name", properties=(offices, wished("number", Comparison.EQ, "1"))),
        text("name", types=("Room", "Floor")),
    ):
        assert index not in other
    assert "$ahead" not in text("use"), "a page would end among equals"
