from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from basyx.aas import model
from basyx.aas.adapter import aasx
from basyx.aas.adapter import json as adapter
from basyx.aas.examples.data import example_aas

from graph import bulk
from graph.bulk import BulkInputBroken
from graph.bulk.formats import Format, converted
from graph.ontology import Json, Ontology
from tests.graph.bulk.formats.conftest import Convert, outcome


def shell(name: str, *submodels: str, kind: str | None = "urn:types:Pump", **more: Json) -> dict[str, Json]:
    about: dict[str, Json] = {"assetKind": "Instance", "globalAssetId": f"urn:asset:{name}"}
    if kind is not None:
        about["assetType"] = kind
    references: list[Json] = [
        {"type": "ModelReference", "keys": [{"type": "Submodel", "value": each}]} for each in submodels
    ]
    return {"id": f"urn:shell:{name}", "idShort": name, "assetInformation": about, "submodels": references, **more}


def submodel(name: str, *elements: Json, meaning: str | None = None) -> dict[str, Json]:
    found: dict[str, Json] = {"id": name, "modelType": "Submodel", "submodelElements": list(elements)}
    return found if meaning is None else {**found, "semanticId": reference("ExternalReference", meaning)}


def prop(name: str, value: Json, kind: str = "xs:string", **more: Json) -> dict[str, Json]:
    return {"modelType": "Property", "idShort": name, "valueType": kind, "value": value, **more}


def group(name: str, *elements: Json) -> dict[str, Json]:
    return {"modelType": "SubmodelElementCollection", "idShort": name, "value": list(elements)}


def entity(name: str, asset: str | None, *statements: Json) -> dict[str, Json]:
    found: dict[str, Json] = {"modelType": "Entity", "idShort": name, "statements": list(statements)}
    return (
        found if asset is None else {**found, "entityType": "SelfManagedEntity", "globalAssetId": f"urn:asset:{asset}"}
    )


def reference(kind: str, *keys: str) -> dict[str, Json]:
    return {"type": kind, "keys": [{"type": "Any", "value": key} for key in keys]}


def link(name: str, first: Json, second: Json, *notes: Json) -> dict[str, Json]:
    kind = "AnnotatedRelationshipElement" if notes else "RelationshipElement"
    return {"modelType": kind, "idShort": name, "first": first, "second": second, "annotations": list(notes)}


def environment(shells: list[Json], submodels: list[Json], concepts: tuple[Json, ...] = ()) -> str:
    return json.dumps(
        {"assetAdministrationShells": shells, "submodels": submodels, "conceptDescriptions": list(concepts)}, indent=1
    )


def test_shells_become_assets_with_the_properties_of_their_submodels(convert: Convert) -> None:
    data = submodel(
        "data",
        prop("RatedFlow", "2.5", "xs:double"),
        prop("Spare", "1", "xs:boolean"),
        group("Nameplate", prop("Maker", "ACME"), prop("YearBuilt", "1999", "xs:int")),
        group("Further", prop("Stages", "3", "xs:int"), group("Deep", prop("Price", "10.50", "xs:decimal"))),
        {
            "modelType": "MultiLanguageProperty",
            "idShort": "SerialNumber",
            "value": [{"language": "de", "text": "Nr. 1"}, {"language": "en", "text": "No. 1"}],
        },
        {"modelType": "SubmodelElementList", "idShort": "Tags", "value": [prop("", "a"), prop("", "b")]},
        {"modelType": "File", "idShort": "Manual", "value": "/manual.pdf"},
    )
    found = convert(Format.AAS, environment([shell("P1", "data")], [data, submodel("nobody's")]))
    assert found.refused == {}
    assert found.bodies == {
        1: {
            "kind": "asset",
            "id": "urn:asset:P1",
            "type": "Pump",
            "name": "P1",
            "properties": {
                "ratedFlow": 2.5,
                "spare": True,
                "nameplate": {"maker": "ACME", "yearBuilt": 1999},
                "stages": 3,
                "price": "10.50",
                "serialNumber": "No. 1",
                "tags": ["a", "b"],
            },
        }
    }
    assert found.left_out == {"elements of kind File": 1, "submodels of no shell": 1}


def test_units_of_concept_descriptions_go_with_the_numbers(convert: Convert) -> None:
    specification: list[Json] = [
        {"dataSpecificationContent": {"modelType": "DataSpecificationIec61360", "unit": "m**3/h"}}
    ]
    flow = prop("RatedFlow", "36", "xs:double", semanticId=reference("ExternalReference", "urn:flow"))
    concepts = ({"id": "urn:flow", "embeddedDataSpecifications": specification},)
    found = convert(Format.AAS, environment([shell("P1", "data")], [submodel("data", flow)], concepts))
    assert found.assets["urn:asset:P1"]["properties"] == {"ratedFlow": {"value": 36, "unit": "m**3/h"}}


def test_where_the_type_comes_from(convert: Convert) -> None:
    shells: list[Json] = [
        shell("A"),
        shell("B", kind=None, derivedFrom=reference("ModelReference", "https://example.org/types/Valve")),
        shell("C", "meaning", kind=None),
        shell("D", kind="0173-1#02-AAA123#001"),
        shell("E", "other", kind=None),
    ]
    submodels: list[Json] = [
        submodel("meaning", meaning="https://example.org/semantics/Room"),
        submodel("other", meaning="https://example.org/semantics/Unheard"),
    ]
    found = convert(Format.AAS, environment(shells, submodels), names="types: {'0173-1#02-AAA123#001': CheckValve}")
    assert [body["type"] for body in found.bodies.values()] == ["Pump", "Valve", "Room", "CheckValve"]
    assert found.places == {5: ["shell E: assetInformation.assetType"]}


def test_entities_and_relationship_elements_become_relationships_each_once(convert: Convert) -> None:
    way = ("parts", "Entry")
    parts = submodel(
        "parts",
        entity("Entry", None, entity("Own", "P2", entity("Part", "V1")), entity("Loose", None, entity("In", "V2"))),
        link("HasPart00", reference("ModelReference", "urn:shell:P1"), reference("ModelReference", *way, "Own")),
        link("IsPartOf", reference("ModelReference", *way, "Own", "Part"), reference("ModelReference", *way, "Own")),
        group(
            "Flows",
            link(
                "Feeds",
                reference("ModelReference", "urn:shell:P1"),
                reference("ExternalReference", "urn:asset:V1"),
                prop("Diameter", "50", "xs:int"),
            ),
        ),
        link("Feeds", reference("ModelReference", *way, "Nowhere"), reference("ModelReference", "urn:shell:P1")),
    )
    found = convert(Format.AAS, environment([shell("P1", "parts")], [parts]))
    assert found.refused == {}
    assert sorted(map(str, found.links)) == sorted(
        str((kind, f"urn:asset:{one}", f"urn:asset:{two}"))
        for kind, one, two in [
            ("HAS_PART", "P1", "P2"),
            ("HAS_PART", "P2", "V1"),
            ("HAS_PART", "P1", "V2"),
            ("FEEDS", "P1", "V1"),
        ]
    )
    (feeds,) = (body for body in found.bodies.values() if body["type"] == "FEEDS")
    assert feeds["properties"] == {"diameter": 50}
    assert found.left_out == {
        "entities without an asset of their own": 2,
        "relationships Feeds of things that are no assets": 1,
    }


def test_types_are_no_assets_and_a_shell_without_asset_id_is_known_by_its_own(convert: Convert) -> None:
    template = shell("T")
    template["assetInformation"] = {"assetKind": "Type"}
    plain = shell("P")
    plain["assetInformation"] = {"assetKind": "Instance", "assetType": "Pump"}
    found = convert(Format.AAS, environment([template, plain], []))
    assert list(found.assets) == ["urn:shell:P"]
    assert found.left_out == {"shells of types": 1}


def test_faulty_shells_are_refused_with_all_that_is_wrong(convert: Convert) -> None:
    data = submodel(
        "data", prop("RatedFlow", "much"), prop("Stages", "1.5"), prop("Spare", "true"), prop("Spare", "true")
    )
    found = convert(Format.AAS, environment([shell("P", "data"), shell("Q")], [data]))
    assert list(found.assets) == ["urn:asset:Q"]
    assert found.places == {1: ["shell P: RatedFlow", "shell P: Stages", "shell P: Spare"]}


def test_what_the_ontology_lacks_is_left_out_where_asked(convert: Convert) -> None:
    text = environment([shell("P", "data"), shell("B", kind="Boiler")], [submodel("data", prop("Colour", "red"))])
    assert convert(Format.AAS, text).assets["urn:asset:P"]["properties"] == {"Colour": "red"}
    found = convert(Format.AAS, text, names="unknown: skip")
    assert list(found.assets) == ["urn:asset:P"]
    assert "properties" not in found.assets["urn:asset:P"]
    assert found.left_out["assets of type Boiler"] == 1


@pytest.mark.parametrize(
    ("text", "actual"),
    [
        ("", "EOF"),
        ('{"submodels": [', "EOF"),
        ("[]", "another document"),
        ('{"kind": "asset"}', "another document"),
        ('{"assetAdministrationShells": [], "assets": []}', "version 1 or 2"),
        (b'{"submodels": ["\xff"]}', "unicode"),
    ],
)
def test_what_is_no_environment(convert: Convert, text: str | bytes, actual: str) -> None:
    with pytest.raises(BulkInputBroken, match="no environment") as broken:
        convert(Format.AAS, text)
    assert actual in (broken.value.actual or "")


def test_a_package_is_read_as_its_environment(mapped: Ontology, convert: Convert, tmp_path: Path) -> None:
    objects = example_aas.create_full_example()
    packed, plain = tmp_path / "full.aasx", tmp_path / "full.json"
    adapter.write_aas_json_file(str(plain), objects)
    shells = [each.id for each in objects if isinstance(each, model.AssetAdministrationShell)]
    with aasx.AASXWriter(packed) as writer:
        # The example names a file that it does not bring: files are of no use here and must not be missed.
        writer.write_aas(shells, objects, aasx.DictSupplementaryFileContainer())
    with bulk.opened(packed) as source:
        found = outcome(converted([source], Format.AAS, mapped))
    assert list(found.assets) == ["http://example.org/TestAsset/"]
    assert found.assets == convert(Format.AAS, plain.read_bytes()).assets


def test_a_broken_package(convert: Convert) -> None:
    empty = BytesIO()
    with ZipFile(empty, "w") as archive:
        archive.writestr("x", "y")
    for data in (empty.getvalue(), empty.getvalue()[:-9], b"PK\x03\x04"):
        with pytest.raises(BulkInputBroken, match="no AASX package"):
            convert(Format.AAS, data)
