from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from graph.bulk.formats import Format, loads_of, recognise, recognised


@pytest.mark.parametrize(
    ("name", "head", "expected"),
    [
        ("x", b'{"kind": "asset", "id": "submodels"}', Format.NDJSON),
        ("x.ndjson", b"", Format.NDJSON),
        ("x", b'{"Section": "Header"}\n{"fileVersion": "1.0.0"}', Format.AZURE),
        ("x", b'\xef\xbb\xbf\n{"Section": "Header"}', Format.AZURE),
        ("x", b'{\n  "assetAdministrationShells": [', Format.AAS),
        ("x", b'{"submodels": []}', Format.AAS),
        ("x", b'{"submodels": [{"id": "cut off by the hea', Format.AAS),
        ("x", b"PK\x03\x04rest", Format.AAS),
        ("x", b"# A building\n@prefix brick: <https://brickschema.org/schema/Brick#> .", Format.BRICK),
        ("x", b"PREFIX : <http://e/>", Format.BRICK),
        ("x.ttl", b"<http://e/a> a <http://e/b> .", Format.BRICK),
        ("x", b"id;type;name\n", Format.CSV),
        ("x", b'\xef\xbb\xbf"type"\t"from"\t"to"\r\n', Format.CSV),
        ("x.csv", b"nonsense", Format.CSV),
        ("x.csv.gz", b"", Format.CSV),
        ("x", b'{"kind": cut', Format.NDJSON),
        ("x", b"nonsense", Format.NDJSON),
    ],
)
def test_a_format_is_told_from_its_first_bytes(name: str, head: bytes, expected: Format) -> None:
    assert recognise(name, head) is expected


def test_a_packed_file_is_looked_into(tmp_path: Path) -> None:
    packed = tmp_path / "assets.gz"
    packed.write_bytes(gzip.compress(b"id,type\n"))
    assert recognised(packed) is Format.CSV


def test_tables_are_loaded_together_and_all_else_alone() -> None:
    files = [Path(name) for name in ("a.ndjson", "x.csv", "b.ttl", "y.csv")]
    kinds = [Format.NDJSON, Format.CSV, Format.BRICK, Format.CSV]
    assert loads_of(files, kinds) == [
        (Format.NDJSON, [Path("a.ndjson")]),
        (Format.CSV, [Path("x.csv"), Path("y.csv")]),
        (Format.BRICK, [Path("b.ttl")]),
    ]
