"""Every argument and input field that takes a text either takes a name of the ontology, or is known to take none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from graphql import (
    GraphQLArgument,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLType,
    get_named_type,
)

from app.graphql import build_schema
from app.graphql.naming import PLACES, Named, Role, role_at
from app.graphql.naming.places import input_place
from graph.ontology import parse_ontology

PLAIN = """
format: twin-ontology/1
name: plain
assetTypes:
  Pump: {}
relationshipTypes:
  FEEDS: {inverse: FED_BY, from: [Pump], to: [Pump], impact: {direction: FORWARD, kind: FLOW}}
"""

NO_NAMES = {
    "*(after:)",
    "*(idempotencyKey:)",
    "acknowledgeAlarms(comment:)",
    "approveMigration(revision:)",
    "assetByExternalId(id:)",
    "assetByExternalId(system:)",
    "completeMigration(reason:)",
    "deadLetters(code:)",
    "dropDeadLetters(code:)",
    "ontology(revision:)",
    "replayDeadLetters(code:)",
    "rollbackMigrations(to:)",
    "search(text:)",
    "shelveAlarm(reason:)",
    "unshelveAlarm(comment:)",
    "*.key",
    "AssetInput.name",
    "ChangeSetInput.idempotencyKey",
    "ExternalIdInput.id",
    "ExternalIdInput.system",
    "PlannedWork.name",
    # what properties are compared with: values of enums are only compared by what is in the table
    "DecimalFilter.*",
    "DecimalListFilter.contains",
    "PropertyFilter.contains",
    "PropertyFilter.gt",
    "PropertyFilter.gte",
    "PropertyFilter.lt",
    "PropertyFilter.lte",
    "PropertyFilter.startsWith",
    "StringFilter.*",
    "TextFilter.*",
    "TextListFilter.contains",
    # properties of the ontology, which the schema names itself
    "PumpCreate.name",
    "PumpUpdate.name",
    "*.group",
}
"""Places of texts that are no names of the ontology; `*` for any."""


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(parse_ontology(PLAIN)).core


def is_text(typed: GraphQLArgument | GraphQLInputField) -> bool:
    return str(get_named_type(cast("GraphQLType", typed.type))) in ("String", "JSON")


def texts(schema: GraphQLSchema) -> Iterator[tuple[str, str, str]]:
    """Yield the place of each text, and what it is called where the owner is any, or the last part."""
    for kind in schema.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLInputObjectType):
            for name, field in kind.fields.items():
                if is_text(field):
                    yield input_place(kind.name, name), f"*.{name}", f"{kind.name}.*"
        elif isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            for name, field in kind.fields.items():
                for argument, taken in field.args.items():
                    if is_text(taken):
                        yield f"{name}({argument}:)", f"*({argument}:)", f"{name}(*)"


def test_no_text_is_forgotten(schema: GraphQLSchema) -> None:
    unknown = {place for place, *wide in texts(schema) if role_at(place) is None and not {place, *wide} & NO_NAMES}

    assert unknown == set(), "say in app/graphql/naming/places.py what it names, or here that it names nothing"


def test_each_place_is_in_the_schema(schema: GraphQLSchema) -> None:
    there = {each for places in texts(schema) for each in places}

    assert set(PLACES) - there == set()
    assert NO_NAMES - there == set()


@pytest.mark.parametrize(
    ("named", "text", "role"),
    [
        (Named("AssetFilter.types", "Pump"), "AssetFilter.types=Pump", Role.ASSET_TYPE),
        (Named("PropertyFilter.name", "flow", ("Fan", "Pump")), "PropertyFilter.name@Fan|Pump=flow", Role.PROPERTY),
        (Named("PropertyFilter.eq", "a@b=c|d", ("status",)), "PropertyFilter.eq@status=a@b=c|d", Role.VALUE),
        (Named("*.sourceOf", "FEEDS"), "*.sourceOf=FEEDS", Role.FLOW_TYPE),
    ],
)
def test_a_name_is_written_and_read(named: Named, text: str, role: Role) -> None:
    assert (str(named), Named.parsed(text), named.role) == (text, named, role)


def test_a_place_that_is_no_more_is_passed_over() -> None:
    assert Named.parsed("Gone.types=Pump") is None
    assert Named.parsed("") is None
