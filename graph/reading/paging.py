"""Text for one page of a list of assets: index-ordered where an index has the order, bounded always.

A page after (value, id) is at most three bounded branches, never an OR over the whole list: the rest of the ties, what
comes beyond the value, and those without a value. A branch runs only if those before it left room. The order names the
tenant first, for the indexes begin with it: by the id alone the plan reads every remaining row.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from graph.database import quoted
from graph.reading.counted import total_or
from graph.reading.cursors import Key
from graph.reading.kinds import labels
from graph.reading.ordering import SortKey
from graph.reading.predicate import Predicate

AHEAD: Final = 8
"""Assets that are looked at in the order of an index for each of a page, before another index is asked for all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A part of a page: `conditions` beside the filter's, `order`, and the index it rests on, if one must be named."""

    conditions: tuple[str, ...]
    order: str
    label: str | None = None
    hint: str | None = None


def page_expression(
    predicate: Predicate, keys: Sequence[SortKey], after: Sequence[Key] | None, row: str, containment: str
) -> str:
    """Return an expression for the rows of a page, each a `row` over `n`; at most `$first` of them.

    `$after0`, `$after1`, ... are the sort values of the last row of the page before; `containment` is the type
    expression that `within` follows.
    """
    if predicate.impossible:
        return "[]"
    if _is_listed(predicate, keys[0]):
        predicate = replace(predicate, conditions=predicate.unsought)
    ahead = _ahead(predicate, keys, after)
    parts = [
        f"COLLECT {{ {_branch(predicate, branch, containment)} RETURN {row} }}"
        for branch in branches(predicate, keys, after)
    ]
    text = parts[-1]
    for number, part in reversed(list(enumerate(parts[:-1]))):
        # A CASE runs its subquery only when it is reached; a condition inside would still read the index.
        text = (
            f"head(COLLECT {{ WITH {part} AS page{number} RETURN CASE WHEN size(page{number}) < $first "
            f"THEN (page{number} + {text})[..$first] ELSE page{number} END }})"
        )
    return text if ahead is None else _tried(ahead, keys, row, text)


def ahead_of(first: int) -> int:
    """Return how many assets may be looked at for a page of `first` before all that an index finds are."""
    return AHEAD * first


def total_expression(predicate: Predicate, containment: str) -> str:
    """Return an expression for how many assets fit the predicate."""
    if predicate.impossible:
        return "0"
    conditions = () if predicate.anchored else ("n._id > ''",)
    rows = f"COUNT {{ {matching(predicate, conditions, containment)} RETURN n }}"
    return total_or(rows) if predicate.bare else rows


def matching(
    predicate: Predicate, conditions: Sequence[str], containment: str, *, label: str | None = None, hint: str = ""
) -> str:
    """Return clauses that bind `n` to each asset that fits, once."""
    types = [] if predicate.types is None else [f"n:{labels(predicate.types)}"]
    if predicate.within is not None:
        rest = ["n <> inside", *types, *predicate.conditions, *conditions]
        return (
            f"MATCH (inside:Asset {{_tenant: $tenant, _id: {predicate.within}}}) "
            f"MATCH (inside)-[:{containment}*1..]->(n:Asset) WITH DISTINCT n, inside WHERE {' AND '.join(rest)}"
        )
    if predicate.origin is not None:
        rest = ["n._tenant = $tenant", *types, *predicate.conditions, *conditions]
        return f"{predicate.origin} WHERE {' AND '.join(rest)}"
    narrow = len(predicate.types or ()) == 1 and label in (None, *(predicate.types or ()))
    start = quoted(predicate.types[0]) if narrow and predicate.types else quoted(label or "Asset")
    rest = ["n._tenant = $tenant", *([] if narrow else types), *predicate.conditions, *conditions]
    return f"MATCH (n:{start}){hint} WHERE {' AND '.join(rest)}"


def branches(predicate: Predicate, keys: Sequence[SortKey], after: Sequence[Key] | None) -> tuple[Branch, ...]:
    """Return the branches of a page in the order that their rows come in."""
    lead = keys[0]
    if _is_listed(predicate, lead):
        return (_listed(predicate, keys, after),)
    if predicate.anchored or predicate.within is not None or lead.index is None:
        return (_scanned(predicate, keys, after),)
    if lead.field == "id":
        return (_by_id(lead, after),)
    found: list[Branch] = []
    label = lead.index
    if after is None:
        found.append(_values(keys, f"{lead.expression} IS NOT NULL", label))
    elif after[0] is not None:
        hint = f" USING INDEX n:{quoted(lead.index)}(`_tenant`, {quoted(lead.field)})"
        tie = (f"{lead.expression} = {_parameter(lead, 0)}", _later(keys, after, 1))
        found.append(Branch(conditions=tie, order=_order(keys[1:]), label=lead.index, hint=hint))
        found.append(_values(keys, f"{lead.expression} {lead.after} {_parameter(lead, 0)}", label))
    if lead.nullable:
        found.append(_missing(keys, after))
    return tuple(found)


def _ahead(predicate: Predicate, keys: Sequence[SortKey], after: Sequence[Key] | None) -> str | None:
    """Return clauses for a page out of the next `$ahead` assets in the order of an index, where that may be enough.

    A value with an index may still be that of every fourth asset: then all of them would be read and sorted for a
    hundred, 12 ms among 27,000 where the order's own index comes to the hundredth in 1.5 ms. Where the page doesn't
    become full, nothing is lost but a millisecond. Nothing is tried where a page would end among equals anyway.
    """
    lead = keys[0]
    begun = after is not None and after[0] is None
    if not predicate.selective or predicate.few or predicate.within is not None or lead.index is None or begun:
        return None
    if predicate.origin is not None or predicate.impossible or lead.crowded or _is_listed(predicate, lead):
        return None
    types = predicate.types or ()
    label = types[0] if lead.field == "id" and len(types) == 1 else lead.index
    field = "_id" if lead.field == "id" else lead.field
    start = f"{lead.expression} {lead.after}= {_parameter(lead, 0)}" if after else f"{lead.expression} IS NOT NULL"
    indexed = f"n._tenant{lead.way}, {lead.expression}{lead.way}"
    rest = "" if len(keys) == 1 else f", {_order(keys[1:])}"
    fits = [*([] if not types or types == (label,) else [f"n:{labels(types)}"]), *predicate.unsought]
    fits += [_later(keys, after, 0)] if after else []
    return (
        f"MATCH (n:{quoted(label)}) USING INDEX n:{quoted(label)}(`_tenant`, {quoted(field)}) "
        f"WHERE n._tenant = $tenant AND {start} WITH n ORDER BY {indexed} LIMIT $ahead "
        f"WITH n WHERE {' AND '.join(fits)} WITH n ORDER BY {indexed}{rest} LIMIT $first{' + 1' * bool(rest)}"
    )


def _tried(ahead: str, keys: Sequence[SortKey], row: str, otherwise: str) -> str:
    """Return an expression for the rows of what `ahead` binds where that is a whole page, of `otherwise` else.

    The index has the order of the first key alone, and what breaks its ties is read of what fits, not of all that is
    looked at: a sixth of the database's time. So looking may have ended among equals, of which a later one should
    come first. It hasn't where one more than the page fits and comes after the page's last by the first key.
    """
    if len(keys) == 1:
        return (
            f"head(COLLECT {{ WITH COLLECT {{ {ahead} RETURN {row} }} AS ahead "
            f"RETURN CASE WHEN size(ahead) < $first THEN {otherwise} ELSE ahead END }})"
        )
    lead = keys[0]
    whole = f"size(ahead) > $first AND ahead[$first][0] {lead.after} ahead[$first - 1][0]"
    return (
        f"head(COLLECT {{ WITH COLLECT {{ {ahead} RETURN [{lead.expression}, {row}] }} AS ahead "
        f"RETURN CASE WHEN {whole} THEN [each IN ahead[..$first] | each[1]] ELSE {otherwise} END }})"
    )


def _is_listed(predicate: Predicate, lead: SortKey) -> bool:
    """Whether the own index of the wanted type has what fits in order: a value's assets by name."""
    return (
        predicate.listed is not None
        and predicate.within is None
        and lead.field == "name"
        and predicate.types == (lead.index,)
    )


def _listed(predicate: Predicate, keys: Sequence[SortKey], after: Sequence[Key] | None) -> Branch:
    lead, value = keys[0], quoted(predicate.listed or "")
    begun = (f"{lead.expression} IS NOT NULL",)
    if after:
        last = _parameter(lead, 0)
        # Said by `>` the planner would seek both cases, and sort all that comes after.
        beyond = f"({lead.expression} <> {last} OR {_later(keys, after, 1)})"
        begun = (f"{lead.expression} {lead.after}= {last}", beyond)
    return Branch(
        conditions=begun,
        order=f"n._tenant{lead.way}, n.{value}{lead.way}, {_order_of_values(keys)}",
        label=lead.index,
        hint=f" USING INDEX n:{quoted(lead.index or '')}(`_tenant`, {value}, {quoted(lead.field)})",
    )


def _order_of_values(keys: Sequence[SortKey]) -> str:
    """The order of what has a value for the first key: an index has it."""
    lead, rest = keys[0], keys[1:]
    return f"{lead.expression}{lead.way}" + (f", {_order(rest)}" if rest else "")


def _scanned(predicate: Predicate, keys: Sequence[SortKey], after: Sequence[Key] | None) -> Branch:
    conditions = () if after is None else (_later(keys, after, 0, guarded=True),)
    if not predicate.anchored and predicate.within is None:
        conditions = (*conditions, "n._id > ''")
    return Branch(conditions=conditions, order=_order(keys))


def _by_id(lead: SortKey, after: Sequence[Key] | None) -> Branch:
    condition = "n._id > ''" if after is None else f"n._id {lead.after} $after0"
    return Branch(conditions=(condition,), order=f"n._tenant{lead.way}, n._id{lead.way}")


def _values(keys: Sequence[SortKey], condition: str, label: str | None) -> Branch:
    lead = keys[0]
    order = f"n._tenant{lead.way}, {_order_of_values(keys)}"
    return Branch(conditions=(condition,), order=order, label=label)


def _missing(keys: Sequence[SortKey], after: Sequence[Key] | None) -> Branch:
    lead, rest = keys[0], keys[1:]
    started = after is not None and after[0] is None
    later = _later(keys, after, 1) if after is not None and started else "n._id > ''"
    by_id = len(rest) == 1 and rest[0].field == "id"
    order = f"n._tenant{rest[0].way}, {_order(rest)}" if by_id else _order(rest)
    return Branch(conditions=(f"{lead.expression} IS NULL", later), order=order)


def _later(keys: Sequence[SortKey], after: Sequence[Key], start: int, *, guarded: bool = False) -> str:
    """Return the condition that a row comes after the last one by keys from `start` on, those before being equal.

    `guarded` keeps the planner off the id's index, whose range it takes for a few rows: another path is better.
    """
    key, value = keys[start], after[start]
    given = _parameter(key, start)
    if start == len(keys) - 1:
        expression = f"coalesce({key.expression}, '')" if guarded else key.expression
        return f"{expression} {key.after} {given}"
    rest = _later(keys, after, start + 1, guarded=guarded)
    if value is None:
        return f"({key.expression} IS NULL AND {rest})"
    missing = f" OR {key.expression} IS NULL" if key.nullable else ""
    return f"({key.expression} {key.after} {given}{missing} OR ({key.expression} = {given} AND {rest}))"


def _parameter(key: SortKey, position: int) -> str:
    return key.parameter.format(f"$after{position}")


def _order(keys: Sequence[SortKey]) -> str:
    parts = [f"{key.expression} IS NULL, " * key.nullable + key.expression + key.way for key in keys]
    return ", ".join(parts)


def _branch(predicate: Predicate, branch: Branch, containment: str) -> str:
    if len(predicate.types or ()) > 1 and branch.order.startswith("n._tenant") and branch.label is None:
        return _united(predicate, branch, containment)
    clauses = matching(predicate, branch.conditions, containment, label=branch.label, hint=branch.hint or "")
    return f"{clauses} WITH n ORDER BY {branch.order} LIMIT $first"


def _united(predicate: Predicate, branch: Branch, containment: str) -> str:
    """Several types: a bounded part of each type's own index, then the first of them all."""
    ordered = f"ORDER BY {branch.order} LIMIT $first"
    parts: list[str] = []
    for name in predicate.types or ():
        single = Predicate(conditions=predicate.conditions, types=(name,), selective=predicate.selective)
        parts.append(f"{matching(single, branch.conditions, containment)} RETURN n {ordered}")
    return f"CALL () {{ {' UNION '.join(parts)} }} WITH n {ordered}"
