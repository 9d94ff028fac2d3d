from __future__ import annotations

import re
from pathlib import Path

from migrations import Project, SchemaKind, SchemaObject, wanted_schema
from migrations.schema import difference


def test_the_whole_schema_of_a_small_ontology(project: Project) -> None:
    golden = Path(__file__).with_name("schema.cypher").read_text()

    assert "".join(f"{each.create};\n" for each in wanted_schema(project.desired)) == golden


def test_a_property_is_searched_where_it_is_declared(project: Project) -> None:
    serial = [each for each in wanted_schema(project.desired) if "serialNumber" in each.properties]

    assert [(each.kind, each.entity) for each in serial] == [
        (SchemaKind.UNIQUE_NODE, "Equipment"),
        (SchemaKind.FULL_TEXT, "Asset"),
    ]


def test_assets_of_few_valued_properties_are_indexed_by_name_in_each_concrete_type() -> None:
    schema = wanted_schema(Project.bundled().desired)
    uses = [each.entity for each in schema if each.properties == ("_tenant", "use", "name")]
    feeds = [each.entity for each in schema if each.properties == ("_tenant", "feedPath", "name")]

    assert uses == ["Room"]
    assert "Ups" in feeds
    assert "ElectricalEquipment" not in feeds
    assert not [each for each in schema if each.properties == ("_tenant", "manufacturer", "name")]


def test_names_are_short_unlike_and_always_the_same(project: Project) -> None:
    names = [each.name for each in wanted_schema(project.desired)]

    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z][A-Za-z0-9_]{0,62}", name) for name in names)
    assert names == [each.name for each in wanted_schema(Project.load(project.path).desired)]


def index(name: str, *properties: str, kind: SchemaKind = SchemaKind.RANGE) -> SchemaObject:
    return SchemaObject(name=name, kind=kind, entity="Pump", properties=properties)


def test_what_is_there_under_another_name_is_not_missing() -> None:
    found = difference([index("twin_index_a", "a")], [index("by_hand", "a")])

    assert (found.missing, found.extra) == ((), ())


def test_only_what_is_ours_is_too_much() -> None:
    found = difference([], [index("twin_index_a", "a"), index("by_hand", "b")])

    assert [each.name for each in found.extra] == ["twin_index_a"]
    assert found.commands == ()


def test_the_order_of_properties_counts_but_for_full_text() -> None:
    text = SchemaKind.FULL_TEXT

    assert difference([index("twin_index_a", "a", "b")], [index("twin_index_a", "b", "a")]).missing
    assert not difference(
        [index("asset_text", "a", "b", kind=text)], [index("asset_text", "b", "a", kind=text)]
    ).missing


def test_a_full_text_index_of_other_properties_is_replaced() -> None:
    text = SchemaKind.FULL_TEXT
    found = difference([index("asset_text", "a", "b", kind=text)], [index("asset_text", "a", kind=text)])

    assert found.commands[0] == "DROP INDEX `asset_text` IF EXISTS"
    assert found.commands[1].startswith("CREATE FULLTEXT INDEX `asset_text` IF NOT EXISTS")
