"""Names of the ontology that operations pass as texts break with what they name; GraphQL sees none of them."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from typing import TypeAlias

import pytest

from app.gate import GraphqlInterface
from graph.ontology import parse_ontology
from graph.ontology.model import Ontology
from migrations.gate import BrokenOperation, Consumer, Use, Verdict

WORLD = """
format: twin-ontology/1
name: world
enums:
  Status: {values: [OPEN, SHUT]}
assetTypes:
  Machine: {abstract: true, properties: {serial: {datatype: string}}}
  Pump:
    extends: [Machine]
    properties:
      flow: {datatype: float, unit: L/s}
      label: {datatype: string}
      status: {datatype: enum, enum: Status}
    channels:
      vib: {id: vib-of-pump, datatype: float, unit: mm/s}
  Fan:
    extends: [Machine]
    properties:
      label: {id: fan-label, datatype: string}
    channels:
      vib: {id: vib-of-fan, datatype: float, unit: mm/s}
  Valve: {id: the-valve, extends: [Machine]}
relationshipTypes:
  FEEDS: {id: feeds, inverse: FED_BY, from: [Pump], to: [Machine], impact: {direction: FORWARD, kind: FLOW}}
  SEES: {from: [Pump], to: [Machine]}
"""

NO_VALVE = ("  Valve: {id: the-valve, extends: [Machine]}\n", "")
VENTIL = ("  Valve: {id", "  Ventil: {id")
ABSTRACT_VALVE = ("the-valve, ", "the-valve, abstract: true, ")
NO_FLOW = ("      flow: {datatype: float, unit: L/s}\n", "")
FLOW_IN_HOURS = ("unit: L/s", "unit: m**3/h")
NO_LABEL_OF_PUMP = ("      label: {datatype: string}\n", "")
NO_OPEN = ("[OPEN, SHUT]", "[SHUT]")
NO_VIB_OF_PUMP = ("    channels:\n      vib: {id: vib-of-pump, datatype: float, unit: mm/s}\n", "")
VIB_IN_METRES = ("vib-of-pump, datatype: float, unit: mm/s", "vib-of-pump, datatype: float, unit: m/s")
VIB_AS_TEXT = ("vib-of-pump, datatype: float, unit: mm/s", "vib-of-pump, datatype: string")
TREMOR = ("      vib: {id: vib-of-pump,", "      tremor: {id: vib-of-pump, formerly: [vib],")
NO_SEES = ("  SEES: {from: [Pump], to: [Machine]}\n", "")
SUPPLIES = ("  FEEDS: {id: feeds, inverse: FED_BY", "  SUPPLIES: {id: feeds, inverse: FED_BY")
NO_IMPACT = (", impact: {direction: FORWARD, kind: FLOW}", "")
REQUIREMENT = (", kind: FLOW", "")

DOWNED = 'impact(input: {failures: [{asset: "p"}]})'


Edit: TypeAlias = tuple[str, str]
QUERIES: list[tuple[str, Edit, str]] = [
    ('assets(filter: {types: ["Valve"]}) { totalCount }', VENTIL, "'Valve', which there is no more then; use 'Ventil'"),
    ('assets(filter: {types: "Valve"}) { totalCount }', NO_VALVE, "AssetFilter.types names asset type 'Valve'"),
    ('assets(filter: {not: {or: [{types: ["Valve"]}]}}) { totalCount }', NO_VALVE, "asset type 'Valve'"),
    (
        'assets(filter: {types: ["Valve"], property: [{name: "serial", eq: "x"}]}) { totalCount }',
        VENTIL,
        "use 'Ventil'",
    ),
    ('search(text: "x", types: ["Valve"]) { score }', NO_VALVE, "search(types:) names"),
    ('asset(id: "x") { children(types: ["Valve"]) { totalCount } }', NO_VALVE, "children(types:) names"),
    ('asset(id: "x") { ...on Pump { descendants(types: ["Valve"]) { totalCount } } }', NO_VALVE, "descendants("),
    ('alarms(filter: {types: ["Valve"]}) { totalCount }', NO_VALVE, "AlarmFilter.types names"),
    ('ontology { assetType(name: "Valve") { id } }', NO_VALVE, "assetType(name:) names"),
    (DOWNED + '{ byContainer(type: "Valve") { count } }', NO_VALVE, "byContainer(type:) names"),
    (DOWNED + '{ impacted(types: ["Valve"]) { totalCount } }', NO_VALVE, "impacted(types:) names"),
    ('asset(id: "x") { relationships(types: ["SEES"]) { totalCount } }', NO_SEES, "relationship type 'SEES'"),
    ('asset(id: "x") { dependencies(relationshipTypes: ["FEEDS"]) { totalCount } }', SUPPLIES, "use 'SUPPLIES'"),
    ('asset(id: "x") { dependents(relationshipTypes: ["FEEDS"]) { totalCount } }', NO_IMPACT, "carries no impact"),
    ('paths(from: "a", to: "b", relationshipTypes: ["SEES"]) { length }', NO_SEES, "paths(relationshipTypes:)"),
    ('assets(filter: {property: [{name: "flow", gt: 3}]}) { totalCount }', NO_FLOW, "names property 'flow'"),
    ('assets(filter: {property: [{name: "flow", gt: 3}]}) { totalCount }', FLOW_IN_HOURS, "'flow', which Pump has"),
    ('assets(filter: {property: [{name: "status", in: ["OPEN"]}]}) { totalCount }', NO_OPEN, "value 'OPEN' of status"),
    ('assets(orderBy: [{field: "flow"}]) { totalCount }', NO_FLOW, "AssetOrder.field names property 'flow'"),
    ('aggregate(groupBy: ["type", "flow"]) { count }', NO_FLOW, "aggregate(groupBy:) names property 'flow'"),
    ('aggregate(measures: [{property: "flow", measure: SUM}]) { count }', FLOW_IN_HOURS, "MeasureInput.property"),
    ('criticality(weightBy: "flow") { totalCount }', NO_FLOW, "criticality(weightBy:) names"),
    ('cutSets(asset: "x", probabilityBy: "flow") { count }', NO_FLOW, "cutSets(probabilityBy:) names"),
    (
        'assets(filter: {types: ["Pump"], property: [{name: "label", eq: "x"}]}) { totalCount }',
        NO_LABEL_OF_PUMP,
        "property 'label' of Pump, which",
    ),
    (
        'assets(filter: {types: ["Pump"]}, orderBy: [{field: "label"}]) { totalCount }',
        NO_LABEL_OF_PUMP,
        "property 'label' of Pump, which",
    ),
    ('asset(id: "x") { state { channel(name: "vib") { value } } }', NO_VIB_OF_PUMP, "channel 'vib' of Pump"),
    ('asset(id: "x") { state { channel(name: "vib") { value } } }', VIB_IN_METRES, "in m/s then, and had in mm/s"),
    ('pumps { nodes { state { channel(name: "vib") { value } } } }', VIB_AS_TEXT, "which is string in Pump then"),
]  # fmt: skip
CHANGES: list[tuple[str, Edit, str]] = [
    ('upsertAsset: {id: "v", type: "Valve"}', NO_VALVE, "AssetInput.type names asset type 'Valve'"),
    (
        'upsertAsset: {id: "v", type: "Valve"}',
        ABSTRACT_VALVE,
        "AssetInput.type is given 'Valve', which is abstract",
    ),
    ('upsertAsset: {id: "p", type: "Pump", properties: {flow: 3}}', NO_FLOW, "property 'flow' of Pump"),
    ('upsertAsset: {id: "p", type: "Pump", properties: {flow: 3}}', FLOW_IN_HOURS, "'flow', which Pump has in m"),
    ('upsertAsset: {id: "p", type: "Pump", sourceOf: ["FEEDS"]}', REQUIREMENT, "which is not of kind FLOW then"),
    ('upsertRelationship: {type: "SEES", from: "a", to: "b"}', NO_SEES, "RelationshipInput.type names"),
    ('deleteRelationship: {type: "SEES", from: "a", to: "b"}', NO_SEES, "SupplyRef.type names"),
]
SAME: list[tuple[str, Edit]] = [
    ('assets(filter: {types: ["Pump"]}) { totalCount }', NO_VALVE),
    ('assets(filter: {types: ["Vaalve"]}) { totalCount }', NO_VALVE),
    ('assets(filter: {name: {eq: "Valve"}}) { totalCount }', NO_VALVE),
    ('assets(filter: {property: [{name: "label", eq: "x"}]}) { totalCount }', NO_LABEL_OF_PUMP),
    ('assets(filter: {property: [{name: "label", eq: "OPEN"}]}) { totalCount }', NO_OPEN),
    ('assets(orderBy: [{field: "flow"}, {field: "name"}]) { totalCount }', FLOW_IN_HOURS),
    ('fans { nodes { state { channel(name: "vib") { value } } } }', NO_VIB_OF_PUMP),
    ('fans { nodes { ... on Asset { state { channel(name: "vib") { value } } } } }', NO_VIB_OF_PUMP),
    ('asset(id: "x") { state { channel(name: "vib") { value } } }', TREMOR),
    ('asset(id: "x") { dependencies(relationshipTypes: ["FEEDS"]) { totalCount } }', REQUIREMENT),
]


def ontology(*edits: Edit) -> Ontology:
    text = WORLD
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return parse_ontology(text)


def use(document: str, *names: str, operation: str = "Op", consumer: str = "report", more: bool = False) -> Use:
    return Use(
        consumer=consumer,
        tenant="t",
        document=hashlib.sha256(document.encode()).hexdigest(),
        operation=operation,
        count=7,
        last=date(2026, 11, 20),
        fields=("Query.revision",),
        names=names,
        more=more,
    )


def judged(document: str | None, *edits: Edit, uses: tuple[Use, ...] = ()) -> Verdict:
    documents = {} if document is None else {"doc": document}
    consumer = Consumer(name="ui", owner="Team Campus", contact="campus@example.org", documents=documents)
    return GraphqlInterface().judge(ontology(), ontology(*edits), [consumer], uses)


def reasons(found: tuple[BrokenOperation, ...]) -> tuple[str, ...]:
    return tuple(says for each in found for says in each.reasons)


def query(fields: str) -> str:
    return f"query Op {{ {fields} }}"


def change(given: str) -> str:
    return f"mutation Op {{ applyChanges(input: {{changes: [{{{given}}}]}}) {{ __typename }} }}"


@cache
def verdict_of(edit: Edit) -> dict[str, tuple[str, ...]]:
    """Return what breaks by an edit, of all the documents here: to make two schemas takes its time."""
    every = [*(query(each[0]) for each in (*QUERIES, *SAME)), *(change(each[0]) for each in CHANGES)]
    consumer = Consumer(name="ui", owner="Team Campus", contact="x", documents={each: each for each in every})
    verdict = GraphqlInterface().judge(ontology(), ontology(edit), [consumer], ())
    assert verdict.stale == ()
    return {each.operation.document: each.reasons for each in verdict.broken}


def broken(document: str, edit: Edit) -> tuple[str, ...]:
    return verdict_of(edit).get(document, ())


def test_an_operation_that_names_a_type_that_goes_is_told_with_its_owner() -> None:
    verdict = judged('query Op { assets(filter: {types: ["Valve", "Pump"]}) { nodes { id } } }', NO_VALVE)

    (found,) = verdict.broken
    assert (found.operation.owner, found.operation.contact) == ("Team Campus", "campus@example.org")
    assert found.reasons == (
        "AssetFilter.types names asset type 'Valve', which there is no more then; nothing takes its place",
    )


@pytest.mark.parametrize(("fields", "edit", "said"), QUERIES)
def test_what_a_query_names(fields: str, edit: Edit, said: str) -> None:
    (found,) = broken(query(fields), edit)

    assert said in found


@pytest.mark.parametrize(("given", "edit", "said"), CHANGES)
def test_what_a_change_names(given: str, edit: Edit, said: str) -> None:
    (found,) = broken(change(given), edit)

    assert said in found


def test_a_typed_change_names_relationship_types() -> None:
    document = 'mutation Op { createPump(input: {id: "p", name: "p", sourceOf: ["FEEDS"]}) { __typename } }'

    (found,) = reasons(judged(document, REQUIREMENT).broken)

    assert found == "*.sourceOf is given 'FEEDS', which is not of kind FLOW then"


@pytest.mark.parametrize(("fields", "edit"), SAME)
def test_what_still_means_the_same_breaks_nobody(fields: str, edit: Edit) -> None:
    assert broken(query(fields), edit) == ()


def test_names_in_fragments_and_in_defaults_of_variables_count() -> None:
    fragment = (
        "query Op { fans { nodes { ...s } } pumps { nodes { ...s } } }"
        ' fragment s on Asset { ...t } fragment t on Asset { state { channel(name: "vib") { value } } }'
    )
    default = 'query Op($t: [String!] = ["Valve"]) { assets(filter: {types: $t}) { totalCount } }'

    assert "channel 'vib' of Pump" in reasons(judged(fragment, NO_VIB_OF_PUMP).broken)[0]
    assert "names asset type 'Valve'" in reasons(judged(default, NO_VALVE).broken)[0]


INTERIM = """\
      label: {id: label-of-pump, datatype: string}
      tag: {datatype: string, follows: {property: label}}
"""


def test_until_a_property_goes_its_successor_is_there_and_is_told() -> None:
    interim = ontology(
        (
            "      label: {datatype: string}\n",
            INTERIM,
        )
    )
    after = ontology(("      label: {datatype: string}\n", "      tag: {datatype: string}\n"))
    document = 'query Op { assets(filter: {types: ["Pump"], property: [{name: "label", eq: "x"}]}) { totalCount } }'
    consumer = Consumer(name="ui", owner="Team Campus", contact="x", documents={"doc": document})

    (found,) = GraphqlInterface().judge(interim, after, [consumer], ()).broken

    assert found.reasons[0].endswith("property 'label' of Pump, which there is no more then; use 'tag'")


BY_VARIABLE = "query Op($t: [String!]) { assets(filter: {types: $t}) { totalCount } }"
BY_FILTER = "query Op($f: AssetFilter) { assets(filter: $f) { totalCount } }"


@pytest.mark.parametrize(
    ("document", "place"), [(BY_VARIABLE, "$t passes names to AssetFilter.types"), (BY_FILTER, "$f")]
)
def test_what_a_variable_passes_unseen_is_told_and_stops_nothing(document: str, place: str) -> None:
    verdict = judged(document, NO_VALVE)

    (found,) = verdict.unseen
    assert verdict.broken == ()
    assert found.operation.owner == "Team Campus"
    assert found.reasons[0].startswith(place)
    assert found.reasons[0].endswith("nobody knows which; these go or change: Valve")
    assert judged(document, NO_VIB_OF_PUMP).unseen == ()


def test_what_a_variable_was_seen_to_pass_breaks() -> None:
    harmless = judged(BY_VARIABLE, NO_VALVE, uses=(use(BY_VARIABLE, "AssetFilter.types=Pump"),))
    harmed = judged(BY_VARIABLE, NO_VALVE, uses=(use(BY_VARIABLE, "AssetFilter.types=Valve"),))
    capped = judged(BY_VARIABLE, NO_VALVE, uses=(use(BY_VARIABLE, "AssetFilter.types=Pump", more=True),))

    assert (harmless.broken, harmless.unseen) == ((), ())
    assert "'Valve'" in reasons(harmed.broken)[0]
    assert (capped.broken, len(capped.unseen)) == ((), 1)


def test_what_several_consumers_pass_by_one_document_counts_together() -> None:
    uses = (
        use(BY_VARIABLE, "AssetFilter.types=Pump", consumer="one"),
        use(BY_VARIABLE, "AssetFilter.types=Valve", consumer="two"),
    )

    (found,) = judged(BY_VARIABLE, NO_VALVE, uses=uses).broken

    assert (found.operation.uses, len(found.reasons)) == (14, 1)


def test_an_operation_that_nobody_registered_breaks_by_the_names_it_was_seen_to_pass() -> None:
    seen = use("x", "PropertyFilter.name@Pump=flow", "Gone.place=Valve", "AssetFilter.types=Valve")

    (found,) = judged(None, NO_FLOW, NO_VALVE, uses=(seen,)).broken

    assert (found.operation.registered, found.operation.contact) == (False, "token 'report'")
    assert [each.partition(", ")[0] for each in found.reasons] == [
        "PropertyFilter.name names property 'flow' of Pump",
        "AssetFilter.types names asset type 'Valve'",
    ]
