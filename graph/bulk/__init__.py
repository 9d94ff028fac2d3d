"""Bulk: loading and exporting whole topologies, one JSON object a line."""

from graph.bulk.errors import BulkInputBroken, BulkRefused
from graph.bulk.exporting import Exported, Exporter
from graph.bulk.inputs import Input, Source, opened, standard_input, too_long
from graph.bulk.loading import Loader
from graph.bulk.records import LoadRecord, recent
from graph.bulk.refusals import Refusals
from graph.bulk.report import LoadReport, Progress

__all__ = [
    "BulkInputBroken",
    "BulkRefused",
    "Exported",
    "Exporter",
    "Input",
    "LoadRecord",
    "LoadReport",
    "Loader",
    "Progress",
    "Refusals",
    "Source",
    "opened",
    "recent",
    "standard_input",
    "too_long",
]
