"""Mutations of each asset type: typed in, typed out, and judged as every change set is."""

from __future__ import annotations

from typing import Any

from graphql import (
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    is_input_object_type,
    is_required_argument,
    is_required_input_field,
)

from app.graphql import build_schema
from graph.access import Principal, Scope
from graph.errors import Unavailable
from graph.ontology import parse_ontology
from migrations import Project
from tests.app.door import Door

REVISION = 1

RESULT = """
__typename
... on PumpWritten {
    applied { revision assetsCreated assetsUpdated relationshipsCreated relationshipsUpdated relationshipsDeleted
        replayed }
    asset { id name ratedFlow installedOn manufacturer revision externalIds { system id } parents { id }
        poweredBy { edges { key delay breaker node { id } } } } }
... on ChangesRejected { problems { code place change asset property hint } }
... on RevisionConflict { expected actual }"""
CREATE = f"""mutation($input: PumpCreate!, $key: String, $expected: Long, $dry: Boolean) {{
    createPump(input: $input, idempotencyKey: $key, expectedRevision: $expected, dryRun: $dry) {{ {RESULT} }} }}"""
UPDATE = f"""mutation($id: ID!, $input: PumpUpdate!, $key: String, $expected: Long, $dry: Boolean) {{
    updatePump(id: $id, input: $input, idempotencyKey: $key, expectedRevision: $expected, dryRun: $dry) {{
    {RESULT} }} }}"""
DELETE = """mutation($id: ID!) { deleteRoom(id: $id) { __typename ... on ChangesApplied { assetsDeleted revision }
    ... on ChangesRejected { problems { code place hint } } } }"""


async def create(door: Door, asset: str = "P3", /, **more: object) -> dict[str, Any]:
    options = {name: more.pop(name) for name in ("key", "expected", "dry") if name in more}
    wanted = {"id": asset, "ratedFlow": 2.5, **more}
    return (await door.ask(CREATE, input=wanted, **options))["createPump"]


async def update(door: Door, asset: str, /, **more: object) -> dict[str, Any]:
    options = {name: more.pop(name) for name in ("key", "expected", "dry") if name in more}
    return (await door.ask(UPDATE, id=asset, input=more, **options))["updatePump"]


def places(outcome: dict[str, Any]) -> list[tuple[str, str | None]]:
    assert outcome["__typename"] == "ChangesRejected", outcome
    assert all(problem["change"] is None for problem in outcome["problems"])
    return sorted((problem["code"], problem["place"]) for problem in outcome["problems"])


async def test_what_is_created_comes_back_as_it_is(campus: Door) -> None:
    campus.statements.clear()
    outcome = await create(
        campus,
        installedOn="2026-01-31",
        externalIds=[{"system": "CMMS", "id": "88-3"}],
        parents=["R2"],
        poweredBy=[{"node": "G", "key": "a", "delay": "PT5M", "breaker": "Q1"}, {"node": "G", "key": "b"}],
    )
    edges = outcome["asset"].pop("poweredBy")["edges"]
    assert outcome == {
        "__typename": "PumpWritten",
        "applied": {
            "revision": REVISION + 1,
            "assetsCreated": 1,
            "assetsUpdated": 0,
            "relationshipsCreated": 3,
            "relationshipsUpdated": 0,
            "relationshipsDeleted": 0,
            "replayed": False,
        },
        "asset": {
            "id": "P3",
            "name": "P3",
            "ratedFlow": 2.5,
            "installedOn": "2026-01-31",
            "manufacturer": None,
            "revision": REVISION + 1,
            "externalIds": [{"system": "CMMS", "id": "88-3"}],
            "parents": [{"id": "R2"}],
        },
    }
    assert sorted(edges, key=lambda edge: edge["key"]) == [
        {"key": "a", "delay": "PT5M", "breaker": "Q1", "node": {"id": "G"}},
        {"key": "b", "delay": None, "breaker": None, "node": {"id": "G"}},
    ]
    assert campus.statements.count("asset") == 1, "what is asked for of it is read at once"
    changes = await campus.ask("{ changes(after: 1) { nodes { operation revision } } }")
    assert changes["changes"]["nodes"] == [{"operation": "createPump", "revision": REVISION + 1}]


async def test_an_update_tells_left_out_from_null(campus: Door) -> None:
    await create(campus, manufacturer="Acme", installedOn="2026-01-31", poweredBy=[{"node": "G", "breaker": "Q1"}])
    outcome = await update(
        campus, "P3", name="Pump 3", manufacturer=None, poweredBy={"put": [{"node": "G", "delay": "PT1M"}]}
    )
    asset = outcome["asset"]
    assert (asset["name"], asset["manufacturer"], asset["installedOn"]) == ("Pump 3", None, "2026-01-31")
    (edge,) = asset["poweredBy"]["edges"]
    assert (edge["breaker"], edge["delay"]) == ("Q1", "PT1M"), "what is left out of a relationship stays, too"
    outcome = await update(campus, "P3", name=None, poweredBy={"remove": [{"node": "G"}], "put": [{"node": "G"}]})
    (edge,) = outcome["asset"]["poweredBy"]["edges"]
    assert (edge["breaker"], outcome["asset"]["name"]) == (None, "Pump 3"), "removed first, then made anew"
    outcome = await update(campus, "P3", parents=None, poweredBy=None)
    assert (outcome["applied"]["revision"], outcome["applied"]["assetsUpdated"]) == (REVISION + 3, 0)
    assert places(await update(campus, "P3", ratedFlow=None)) == [("REQUIRED_MISSING", "input.ratedFlow")]


async def test_null_means_no_default_either(campus: Door) -> None:
    query = """mutation($input: UpsCreate!) { createUps(input: $input) { ... on UpsWritten {
        asset { topology batteryRuntime } } } }"""
    made = await campus.ask(query, input={"id": "U", "apparentPower": 5, "topology": None})
    assert made["createUps"]["asset"] == {"topology": None, "batteryRuntime": "PT10M"}


async def test_objects_places_and_lists_are_given_by_their_own_types(campus: Door) -> None:
    query = """mutation($input: SiteCreate!) { createSite(input: $input) { ... on SiteWritten {
        asset { location { latitude height } address { city street country } } }
        ... on ChangesRejected { problems { code place message } } } }"""
    place = {"latitude": 47.25, "longitude": 8.5}
    made = await campus.ask(query, input={"id": "S", "location": place, "address": {"city": "Bern", "country": "CH"}})
    assert made["createSite"]["asset"] == {
        "location": {"latitude": 47.25, "height": None},
        "address": {"city": "Bern", "street": None, "country": "CH"},
    }
    (problem,) = (await campus.ask(query, input={"id": "T", "address": {"city": "Bern", "country": "ch"}}))[
        "createSite"
    ]["problems"]
    assert (problem["code"], problem["place"]) == ("VALUE_INVALID", "input.address")
    assert "address.country" in problem["message"]
    assert (await campus.refused(query, input={"id": "T", "address": {"city": "Bern"}}))["code"] == "QUERY_INVALID"
    tagged = """mutation { createService(input: {id: "V", tags: ["a", "b"]}) { ... on ServiceWritten {
        asset { tags } } } }"""
    assert (await campus.ask(tagged))["createService"]["asset"] == {"tags": ["a", "b"]}


async def test_problems_are_placed_where_the_caller_wrote_them(campus: Door) -> None:
    outcome = await create(
        campus,
        ratedFlow=-1,
        parents=["nowhere"],
        externalIds=[{"system": "CMMS", "id": " "}],
        poweredBy=[{"node": "nobody"}, {"node": "G", "key": "c", "delay": "PT1S"}, {"node": "G", "cableLimit": -1}],
    )
    assert places(outcome) == [
        ("ID_INVALID", "input.externalIds[0].id"),
        ("UNKNOWN_ASSET", "input.parents[0]"),
        ("UNKNOWN_ASSET", "input.poweredBy[0].node"),
        ("VALUE_INVALID", "input.poweredBy[2].cableLimit"),
        ("VALUE_INVALID", "input.ratedFlow"),
    ]
    assert places(await create(campus, "P1")) == [("ASSET_EXISTS", "input.id")]
    assert places(await update(campus, "nothing", name="x")) == [("UNKNOWN_ASSET", "id")]
    assert places(await update(campus, "R1", name="x")) == [("TYPE_FIXED", "id")]
    removed = await update(campus, "P1", poweredBy={"remove": [{"node": "G", "key": "z"}, {"node": "nobody"}]})
    assert places(removed) == [
        ("UNKNOWN_ASSET", "input.poweredBy.remove[1].node"),
        ("UNKNOWN_RELATIONSHIP", "input.poweredBy.remove[0]"),
    ]
    assert places(await create(campus, " ")) == [("ID_INVALID", "input.id")]
    assert places(await create(campus, "P5", key=" ")) == [("ID_INVALID", "idempotencyKey")]
    assert await campus.ask("{ revision }") == {"revision": REVISION}


LINKED = """
fragment linked on SwitchResult { ... on SwitchWritten { asset { links { edges { bandwidth node { id } } } } }
    ... on ChangesRejected { __typename problems { code place change } } }"""


async def test_either_end_of_a_symmetric_relationship_may_write_it(campus: Door) -> None:
    create = "mutation($input: SwitchCreate!) { createSwitch(input: $input) { ...linked } }" + LINKED
    await campus.ask(create, input={"id": "A"})
    made = await campus.ask(create, input={"id": "B", "links": [{"node": "A", "bandwidth": 10}]})
    assert made["createSwitch"]["asset"]["links"]["edges"] == [{"bandwidth": 10.0, "node": {"id": "A"}}]
    remove = 'mutation { updateSwitch(id: "A", input: {links: {remove: [{node: "B"}]}}) { ...linked } }' + LINKED
    assert (await campus.ask(remove))["updateSwitch"]["asset"]["links"]["edges"] == []
    for unknown in ("0", "Z"):
        refused = await campus.ask(create, input={"id": "D", "links": [{"node": unknown}]})
        assert places(refused["createSwitch"]) == [("UNKNOWN_ASSET", "input.links[0].node")]


async def test_a_deletion_is_of_the_type_it_says(campus: Door) -> None:
    (problem,) = (await campus.ask(DELETE, id="P1"))["deleteRoom"]["problems"]
    assert (problem["code"], problem["place"]) == ("TYPE_FIXED", "id")
    (problem,) = (await campus.ask(DELETE, id="R1"))["deleteRoom"]["problems"]
    assert (problem["code"], problem["place"]) == ("NOT_EMPTY", "id")
    assert (await campus.ask(DELETE, id="R2"))["deleteRoom"] == {
        "__typename": "ChangesApplied",
        "assetsDeleted": 1,
        "revision": REVISION + 1,
    }
    cascade = DELETE.replace("id: $id)", "id: $id, cascade: true, dryRun: true)")
    assert (await campus.ask(cascade, id="R1"))["deleteRoom"]["assetsDeleted"] == 2


async def test_keys_dry_runs_and_expected_revisions_are_those_of_change_sets(campus: Door) -> None:
    dry = await create(campus, dry=True)
    assert (dry["applied"]["assetsCreated"], dry["applied"]["revision"], dry["asset"]) == (1, REVISION, None)
    first = await create(campus, key="k")
    again = await create(campus, key="k")
    assert again["applied"] == {**first["applied"], "replayed": True}
    assert again["asset"] == first["asset"]
    refusal = await campus.refused(CREATE, input={"id": "P4", "ratedFlow": 1}, key="k")
    assert refusal["code"] == "IDEMPOTENCY_MISMATCH"
    conflict = await update(campus, "P3", expected=REVISION, name="late")
    assert conflict == {"__typename": "RevisionConflict", "expected": REVISION, "actual": first["applied"]["revision"]}


async def test_what_is_written_but_can_not_be_read_is_told_as_written(campus: Door) -> None:
    reading = campus.context.reading

    class Broken:
        async def asset(self, *_: object) -> None:
            raise Unavailable("not now")

    object.__setattr__(campus.context, "reading", Broken())
    response = await campus.send(CREATE, input={"id": "P3", "ratedFlow": 1})
    object.__setattr__(campus.context, "reading", reading)
    assert response["data"]["createPump"]["applied"]["revision"] == REVISION + 1
    assert response["data"]["createPump"]["asset"] is None
    (error,) = response["errors"]
    assert (error["path"], error["extensions"]["code"]) == (["createPump", "asset"], "UNAVAILABLE")


def may(door: Door, *scopes: Scope) -> None:
    principal = door.context.principal
    limited = Principal(name="limited", tenant=principal.tenant, scopes=frozenset(scopes))
    object.__setattr__(door.context, "principal", limited)


async def test_who_may_not_read_is_told_before_anything_is_written(campus: Door) -> None:
    principal = campus.context.principal
    may(campus, Scope.WRITE)
    assert (await campus.refused(CREATE, input={"id": "P3", "ratedFlow": 1}))["code"] == "FORBIDDEN"
    blind = 'mutation { createPump(input: {id: "P4", ratedFlow: 1}) { ... on PumpWritten { applied { revision } } } }'
    assert (await campus.ask(blind))["createPump"] == {"applied": {"revision": REVISION + 1}}
    object.__setattr__(campus.context, "principal", principal)
    assert await campus.ask('{ asset(id: "P3") { id } }') == {"asset": None}


async def test_an_ontology_that_is_not_in_force_is_not_written_by(door: Door) -> None:
    typed = 'mutation { updatePump(id: "P1", input: {name: "x"}) { __typename } }'
    generic = (
        """mutation { applyChanges(input: {changes: [{upsertAsset: {id: "P1", type: "Pump"}}]}) { __typename } }"""
    )
    refusals = [await door.refused(document) for document in (typed, generic)]
    assert [(refusal["code"], refusal["retryAfter"]) for refusal in refusals] == [("ONTOLOGY_CHANGED", 1)] * 2


SAMPLES = {"Float": "1", "Long": "1", "String": '"x"', "ID": '"x"'}


def least(kind: Any) -> str:
    """The least value of a type that fits the schema."""
    if isinstance(kind, GraphQLNonNull):
        return least(kind.of_type)
    if isinstance(kind, GraphQLList):
        return "[]"
    if is_input_object_type(kind):
        given = (f"{name}: {least(each.type)}" for name, each in kind.fields.items() if is_required_input_field(each))
        return f"{{{', '.join(given)}}}"
    return SAMPLES.get(kind.name) or next(iter(kind.values))


async def test_every_mutation_takes_the_scope_write(campus: Door) -> None:
    may(campus, Scope.READ, Scope.OPERATE, Scope.ARCHITECT)
    mutation = campus.schema.core.mutation_type
    assert isinstance(mutation, GraphQLObjectType)
    others = {
        name for name in mutation.fields if name.endswith(("Migration", "Migrations", "Alarm", "Alarms", "Letters"))
    }
    for name, field in mutation.fields.items():
        if name in others:  # for architects, and for operators
            continue
        given = (f"{key}: {least(each.type)}" for key, each in field.args.items() if is_required_argument(each))
        refusal = await campus.refused(f"mutation {{ {name}({', '.join(given)}) {{ __typename }} }}")
        assert refusal["code"] == "FORBIDDEN", name
    concrete = [kind for kind in Project.bundled().desired.asset_types.values() if not kind.abstract]
    assert len(mutation.fields) == len(others) + 1 + 3 * len(concrete)


def test_what_can_not_be_written_is_no_input() -> None:
    schema = build_schema(
        parse_ontology(
            """
format: twin-ontology/1
name: t
assetTypes:
  Thing: {abstract: true}
  Meter:
    extends: [Thing]
    properties:
      total: {datatype: int, writable: false}
      kind: {datatype: string, required: true}
      mode: {datatype: string, required: true, default: x}
      place: {datatype: point}
relationshipTypes:
  TWINS: {from: [Thing], to: [Thing], symmetric: true}
"""
        )
    )
    create, update = schema.core.type_map["MeterCreate"], schema.core.type_map["MeterUpdate"]
    assert is_input_object_type(create)
    assert is_input_object_type(update)
    assert {name: str(field.type) for name, field in create.fields.items()} == {
        "externalIds": "[ExternalIdInput!]",
        "id": "ID!",
        "kind": "String!",
        "mode": "String",
        "name": "String",
        "parents": "[ID!]",
        "place": "GeoPointInput",
        "sourceOf": "[String!]",
        "twins": "[TwinsRelationshipInput!]",
    }
    assert {name: str(field.type) for name, field in update.fields.items()} == {
        "externalIds": "[ExternalIdInput!]",
        "kind": "String",
        "mode": "String",
        "name": "String",
        "parents": "[ID!]",
        "place": "GeoPointInput",
        "sourceOf": "[String!]",
        "twins": "TwinsRelationshipUpdate",
    }
    mutation = schema.core.mutation_type
    assert mutation is not None
    assert [name for name in mutation.fields if "Thing" in name] == [], "nothing is just a thing"
