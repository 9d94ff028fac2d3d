"""Which of some assets fit which of many filters: one statement for all filters of the same shape.

Filters that differ in their values alone have the same text, for values are parameters; so a thousand who follow by a
filter of their own ask a few statements, each with a row of values for every one of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

from graph.database import Statement
from graph.reading.executor import Executor
from graph.reading.filters import AssetFilter
from graph.reading.kinds import Vocabulary
from graph.reading.limits import Limits
from graph.reading.predicates import compile_filter

_PARAMETER: Final = re.compile(r"\$(f\d+)\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shaped:
    """A filter, compiled: what must hold of the asset `n`, with the values in a row `given`, and those values."""

    conditions: str
    values: Mapping[str, object]


def shaped(wanted: AssetFilter, words: Vocabulary, limits: Limits) -> Shaped:
    """Return a filter whose levels were found out, compiled. Raises what `compile_filter` raises."""
    # Inside another, a filter is all conditions: types and containment too, which would otherwise be ways in.
    predicate = compile_filter(AssetFilter(every=(wanted,)), words, limits)
    text = " AND ".join(predicate.conditions) or "true"
    values = {name: value for name, value in predicate.parameters.items() if f"${name}" in text}
    return Shaped(conditions=_PARAMETER.sub(r"given.\1", text), values=values)


async def fitting(executor: Executor, ids: Sequence[str], filters: Sequence[Shaped]) -> list[frozenset[str]]:
    """Return for each filter those of `ids` that exist and fit. One statement for each shape there is."""
    shapes: dict[str, list[int]] = {}
    for number, each in enumerate(filters):
        shapes.setdefault(each.conditions, []).append(number)
    found: list[set[str]] = [set() for _ in filters]
    for conditions, numbers in shapes.items():
        rows = [{**filters[number].values, "number": number} for number in numbers]
        # Left to itself the planner may seek by what a filter says instead, all of it for each id.
        text = (
            "UNWIND $ids AS id MATCH (n:Asset {_tenant: $tenant, _id: id}) USING INDEX SEEK n:Asset(_tenant, _id) "
            f"UNWIND $rows AS given WITH n, given WHERE {conditions} "
            "RETURN n._id AS id, collect(given.number) AS numbers"
        )
        statement = Statement(name="assets by filters", text=text, parameters={"ids": list(ids), "rows": rows})
        for asset, fit in await executor.unit.compiled(statement):
            for number in cast("list[int]", fit):
                found[number].add(asset)
    return [frozenset(each) for each in found]
