"""What GraphQL says of a migration: how its schema changes, and which operations would break."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from graphql.utilities import find_breaking_changes

from app.gate import GraphqlInterface
from app.graphql import build_schema
from graph.ontology import parse_ontology
from graph.ontology.model import Ontology
from migrations.gate import ChangeLevel, Consumer, Use, Verdict

WORLD = """
format: twin-ontology/1
name: world
assetTypes:
  Machine: {abstract: true, properties: {serial: {datatype: string, required: true}}}
  Pump:
    extends: [Machine]
    properties:
      flow: {datatype: float, unit: L/s}
      label: {datatype: string}
  Valve: {extends: [Machine]}
relationshipTypes:
  FEEDS: {inverse: FED_BY, from: [Pump], to: [Machine], impact: {direction: FORWARD}}
"""
FLOWS = "query Flows { pumps { nodes { name flow } } }"
LABELS = "query Labels { pumps { nodes { ...l } } } fragment l on Pump { label }"
SERIALS = "query Serials { machines { nodes { serial } } }"
MAKES = "mutation Make($i: PumpCreate!) { createPump(input: $i) { __typename } }"


def ontology(*edits: tuple[str, str]) -> Ontology:
    text = WORLD
    for old, new in edits:
        assert text.count(old) == 1
        text = text.replace(old, new)
    return parse_ontology(text)


def ui(**documents: str) -> Consumer:
    return Consumer(name="ui", owner="Team Campus", contact="campus@example.org", documents=documents)


def use(document: str, *fields: str, consumer: str = "report", operation: str = "Flows") -> Use:
    digest = hashlib.sha256(document.encode()).hexdigest()
    day = date(2026, 11, 20)
    return Use(
        consumer=consumer, tenant="t", document=digest, operation=operation, count=7, last=day, fields=tuple(fields)
    )


def judged(after: Ontology, consumer: Consumer | None = None, *uses: Use) -> Verdict:
    return GraphqlInterface().judge(ontology(), after, [consumer] if consumer else [], uses)


def broken(verdict: Verdict) -> dict[str, tuple[str, ...]]:
    return {each.operation.operation: each.reasons for each in verdict.broken}


NO_LABEL = ontology(("      label: {datatype: string}\n", ""))


def test_nothing_breaks_where_something_is_added() -> None:
    added = ontology(("      label:", "      head: {datatype: float}\n      label:"))

    verdict = judged(added, ui(a=FLOWS, b=LABELS, c=SERIALS, d=MAKES))

    assert (verdict.broken, verdict.stale, verdict.looked_at) == ((), (), 4)
    assert verdict.of(ChangeLevel.BREAKING) == ()
    assert "Pump.head" in {each.element for each in verdict.of(ChangeLevel.SAFE)}


def test_an_operation_breaks_by_what_it_asks_for_and_names_its_owner() -> None:
    verdict = judged(NO_LABEL, ui(both=f"{FLOWS} {LABELS}", s=SERIALS))

    (found,) = verdict.broken
    assert (found.operation.operation, found.operation.document) == ("Labels", "both")
    assert (found.operation.owner, found.operation.contact) == ("Team Campus", "campus@example.org")
    assert found.reasons[0].startswith("Cannot query field 'label' on type 'Pump'.")
    assert "Pump.label" in {each.element for each in verdict.of(ChangeLevel.BREAKING)}


@pytest.mark.parametrize(
    ("edit", "operation", "reason"),
    [
        (("flow: {datatype: float, unit: L/s}", "flow: {datatype: string}"), "Flows", "Field Pump.flow changed type"),
        (("unit: L/s", "unit: m**3/h"), "Flows", "Pump.flow is in m**3/h"),
        (("required: true", "required: false"), "Serials", "Field Machine.serial changed type from String! to String"),
        (("label: {datatype: string}", "label: {datatype: string, required: true}"), "Make", "Field PumpCreate.label"),
        (("      label:", "      tag: {datatype: int, required: true}\n      label:"), "Make", "A required field Pump"),
        (("  Pump:", "  Pump:\n    plural: machinePumps"), "Flows", "Cannot query field 'pumps'"),
    ],
)  # fmt: skip
def test_what_still_validates_may_break_all_the_same(edit: tuple[str, str], operation: str, reason: str) -> None:
    found = broken(judged(ontology(edit), ui(a=FLOWS, c=SERIALS, d=MAKES)))

    assert operation in found
    assert any(each.startswith(reason) for each in found[operation]), found


def test_what_does_not_work_now_is_not_broken_by_the_migration() -> None:
    verdict = judged(NO_LABEL, ui(old="query Old { pumps { nodes { pressure } } }", none="{"))

    assert verdict.broken == ()
    assert [each.operation.operation for each in verdict.stale] == ["Old", "(none)"]


def test_an_operation_that_was_only_seen_in_use_breaks_by_its_fields() -> None:
    seen = use(LABELS, "Query.pumps", "Pump.label", operation="Labels")
    verdict = judged(NO_LABEL, None, seen, use(FLOWS, "Query.pumps", "Pump.flow"))

    (found,) = verdict.broken
    assert found.operation.operation == "Labels"
    assert (found.operation.registered, found.operation.uses, found.operation.last_used) == (False, 7, seen.last)
    assert (found.operation.owner, found.operation.contact) == ("nobody registered it", "token 'report'")
    assert found.reasons == ("Field Pump.label was removed",)


def test_use_of_a_registered_document_is_told_with_it() -> None:
    verdict = judged(NO_LABEL, ui(l=LABELS), use(LABELS, "Pump.label", consumer="ui", operation="Labels"))

    (found,) = verdict.broken
    assert (found.operation.registered, found.operation.uses) == (True, 7)
    assert verdict.looked_at == 1


def test_use_by_who_registered_other_documents_names_the_owner() -> None:
    verdict = judged(NO_LABEL, ui(f=FLOWS), use(LABELS, "Pump.label", consumer="ui", operation="Labels"))

    (found,) = verdict.broken
    assert (found.operation.registered, found.operation.owner) == (False, "Team Campus")


def test_a_type_that_goes_breaks_whoever_uses_it() -> None:
    gone = ontology(("  Valve: {extends: [Machine]}\n", ""))

    verdict = judged(gone, None, use("x", "Query.valves", "Valve.serial", operation="Valves"))

    assert broken(verdict) == {"Valves": ("Field Query.valves was removed", "Valve was removed")}


def test_breaking_is_what_graphql_calls_breaking() -> None:
    """The judge is graphql-core; units are ours."""
    before, after = build_schema(ontology()).core, build_schema(NO_LABEL).core

    told = {each.description.removesuffix(".") for each in find_breaking_changes(before, after)}

    assert {each.says for each in judged(NO_LABEL).of(ChangeLevel.BREAKING)} == told
