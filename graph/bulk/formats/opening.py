"""Opening: inputs of a format as one source for the Loader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from graph.bulk.formats.aas import Environment
from graph.bulk.formats.azure import AzureTwins
from graph.bulk.formats.brick import Brick
from graph.bulk.formats.conversion import Converted
from graph.bulk.formats.lines import LineMaker
from graph.bulk.formats.naming import NameMap
from graph.bulk.formats.recognition import Format
from graph.bulk.formats.tables import Tables
from graph.bulk.inputs import Input
from graph.ontology.model import Ontology


def converted(inputs: Sequence[Input], kind: Format, ontology: Ontology, names: NameMap | None = None) -> Converted:
    """Return `inputs` of one format as a source that the Loader reads; only tables may be several.

    `names` is the mapping file, where there is one. What can't be converted is refused line by line as it is read.
    """
    if len(inputs) != 1 and kind is not Format.CSV:
        raise ValueError("only tables are loaded together")
    maker = LineMaker(ontology, names or NameMap())
    match kind:
        case Format.NDJSON:
            raise ValueError("an Input is in the bulk format already")
        case Format.CSV:
            tables = Tables(inputs, maker)
            return Converted(inputs, tables, tables.place)
        case Format.AZURE:
            return Converted(inputs, AzureTwins(inputs[0], maker))
        case Format.BRICK:
            return Converted(inputs, Brick(inputs[0], maker))
        case Format.AAS:
            return Converted(inputs, Environment(inputs[0], maker))
        case _:
            assert_never(kind)
