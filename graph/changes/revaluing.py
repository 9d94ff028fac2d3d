"""Other values for one property of many assets, and nothing else of them: by a shorter way than that of change sets.

Whoever takes it answers for it that no rule reaches beyond each value by itself. The record holds of each asset only
what was changed: whole images would have to be read for it, and are as much work as all the rest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from graph.changes.records import Authorship, ChangeRecord, entry_text
from graph.changes.rules import Rulebook
from graph.changes.statements import of_property
from graph.changes.writing import write_effects
from graph.database import WriteUnit
from graph.database.native import to_driver
from graph.identity import Revision
from graph.ontology.codec import Stored


class Revalued(NamedTuple):
    """An asset that gets another value, as values are stored; None is no value."""

    asset: str
    type: str
    before: Stored | None
    after: Stored | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Where the assets are: all of one label with ids behind `after`, up to `last`."""

    label: str
    after: str
    last: str


async def revalue(
    unit: WriteUnit,
    rules: Rulebook,
    name: str,
    found: Sequence[Revalued],
    *,
    span: Span,
    authorship: Authorship,
    revision: Revision,
) -> None:
    """Give the assets `found` in a span, at least one, other values for the property `name`, under `revision`.

    The tenant's counter is locked, and at the revision before.
    """
    query = of_property("changes/set_values", span.label, name)
    values = {each.asset: [] if each.after is None else [to_driver(each.after)] for each in found}
    asked = {"after": span.after, "last": span.last, "values": values, "revision": revision}
    # The record is made while the database writes.
    _, (entries, touched) = await asyncio.gather(
        unit.write(query, asked), asyncio.to_thread(_entries, rules, name, found)
    )
    record = ChangeRecord(revision=revision, authorship=authorship, entries=entries, touched=touched)
    await write_effects(unit, (), (record,), {})


def _entries(rules: Rulebook, name: str, found: Sequence[Revalued]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    ordered = sorted(found, key=lambda each: each.asset)
    entries = tuple(
        entry_text("asset", asset, kind, _part(rules, kind, name, before), _part(rules, kind, name, after))
        for asset, kind, before, after in ordered
    )
    return entries, tuple(each.asset for each in ordered)


def _part(rules: Rulebook, kind: str, name: str, value: Stored | None) -> Mapping[str, object]:
    """Of an image what the property says: that a value is not there is said by an image without it."""
    return {"properties": {} if value is None else {name: rules.assets[kind].values.shown(name, value)}}
