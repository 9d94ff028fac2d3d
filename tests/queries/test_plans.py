"""Every statement EXPLAINed: no Cartesian product but of single-row unique seeks, no scan of assets, order by index."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph.changes.statements import of_property, of_type, of_types
from graph.database import Database
from graph.identity import Tenant
from graph.ontology import Ontology, load_ontology
from graph.reading import paging
from graph.reading.aggregation import compile_aggregation
from graph.reading.choosing import choosing_text
from graph.reading.compiling import compile_asset
from graph.reading.counted import COUNTS, KEPT
from graph.reading.filters import (
    AssetFilter,
    Comparison,
    Condition,
    EdgeFilter,
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
    AssetField,
    AssetList,
    AssetReach,
    AssetSelection,
    AssetValue,
    ChangeConnectionSelection,
    ChangeSelection,
    ConnectionSelection,
    Direction,
    HistoryField,
    ListField,
    NeighbourConnectionSelection,
    NeighboursField,
    ReachField,
    RelationshipConnectionSelection,
    RelationshipSelection,
    RelationshipsField,
    ValueField,
)
from graph.reading.walking import joining_text, named_relationships_text, reach_text, shortest_text
from queries import Query, named, names
from tests.queries.conftest import REPLANNING

pytestmark = pytest.mark.neo4j

WITHOUT_TENANT = ("migrations/", "drift/")
"""Subjects that belong to the database as a whole."""
SEARCHES = frozenset({"drift/find_lost_assets", "drift/find_strays"})
"""What looks through everything: asked only where the count store says that there is something to be found."""
WITHOUT_TENANT_FILES = frozenset(
    {
        "access/list_revisions",  # for metrics: of the tenants it is given
        "changes/create_assets",  # each row holds its tenant among its values
    }
)
OF_ALL = frozenset(
    {
        "migrations/count_assets_of_type",
        "migrations/count_assets_with_value",
        "migrations/count_behind_assets",
        "migrations/count_breaking_assets",
        "migrations/list_behind_assets",
        "migrations/list_breaking_assets",
        "migrations/list_asset_texts",
        "migrations/list_asset_values_with",
        "migrations/list_long_texts",
        "migrations/list_named_sources",
        "migrations/count_sources",
        "migrations/list_values_by_tenant",
        "migrations/list_related",
        "migrations/list_related_names",
        "migrations/list_laden",
        "migrations/count_related",
        "migrations/list_crowded_sources",
        "migrations/list_crowded_targets",
        "migrations/list_doubled_values",
    }
)
"""What looks at all that is of a type, in all tenants, for it is the whole that is judged."""
SCANS = {"AllNodesScan", "NodeByLabelScan", "UnionNodeByLabelsScan", "IntersectionNodeByLabelsScan"}
SINGLE = {"NodeUniqueIndexSeek", "NodeUniqueIndexSeek(Locking)"}
IDS = AssetSelection(fields=(ValueField(key="id", value=AssetValue.ID),))
NODES = ConnectionSelection(nodes=IDS, want_total=True, want_page_info=True)

EXAMPLES: Mapping[str, object] = {
    "STRING": "x",
    "INTEGER": 1,
    "FLOAT": 1.0,
    "BOOLEAN": True,
    "MAP": {},
    "ANY": None,
}


def operators(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for child in plan.get("children", []):
        yield from operators(child)


def kind(operator: Mapping[str, Any]) -> str:
    return str(operator["operatorType"]).partition("@")[0]


def details(operator: Mapping[str, Any]) -> str:
    return str(operator["args"].get("Details", ""))


def faults(plan: Mapping[str, Any]) -> list[str]:
    found: list[str] = []
    for each in operators(plan):
        if kind(each) == "CartesianProduct":
            below = {kind(child) for child in each["children"]}
            if not below <= SINGLE | {"CartesianProduct"}:
                found.append(f"CartesianProduct of {sorted(below)}")
        if kind(each) in SCANS and ":_" not in details(each):
            found.append(f"{kind(each)} {details(each)}")
    return found


def example(declared: str) -> object:
    return [] if declared.startswith("LIST") else EXAMPLES.get(declared.partition("<")[0], "x")


OF_SINGLE_TYPES = [
    of_type("changes/read_relationships", "LINKS"),
    of_type("changes/delete_relationships", "POWERS"),
    of_types("changes/read_groups_in", ("COOLS", "POWERS")),
    of_property("changes/find_unique_holders", "Equipment", "serialNumber"),
]


@pytest.mark.parametrize("query", [*map(named, names()), *OF_SINGLE_TYPES], ids=lambda query: query.name)
async def test_query_files(database: Database, query: Query) -> None:
    wrong: list[str] = []
    for _ in range(6):  # what others write meanwhile may mislead the planner
        plan = await database.explain(query.text, {key: example(of) for key, of in query.parameters.items()})
        wrong = [*(() if query.name in OF_ALL | SEARCHES else faults(plan)), *unlike(query, plan)]
        if not wrong:
            break
        await database.rows(None, REPLANNING)
    assert wrong == []


def unlike(query: Query, plan: Mapping[str, Any]) -> list[str]:
    """What of a plan isn't as the head of the query says."""
    found = {kind(each) for each in operators(plan)}
    if "MergeUniqueNode" in found:
        found.add("NodeUniqueIndexSeek")  # what newer planners make of a seek that merges
    unwanted = [each for each in query.plan if each.startswith("!") and each[1:] in found]
    missing = [each for each in query.plan if not each.startswith("!") and not any(of.startswith(each) for of in found)]
    return [*unwanted, *(f"{each} not among {sorted(found)}" for each in missing)]


def test_a_stand_in_must_be_there() -> None:
    with pytest.raises(AssertionError):
        of_type("changes/read_assets", "POWERS")


@pytest.mark.parametrize("name", names())
def test_query_files_name_the_tenant(name: str) -> None:
    query = named(name)
    owned = any(label in query.text for label in (":Asset", ":_Change", ":_ExternalId", ":_Tenant {", ":_Load"))
    if owned and not name.startswith(WITHOUT_TENANT) and name not in WITHOUT_TENANT_FILES:
        assert "tenant" in query.parameters


@pytest.fixture(scope="module")
def ontology() -> Ontology:
    return load_ontology(Path("migrations/ontology.yaml"))


@pytest.fixture
def words(ontology: Ontology) -> Vocabulary:
    return Vocabulary(ontology)


def reach(kind: AssetReach, **given: Any) -> ReachField:
    return ReachField(key="r", reach=kind, connection=NODES, **given)


FIELDS: dict[str, AssetField] = {
    "parents": ListField(key="p", list=AssetList.PARENTS, of=IDS),
    "ancestors": ListField(key="a", list=AssetList.ANCESTORS, of=IDS),
    "children": reach(AssetReach.CHILDREN),
    "descendants": reach(AssetReach.DESCENDANTS, types=("Room",)),
    "dependencies": reach(AssetReach.DEPENDENCIES, max_depth=1),
    "supplies": reach(AssetReach.DEPENDENTS, relationship_types=("POWERS", "COOLS")),
    "network": reach(AssetReach.DEPENDENTS, relationship_types=("LINKS",), max_depth=5),
    "ordered": NeighboursField(
        key="ordered",
        relationship="POWERS",
        direction=Direction.OUT,
        edges=EdgeFilter(key=(Condition(comparison=Comparison.EQ, value="x"),), node=AssetFilter(types=("Ups",))),
        order=(NeighbourOrder(field="cableLimit", edge=True, descending=True), NeighbourOrder(field="installedOn")),
        connection=NeighbourConnectionSelection(nodes=IDS, want_total=True),
    ),
    "neighbours": NeighboursField(
        key="n",
        relationship="POWERS",
        direction=Direction.IN,
        connection=NeighbourConnectionSelection(nodes=IDS, want_total=True),
        filter=AssetFilter(types=("Ups",), name=(Condition(comparison=Comparison.STARTS_WITH, value="x"),)),
    ),
    "relationships": RelationshipsField(
        key="r", connection=RelationshipConnectionSelection(nodes=RelationshipSelection())
    ),
    "history": HistoryField(key="h", connection=ChangeConnectionSelection(nodes=ChangeSelection())),
    "external ids": ValueField(key="e", value=AssetValue.EXTERNAL_IDS),
}
PRUNED = {"ancestors", "descendants", "supplies", "network"}


async def explained(database: Database, text: str, tenant: Tenant) -> Mapping[str, Any]:
    numbers = ("ahead", "first", "limit", "depth", "groups")
    given: dict[str, object] = {
        name: 5 if name.endswith(numbers) else [] if name in LISTS else "x" for name in re.findall(r"\$(\w+)", text)
    }
    given.update({name: False for name in given if name.endswith("_begin")})
    return await database.explain(text, {**given, "tenant": tenant})


LISTS = {"counted", "ids", "page", "known", "spurs", "joins", "roots", "f0"}


@pytest.mark.parametrize("name", FIELDS)
async def test_fields_of_an_asset(database: Database, tenant: Tenant, words: Vocabulary, name: str) -> None:
    fragment = compile_asset(AssetSelection(fields=(FIELDS[name],)), words)
    text = f"MATCH (n:Asset {{_tenant: $tenant, _id: $id}}) RETURN {fragment.expression}"
    plan = await explained(database, text, tenant)
    assert faults(plan) == []
    found = [kind(each) for each in operators(plan)]
    assert "NodeUniqueIndexSeek" in found
    if name in PRUNED:
        assert "VarLengthExpand(Pruning,BFS,All)" in found
        assert "VarLengthExpand(All)" not in found


PAGES = [
    ("", None, {}),
    ("", ("x",), {}),
    ("-id", ("x",), {}),
    ("", ("x",), {"types": ("Pump",)}),
    ("", ("x",), {"types": ("Pump", "Ups")}),
    ("name", None, {}),
    ("-name", None, {}),
]


@pytest.mark.parametrize(("order", "after", "given"), PAGES)
async def test_pages_are_read_in_index_order(
    database: Database,
    tenant: Tenant,
    words: Vocabulary,
    order: str,
    after: tuple[str, ...] | None,
    given: dict[str, Any],
) -> None:
    predicate = compile_filter(AssetFilter(**given), words, LIMITS)
    orders = tuple(OrderBy(field=each.strip("-"), descending="-" in each) for each in order.split())
    keys = sort_keys(orders, predicate.types, words, LIMITS)
    plan = await explained(database, f"RETURN {page_expression(predicate, keys, after, '[n._id]', '')}", tenant)
    found = [kind(each) for each in operators(plan)]
    assert faults(plan) == []
    assert "Sort" not in found
    assert {"Limit", "PartialTop"} & set(found)
    # Several types take a bounded part each, and only those few rows are sorted.
    assert ("Top" in found) == (len(given.get("types", ())) > 1)


@pytest.mark.parametrize(
    ("order", "after", "expected"),
    [
        ("name", ("N", "x"), ["Top", "PartialTop"]),
        ("serialNumber", None, ["PartialTop", "Limit"]),
        ("-serialNumber", ("S", "x"), ["Top", "PartialTop", "Limit"]),
        ("serialNumber", (None, "x"), ["Limit"]),
    ],
)
async def test_each_branch_of_a_page_rests_on_an_index(
    database: Database,
    tenant: Tenant,
    words: Vocabulary,
    order: str,
    after: tuple[str | None, ...] | None,
    expected: list[str],
) -> None:
    # Branches that may not run are not planned into the tree of their statement: each is explained alone.
    predicate = compile_filter(None, words, LIMITS)
    keys = sort_keys((OrderBy(field=order.strip("-"), descending="-" in order),), None, words, LIMITS)
    for branch, limiting in zip(paging.branches(predicate, keys, after), expected, strict=True):
        text = f"RETURN COLLECT {{ {paging._branch(predicate, branch, '')} RETURN [n._id] }}"
        sought = f"{order.strip('-')} = $after0" if limiting == "Top" else ""
        assert await bad_branch(database, tenant, text, limiting=limiting, sought=sought) == []


@pytest.mark.parametrize(
    "fits",
    [
        AssetFilter(ids=("x",)),
        AssetFilter(name=(Condition(comparison=Comparison.EQ, value="x"),)),
    ],
)
async def test_what_hangs_on_few_others_is_found_from_them(
    database: Database, tenant: Tenant, words: Vocabulary, fits: AssetFilter
) -> None:
    held = RelationshipCondition(relationship="CONTAINS", direction=Direction.IN, quantifier=Quantifier.SOME, fits=fits)
    predicate = compile_filter(AssetFilter(types=("Server",), relationships=(held,)), words, LIMITS)
    keys = sort_keys((OrderBy(field="name"),), predicate.types, words, LIMITS)
    plans = [
        await explained(database, f"RETURN {page_expression(predicate, keys, None, '[n._id]', '')}", tenant),
        await explained(database, f"RETURN {total_expression(predicate, '')}", tenant),
    ]
    for plan in plans:
        assert faults(plan) == []
        first = [each for each in operators(plan) if not each.get("children")]
        sought = " ".join(details(each) for each in first)
        assert "fe0" in sought
        assert "Server" not in sought


async def test_a_typed_list_is_read_in_the_order_of_its_index(
    database: Database, tenant: Tenant, words: Vocabulary
) -> None:
    predicate = compile_filter(AssetFilter(types=("Server",)), words, LIMITS)
    keys = sort_keys((OrderBy(field="firmware"),), predicate.types, words, LIMITS)
    values, missing = paging.branches(predicate, keys, None)
    for branch, limiting, sought in ((values, "PartialTop", "firmware IS NOT NULL"), (missing, "Limit", "")):
        text = f"RETURN COLLECT {{ {paging._branch(predicate, branch, '')} RETURN [n._id] }}"
        ways = ("IndexSeek", "IndexScan")
        found = await bad_branch(database, tenant, text, limiting=limiting, sought=sought, by=ways)
        assert found == []  # where one tenant has nearly all, the index is scanned in its order: to the page's end


async def test_a_filtered_page_is_tried_in_the_order_of_its_index(
    database: Database, tenant: Tenant, words: Vocabulary
) -> None:
    met = PropertyCondition(name="manufacturer", conditions=(Condition(comparison=Comparison.EQ, value="x"),))
    predicate = compile_filter(AssetFilter(types=("Server",), properties=(met,)), words, LIMITS)
    for order, after, index in (("name", None, "name"), ("id", None, "_id"), ("firmware", ("F", "x"), "firmware")):
        keys = sort_keys((OrderBy(field=order),), predicate.types, words, LIMITS)
        clauses = paging._ahead(predicate, keys, after)
        assert clauses is not None
        found = await bad_branch(
            database,
            tenant,
            f"RETURN COLLECT {{ {clauses} RETURN [n._id] }}",
            limiting="PartialTop" if order != "id" else "Limit",
            sought=f"(_tenant, {index})",
            by=("IndexSeek", "IndexScan"),
        )
        assert found == []


async def test_kept_counts_are_sought(database: Database, tenant: Tenant, words: Vocabulary) -> None:
    # What a CASE may not come to is not planned into the tree of its statement: each is explained alone.
    plans = [
        await explained(database, f"RETURN {KEPT}", tenant),
        await explained(database, f"RETURN COLLECT {{ {COUNTS} RETURN sum(c.count) }}", tenant),
    ]
    for plan in plans:
        assert faults(plan) == []
        assert "NodeUniqueIndexSeek" in [kind(each) for each in operators(plan)]


async def bad_branch(
    database: Database, tenant: Tenant, text: str, *, limiting: str, sought: str, by: tuple[str, ...] = ("IndexSeek",)
) -> list[str]:
    """What is wrong with the plan of a branch; asked thrice, for what others write may mislead the planner."""
    wrong: list[str] = []
    for _ in range(6):
        plan = list(operators(await explained(database, text, tenant)))
        kinds = {kind(each) for each in plan}
        seeks = [details(each) for each in plan if any(way in kind(each) for way in by)]
        wrong = [each for operator in plan[:1] for each in faults(operator)]
        wrong += ["Sort"] if "Sort" in kinds else []
        wrong += [] if limiting in kinds else [f"no {limiting} among {sorted(kinds)}"]
        wrong += [] if any(sought in each for each in seeks) else [f"{sought!r} not among {seeks} of {sorted(kinds)}"]
        if not wrong:
            break
        await database.rows(None, REPLANNING)
    return wrong


@pytest.mark.parametrize("after", [None, ("N", "x")])
@pytest.mark.parametrize("order", ["name", "-name"])
async def test_assets_of_one_value_are_read_by_name(
    database: Database, tenant: Tenant, words: Vocabulary, order: str, after: tuple[str, ...] | None
) -> None:
    fed = PropertyCondition(name="feedPath", conditions=(Condition(comparison=Comparison.EQ, value="A"),))
    predicate = compile_filter(AssetFilter(types=("Ups",), properties=(fed,)), words, LIMITS)
    orders = (OrderBy(field="name", descending="-" in order),)
    keys = sort_keys(orders, predicate.types, words, LIMITS)
    text = f"RETURN {page_expression(predicate, keys, after, '[n._id]', '')}"
    ways = ("IndexSeek", "IndexScan")
    sought = "n:Ups(_tenant, feedPath, name)"
    assert await bad_branch(database, tenant, text, limiting="PartialTop", sought=sought, by=ways) == []


async def test_a_name_is_sought_not_scanned_for(database: Database, tenant: Tenant, words: Vocabulary) -> None:
    wanted = AssetFilter(name=(Condition(comparison=Comparison.EQ, value="x"),))
    predicate = compile_filter(wanted, words, LIMITS)
    keys = sort_keys((), None, words, LIMITS)
    text = f"RETURN {page_expression(predicate, keys, ('a',), '[n._id]', '')}, {total_expression(predicate, '')}"
    plan = await database.explain(text, {"f0": "x", "after0": "a", "first": 5, "tenant": tenant})
    assert faults(plan) == []
    seeks = [details(each) for each in operators(plan) if kind(each) == "NodeIndexSeek"]
    assert len(seeks) == 2
    assert all("name = $f0" in seek for seek in seeks)


FED = RelationshipCondition(
    relationship="POWERS", direction=Direction.IN, quantifier=Quantifier.SOME, fits=AssetFilter(types=("Ups",))
)
UNFED = replace(FED, quantifier=Quantifier.NONE)


@pytest.mark.parametrize("condition", [FED, UNFED, replace(FED, quantifier=Quantifier.ALL)])
async def test_conditions_over_relationships_are_asked_of_each_asset(
    database: Database, tenant: Tenant, words: Vocabulary, condition: RelationshipCondition
) -> None:
    predicate = compile_filter(AssetFilter(types=("Pump",), relationships=(condition,)), words, LIMITS)
    grouped = compile_aggregation(predicate, ("manufacturer",), (), words, LIMITS)
    keys = sort_keys((), predicate.types, words, LIMITS)
    page = page_expression(predicate, keys, ("x",), "[n._id]", "")
    plan = await explained(database, f"RETURN {page}, {total_expression(predicate, '')}, {grouped.expression}", tenant)
    found = [kind(each) for each in operators(plan)]
    assert faults(plan) == []
    assert [each for each in found if each.startswith("NodeIndex")]
    assert not [each for each in found if "Join" in each]


async def test_assets_are_chosen_by_their_ids(database: Database, tenant: Tenant, words: Vocabulary) -> None:
    name = (Condition(comparison=Comparison.STARTS_WITH, value="x"),)
    for wanted in (None, AssetFilter(types=("Server",)), AssetFilter(name=name, within="x")):
        text, parameters = choosing_text(wanted, None, words, LIMITS)
        plan = await database.explain(text, {**parameters, "ids": [], "tenant": tenant})
        assert faults(plan) == []
        assert "NodeUniqueIndexSeek" in [kind(each) for each in operators(plan)]


async def test_walks(database: Database, tenant: Tenant, words: Vocabulary) -> None:
    ways = words.orientation(AssetReach.DEPENDENCIES, None)
    for text in (
        hop_text(Way(orientation=ways, depth=None, types=("Server",)), words),
        joining_text(("LINKS",), "[r._key]"),
        named_relationships_text(("LINKS",), "[r._key]"),
    ):
        assert faults(await explained(database, text, tenant)) == []
    plan = await explained(database, reach_text(("LINKS",), Direction.BOTH, None), tenant)
    assert "VarLengthExpand(Pruning,BFS,All)" in [kind(each) for each in operators(plan)]
    plan = await explained(database, shortest_text(("LINKS",), Direction.BOTH, None), tenant)
    found = [kind(each) for each in operators(plan)]
    assert "ShortestPath" in found
    assert not any("VarLengthExpand" in each for each in found)
    assert faults(plan) == []
