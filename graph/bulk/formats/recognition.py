"""Recognition: which format a file is, told from its first bytes and, where these fit several, from its name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from pydantic_core import from_json

from graph.bulk.formats.columns import REQUIRED
from graph.bulk.formats.conversion import reading
from graph.bulk.formats.rows import DELIMITERS
from graph.bulk.inputs import opened

HEAD_BYTES = 65_536
_ZIP = b"PK\x03\x04"
_TURTLE = re.compile(rb"\s*(#[^\n]*\n\s*)*(@prefix|@base|prefix\s+[\w.-]*:\s*<|base\s+<)", re.IGNORECASE)
_ENVIRONMENT = re.compile(rb'"(assetAdministrationShells|submodels|conceptDescriptions)"\s*:')


class Format(StrEnum):
    """A format that a load reads."""

    NDJSON = "ndjson"
    CSV = "csv"
    AZURE = "azure"
    BRICK = "brick"
    AAS = "aas"


_BY_SUFFIX = {
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".ttl": Format.BRICK,
    ".aasx": Format.AAS,
}


def recognise(name: str, head: bytes) -> Format:
    """Return the format of the file called `name` that begins with `head` (unpacked); NDJSON where nothing fits."""
    text = head.removeprefix(b"\xef\xbb\xbf")
    if text.startswith(_ZIP):
        return Format.AAS
    if text.lstrip()[:1] == b"{":
        return _of_json(text.lstrip())
    if _TURTLE.match(text):
        return Format.BRICK
    if _is_table(text):
        return Format.CSV
    return _BY_SUFFIX.get(_suffix(name), Format.NDJSON)


def recognised(path: Path) -> Format:
    """Return the format of the file at `path`, which may be packed. Raises BulkInputBroken."""
    with opened(path) as source, reading(source.name):
        return recognise(path.name, source.stream().read(HEAD_BYTES))


def loads_of(files: Sequence[Path], formats: Sequence[Format]) -> list[tuple[Format, list[Path]]]:
    """Return what is loaded together: all tables, for relationships need their assets; every other file is alone."""
    found: list[tuple[Format, list[Path]]] = []
    tables: list[Path] = []
    for file, kind in zip(files, formats, strict=True):
        if kind is not Format.CSV:
            found.append((kind, [file]))
            continue
        if not tables:
            found.append((kind, tables))
        tables.append(file)
    return found


def _of_json(text: bytes) -> Format:
    first = text.partition(b"\n")[0]
    try:
        found = from_json(first)
    except ValueError:
        # Not one object a line: a document over several lines, or one longer than the head.
        return Format.AAS if _ENVIRONMENT.search(text) else Format.NDJSON
    if isinstance(found, dict) and "Section" in found:
        return Format.AZURE
    if isinstance(found, dict) and "kind" not in found and _ENVIRONMENT.search(first):
        return Format.AAS
    return Format.NDJSON


def _is_table(text: bytes) -> bool:
    header = text.partition(b"\n")[0].decode(errors="replace")
    for delimiter in DELIMITERS:
        titles = {title.strip().strip('"') for title in header.split(delimiter)}
        if any(required <= titles for required in REQUIRED.values()):
            return True
    return False


def _suffix(name: str) -> str:
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix == ".gz" else path.suffix
