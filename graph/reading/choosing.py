"""Which of some assets fit a filter, and how probably each of them is failed: one statement for all."""

from __future__ import annotations

from collections.abc import Sequence

from graph.database import Statement, quoted
from graph.errors import ValueInvalid
from graph.reading.chances import Chance, probability
from graph.reading.executor import Executor
from graph.reading.filters import AssetFilter
from graph.reading.kinds import Vocabulary
from graph.reading.limits import Limits
from graph.reading.predicates import compile_filter


async def chosen(
    executor: Executor, ids: Sequence[str], wanted: AssetFilter | None, chance: Chance | None
) -> dict[str, float | None]:
    """Those of `ids` that exist and fit `wanted`, each with the probability that it is failed.

    None where it has none, or none is asked for. Raises what `compile_filter` and `probability` raise, and ValueInvalid
    for a value that gives no probability.
    """
    of = None if chance is None else probability(chance, executor.words)
    text, parameters = choosing_text(wanted, chance and chance.property, executor.words, executor.limits)
    statement = Statement(name="assets chosen", text=text, parameters={**parameters, "ids": list(ids)})
    found: dict[str, float | None] = {}
    for asset, value in await executor.unit.compiled(statement):
        found[asset] = None if of is None or value is None else of(value)
        _check(asset, value, found[asset])
    return found


def choosing_text(
    wanted: AssetFilter | None, number: str | None, words: Vocabulary, limits: Limits
) -> tuple[str, dict[str, object]]:
    """The statement and its parameters but `$ids`."""
    value = "null" if number is None else f"n.{quoted(number)}"
    # Inside another, a filter is all conditions: types and containment too, which would otherwise be ways in.
    within = None if wanted is None else AssetFilter(every=(wanted,))
    predicate = compile_filter(within, words, limits)
    where = f"WHERE {' AND '.join(predicate.conditions)} " if predicate.conditions else ""
    # Left to itself the planner may seek by what the filter says instead, all of it for each id.
    match = "MATCH (n:Asset {_tenant: $tenant, _id: id}) USING INDEX SEEK n:Asset(_tenant, _id)"
    # Apart from the hint, which Neo4j 5.26 takes amiss beside a condition that nothing meets.
    text = f"UNWIND $ids AS id {match} WITH n {where}RETURN n._id, {value}"
    return text, predicate.parameters


def _check(asset: str, value: object, chance: float | None) -> None:
    if chance is not None and not 0 <= chance <= 1:
        raise ValueInvalid(
            f"{asset} has a value that gives no probability",
            place="probabilityBy",
            expected="a probability from 0 to 1, or a failure rate of 0 or more",
            actual=str(value),
            hint="Correct the asset, or leave it out by `among`",
        )
