"""Pages of steps that change one property of assets and nothing else, the short way: read, reckoned, written.

A step goes the long way, that of change sets, where more than the value itself is to be judged: where it must be unique
or is required and goes away, where it is kept in step with more than one other, and of relationships. So does a page
in which anything is not as it should be: what is wrong is found and named there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from graph.changes.records import Authorship
from graph.changes.revaluing import Revalued, Span, revalue
from graph.changes.rules import AssetRule, Rulebook
from graph.changes.statements import of_pair
from graph.changes.stepping import or_none
from graph.database import Row, WriteUnit
from graph.database.native import from_driver
from graph.errors import InvalidInput, UnknownType
from graph.identity import Revision
from graph.ontology.codec import Stored
from migrations.steps.data_steps import Erase, Follow, Lead, Page, Turn, ValueStep, operation_of

SHORT_PAGE: Final = 5_000
_Held: TypeAlias = "Stored | None"
_Becomes: TypeAlias = Callable[[_Held, _Held], _Held]
"""From what an asset has for the first property and for the one that is written to what it is to have for that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How a step goes the short way: `pair` are the property that it goes by and the one that it writes.

    `becomes` and `needs`, the other properties that an asset must have, are by exact type.
    """

    pair: tuple[str, str]
    becomes: Mapping[str, _Becomes]
    needs: Mapping[str, frozenset[str]]


async def revalued(
    unit: WriteUnit, step: ValueStep, rules: Rulebook, after: str, turn: Turn, *, revision: Revision
) -> Page | None:
    """Do the next page of the unit's tenant, whose counter is locked at `revision`; None: it must go the long way.

    Nothing was written then.
    """
    way = _way(step, rules)
    if way is None:
        return None
    query = of_pair("changes/page_values", step.type, *way.pair)
    needed = sorted(frozenset[str]().union(*way.needs.values()))
    groups = await unit.rows(query, {"after": after, "limit": SHORT_PAGE, "needed": needed})
    found = await asyncio.to_thread(_reckoned, way, groups, rules)
    if found is None:
        return None
    seen = [asset for _, rows in groups for asset, *_ in rows]
    if found:
        await revalue(
            unit,
            rules,
            way.pair[1],
            found,
            span=Span(label=step.type, after=after, last=max(seen)),
            authorship=Authorship(actor=turn.actor, operation=f"{operation_of(turn.revision)}{step}", time=turn.now),
            revision=Revision(revision + 1),
        )
    return Page(changed=len(found), last=max(seen) if len(seen) == SHORT_PAGE else None)


def _reckoned(way: _Way, groups: Sequence[Row], rules: Rulebook) -> list[Revalued] | None:
    """Return what gets another value; None where one of the assets is not as assets of the step's types must be."""
    found: list[Revalued] = []
    for labels, rows in groups:
        try:
            kind = rules.type_of(labels)
        except UnknownType:
            return None
        becomes = way.becomes.get(kind)
        if becomes is None:
            return None
        converted = not set(way.pair).isdisjoint(rules.assets[kind].values.converted)
        for asset, held, given, lacking in rows:
            first, second = (from_driver(held), from_driver(given)) if converted else (held, given)
            value = becomes(first, second)
            if value == second:
                continue
            if lacking and not way.needs[kind].isdisjoint(lacking):
                return None
            found.append(Revalued(asset, kind, second, value))
    return found


def _way(step: ValueStep, rules: Rulebook) -> _Way | None:
    """Return how the step goes the short way, None where it can't."""
    if step.of_relationships:
        return None
    pair = step.pair if isinstance(step, Follow) else (step.definition.name, step.definition.name)
    written = pair[1]
    kinds = [rule for rule in rules.assets.values() if step.type in rule.type.labels]
    becomes: dict[str, _Becomes] = {}
    needs: dict[str, frozenset[str]] = {}
    for rule in kinds:
        reckoned = None if written in {name for _, name in rule.uniques} else _becomes(step, rule)
        if reckoned is None:
            return None
        becomes[rule.type.name] = reckoned
        needs[rule.type.name] = frozenset(rule.values.required) - {*pair}
    return _Way(pair=pair, becomes=becomes, needs=needs)


def _becomes(step: ValueStep, rule: AssetRule) -> _Becomes | None:
    """Return what values become by the step in assets of one type; None where more than they are concerned."""
    pairs = [(each.leader.name, each.follower.name) for each in rule.values.successions]
    if isinstance(step, Follow):
        if pairs != [(step.leader.name, step.definition.name)]:
            return None
        (found,) = rule.values.successions
        convert = found.down if isinstance(step, Lead) else found.up
        return lambda first, second: or_none(convert, first) if second is None and first is not None else second
    if any(step.definition.name in pair for pair in pairs):
        return None
    if isinstance(step, Erase):
        if step.definition.name in rule.values.required:
            return None
        return lambda _, __: None
    try:
        value = rule.values.stores[step.definition.name](step.value)
    except InvalidInput:
        return None
    return lambda _, second: value if second is None else second
