from __future__ import annotations

import gzip

import pytest

from graph.bulk import BulkInputBroken
from graph.bulk.formats import Format
from tests.graph.bulk.formats.conftest import Convert

ASSETS = '''id,type,name,parents,external:CMMS,ratedFlow [m**3/h],spare,tags
R1,Room,Plant room,,,,,
P1,Pump,"Pump ""one""",R1,88-1;88-2,36,true,a;b
P2,pump,,,,,,
'''
LINKS = """type,from,to,key,diameter
FEEDS,P1,P2,main,50
feeds,P2,P1,,
"""


def test_both_tables_become_lines(convert: Convert) -> None:
    found = convert(Format.CSV, ASSETS, LINKS)
    assert found.refused == {}
    assert list(found.bodies.values()) == [
        {"kind": "asset", "id": "R1", "type": "Room", "name": "Plant room"},
        {
            "kind": "asset",
            "id": "P1",
            "type": "Pump",
            "name": 'Pump "one"',
            "properties": {"ratedFlow": {"value": 36, "unit": "m**3/h"}, "spare": True, "tags": ["a", "b"]},
            "parents": ["R1"],
            "externalIds": [{"system": "CMMS", "id": "88-1"}, {"system": "CMMS", "id": "88-2"}],
        },
        {"kind": "asset", "id": "P2", "type": "Pump"},
        {
            "kind": "relationship",
            "type": "FEEDS",
            "from": "P1",
            "to": "P2",
            "key": "main",
            "properties": {"diameter": 50},
        },
        {"kind": "relationship", "type": "FEEDS", "from": "P2", "to": "P1"},
    ]


def test_lines_are_numbered_through_and_told_by_their_own_file(convert: Convert) -> None:
    found = convert(Format.CSV, ASSETS + 'P3,Pump,"two\nlines",,,x,,\nP4,Pump,,,,y,maybe,\n', LINKS + "FEEDS,P1,,,\n")
    assert list(found.bodies) == [2, 3, 4, 9, 10]
    assert found.places == {
        5: ["file0.txt: column 6 (ratedFlow)"],
        7: ["file0.txt: column 6 (ratedFlow)", "file0.txt: column 7 (spare)"],
        11: ["file1.txt: column 3 (to)"],
    }


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_delimiters_marks_and_line_ends(convert: Convert, delimiter: str, mark: bytes, ending: str) -> None:
    text = f"id{delimiter}type{delimiter}stages{ending}Pü{delimiter}Pump{delimiter}3{ending}"
    assert convert(Format.CSV, mark + text.encode()).bodies == {
        2: {"kind": "asset", "id": "Pü", "type": "Pump", "properties": {"stages": 3}}
    }


def test_packed_tables(convert: Convert) -> None:
    assert len(convert(Format.CSV, gzip.compress(ASSETS.encode())).bodies) == 3


def test_parents_that_hold_semicolons(convert: Convert) -> None:
    found = convert(Format.CSV, 'id,type,parents\nP,Pump,"[""a;b"", ""c""]"\nQ,Pump,[x]\n')
    assert [body["parents"] for body in found.bodies.values()] == [["a;b", "c"], ["[x]"]]


def test_a_map_renames_columns_types_and_ids(convert: Convert) -> None:
    names = """
types: {PMP: Pump}
properties: {Flow: ratedFlow, Label: name}
skip: [Comment]
ids: {prefix: "site/"}
"""
    found = convert(Format.CSV, "id,type,Label,Flow,Comment,parents\n1,PMP,One,2,none,R\n", names=names)
    assert list(found.bodies.values()) == [
        {
            "kind": "asset",
            "id": "site/1",
            "type": "Pump",
            "name": "One",
            "properties": {"ratedFlow": 2},
            "parents": ["site/R"],
        }
    ]


def test_relationships_of_assets_left_out_go_too(convert: Convert) -> None:
    found = convert(
        Format.CSV, "id,type\nP,Pump\nX,Document\n", "type,from,to\nFEEDS,P,X\nFEEDS,P,P\n", names="skip: [Document]"
    )
    assert found.links == [("FEEDS", "P", "P")]
    assert found.left_out == {"assets of type Document": 1, "relationships FEEDS of assets left out": 1}


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("", "no header", ":1"),
        ("name,ratedFlow\n", "neither table", ":1"),
        ("id,type,from,to\n", "both tables", ":1"),
        ("id,type,ratedFlo\n", "No type has a property 'ratedFlo'", ":1: column 3"),
        ("id,type,from\n", "No type has a property 'from'", ":1: column 3"),
        ("id,type,stages,stages\n", "'stages' is there twice", ":1: column 4"),
        ("id,type,stages,stages [1]\n", "'stages' is there twice", ":1: column 4"),
        ("id,type,external:A,external:A\n", "'A' is there twice", ":1: column 4"),
        ("id,type,\n", "A column has no name", ":1: column 3"),
        ("id,type,serialNumber [kg]\n", "can't have a unit", ":1: column 3"),
        (b"id,type,name\nP,Pump,M\xfcller\n", "is not UTF-8", ":2:9"),
        ("id,type\nP,Pump\n".encode("utf-16"), "is not UTF-8", ":1:1"),
        ('id,type\nP,"Pump\n\n\n', "can't be taken apart from line 2 on", ":2"),
        (f'id,type\nP,"{"x" * 200_000}"\n', "can't be taken apart from line 2 on", ":2"),
        (b"id,type\n" + b"x" * 5_000_000, "Line 2 of .* is too long", ":2"),
        (gzip.compress(b"id,type\n" * 9, mtime=0)[:-9], "can't be unpacked", None),
    ],
)
def test_a_table_that_cant_be_read_says_where(
    convert: Convert, text: str | bytes, message: str, place: str | None
) -> None:
    with pytest.raises(BulkInputBroken, match=message) as broken:
        convert(Format.CSV, text)
    assert place is None or (broken.value.place or "").endswith(f"file0.txt{place}")


def test_rows_that_dont_fit_are_refused_and_the_rest_goes_on(convert: Convert) -> None:
    found = convert(Format.CSV, 'id,type,name\nA,Pump\nB,Pump,b,c\nC,"Pump"x,c\n,Pump,d\nE,Pump,e\n')
    assert list(found.assets) == ["E"]
    assert found.places == {2: ["column 3"], 3: ["column 4"], 4: [None], 5: ["column 1 (id)"]}


def test_unknown_types_and_properties_are_left_for_the_load_to_refuse(convert: Convert) -> None:
    found = convert(Format.CSV, "id,type,stages\nA,Boiler,3\nB,Room,3\n")
    assert [body.get("properties") for body in found.bodies.values()] == [{"stages": "3"}, {"stages": "3"}]
