"""Which of some assets fit a filter, and a number that each of them has: one statement for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from graph.database import Statement, quoted
from graph.errors import ValueInvalid
from graph.ontology.model import Datatype
from graph.reading.executor import Executor
from graph.reading.filters import AssetFilter
from graph.reading.kinds import Vocabulary
from graph.reading.limits import Limits
from graph.reading.predicates import compile_filter, declarations_of


async def chosen(
    executor: Executor, ids: Sequence[str], wanted: AssetFilter | None, number: str | None
) -> dict[str, float | None]:
    """Those of `ids` that exist and fit `wanted`, each with its value of the float property `number`.

    None where it has no value, or none is asked for. Raises what `compile_filter` raises, UnknownProperty, and
    ValueInvalid for a property that is no plain float.
    """
    text, parameters = choosing_text(wanted, number, executor.words, executor.limits)
    statement = Statement(name="assets chosen", text=text, parameters={**parameters, "ids": list(ids)})
    rows = await executor.unit.compiled(statement)
    return {cast("str", row[0]): cast("float | None", row[1]) for row in rows}


def choosing_text(
    wanted: AssetFilter | None, number: str | None, words: Vocabulary, limits: Limits
) -> tuple[str, dict[str, object]]:
    """The statement and its parameters but `$ids`."""
    value = "null" if number is None else f"n.{_float(words, number)}"
    # Inside another, a filter is all conditions: types and containment too, which would otherwise be ways in.
    within = None if wanted is None else AssetFilter(every=(wanted,))
    predicate = compile_filter(within, words, limits)
    where = f"WHERE {' AND '.join(predicate.conditions)} " if predicate.conditions else ""
    # Left to itself the planner may seek by what the filter says instead, all of it for each id.
    match = "MATCH (n:Asset {_tenant: $tenant, _id: id}) USING INDEX SEEK n:Asset(_tenant, _id)"
    text = f"UNWIND $ids AS id {match} {where}RETURN n._id, {value}"
    return text, predicate.parameters


def _float(words: Vocabulary, name: str) -> str:
    for each in declarations_of(words, name, None, place="probabilityBy"):
        if each.datatype is not Datatype.FLOAT or each.unit is not None:
            raise ValueInvalid(
                f"{name} holds no probability",
                place="probabilityBy",
                expected="a property of datatype float without a unit",
                actual=f"{each.declared_by}: {each.datatype.value} {each.unit or ''}".strip(),
            )
    return quoted(name)
