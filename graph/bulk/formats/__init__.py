"""Formats: CSV, Azure Digital Twins, Brick and AAS, each read as lines of the bulk format."""

from graph.bulk.formats.conversion import Converted, PlacedRefusals
from graph.bulk.formats.errors import FormatNeedsExtra, MapInvalid
from graph.bulk.formats.naming import NameMap, load_map, parse_map
from graph.bulk.formats.opening import converted
from graph.bulk.formats.recognition import HEAD_BYTES, Format, loads_of, recognise, recognised

__all__ = [
    "HEAD_BYTES",
    "Converted",
    "Format",
    "FormatNeedsExtra",
    "MapInvalid",
    "NameMap",
    "PlacedRefusals",
    "converted",
    "load_map",
    "loads_of",
    "parse_map",
    "recognise",
    "recognised",
]
