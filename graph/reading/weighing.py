"""The number that each asset has by one property: one statement, few records."""

from __future__ import annotations

from typing import TypeAlias, cast

from graph.database import Statement, quoted
from graph.errors import ValueInvalid
from graph.ontology.model import Datatype
from graph.reading.declarations import declarations_of
from graph.reading.executor import Executor
from graph.reading.kinds import Vocabulary

_NUMBERS = frozenset({Datatype.INT, Datatype.FLOAT})


Weights: TypeAlias = "list[tuple[list[str], list[float]]]"
"""Ids of assets and their values, in pieces; each asset is in one."""


async def weights(executor: Executor, name: str) -> Weights:
    """The values of a property by asset, of all assets that have one.

    In pieces of 20,000 internal ids, for each is decoded at a stretch, and nothing else goes on meanwhile. Raises
    UnknownProperty, and ValueInvalid for a property that is no number, or not in the same unit everywhere.
    """
    statement = Statement(name="weights of assets", text=weighing_text(executor.words, name), parameters={})
    rows = await executor.unit.compiled(statement)
    return [(cast("list[str]", ids), cast("list[float]", values)) for ids, values in rows]


def weighing_text(words: Vocabulary, name: str) -> str:
    """The statement."""
    value = f"n.{_number(words, name)}"
    return (
        f"MATCH (n:Asset) WHERE n._tenant = $tenant AND n._id IS NOT NULL AND {value} IS NOT NULL "
        f"WITH id(n) / 20000 AS page, collect(n._id) AS ids, collect(toFloat({value})) AS values RETURN ids, values"
    )


def _number(words: Vocabulary, name: str) -> str:
    declared = declarations_of(words, name, None, place="weightBy")
    units = {str(each.unit or "") for each in declared}
    if any(each.datatype not in _NUMBERS for each in declared) or len(units) > 1:
        raise ValueInvalid(
            f"{name} can't be added up",
            place="weightBy",
            expected="a property of datatype int or float, in the same unit wherever it is declared",
            actual=", ".join(
                f"{each.declared_by}: {each.datatype.value} {each.unit or ''}".strip() for each in declared
            ),
        )
    return quoted(name)
