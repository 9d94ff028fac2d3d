"""Counts of assets by exact type: what writers keep beside the tenant's counter, compared with the assets there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from migrations.drift.kinds import DriftKind
from migrations.drift.reading import Reader
from migrations.drift.report import Tally
from queries import named

TypeOf: TypeAlias = "Callable[[Sequence[str]], str | None]"
"""Gives the type that an asset of these labels is taken for; what is taken for none is drift of its own."""

_LOOKS: Final = 3
"""How often a tenant is looked at that was written meanwhile; then nothing is said of its counts."""


async def judge_counts(tally: Tally, reader: Reader, type_of: TypeOf, tenant: str) -> None:
    """Count types of which a tenant has another number than is kept.

    Counts that belong to an earlier revision are no drift: nobody reads them, and the next write makes them anew.
    """
    for _ in range(_LOOKS):
        for revision, counted, kept, found in await reader.rows(named("drift/compare_counts"), {}, tenant):
            ((after,),) = await reader.rows(named("changes/read_revision"), {}, tenant)
            if revision != after:
                break
            if counted == revision:
                _judge(tally, tenant, {name: count for name, count in kept if count}, _by_type(type_of, found))
        else:
            return


def _by_type(type_of: TypeOf, found: Sequence[tuple[list[str], int]]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for labels, count in found:
        name = type_of(labels)
        if name is not None:
            counts[name] += count
    return counts


def _judge(tally: Tally, tenant: str, kept: dict[str, int], there: Counter[str]) -> None:
    for name in sorted({*kept, *there}):
        if kept.get(name, 0) != there[name]:
            detail = f"{kept.get(name, 0)} are kept, {there[name]} are there"
            tally.add(DriftKind.COUNT_WRONG, name, detail, tenant=tenant)
