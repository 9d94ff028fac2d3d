"""The number that each asset has by one property: one statement, one record."""

from __future__ import annotations

from typing import cast

from graph.database import Statement, quoted
from graph.errors import ValueInvalid
from graph.ontology.model import Datatype
from graph.reading.executor import Executor
from graph.reading.kinds import Vocabulary
from graph.reading.predicates import declarations_of

_NUMBERS = frozenset({Datatype.INT, Datatype.FLOAT})


async def weights(executor: Executor, name: str) -> dict[str, float]:
    """The values of a property by asset, of all assets that have one.

    Raises UnknownProperty, and ValueInvalid for a property that is no number, or not in the same unit everywhere.
    """
    statement = Statement(name="weights of assets", text=weighing_text(executor.words, name), parameters={})
    ((ids, values),) = await executor.unit.compiled(statement)
    return dict(zip(cast("list[str]", ids), cast("list[float]", values), strict=True))


def weighing_text(words: Vocabulary, name: str) -> str:
    """The statement."""
    value = f"n.{_number(words, name)}"
    return (
        f"MATCH (n:Asset) WHERE n._tenant = $tenant AND n._id IS NOT NULL AND {value} IS NOT NULL "
        f"RETURN collect(n._id), collect(toFloat({value}))"
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
