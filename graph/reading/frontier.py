"""What assets reach over relationship types of differing directions: one statement a hop, each asset looked at once.

One pattern of Neo4j has one direction; patterns that choose inside (`SHORTEST` with predicates) look at walks, not at
assets, and do not end on graphs with cycles.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from graph.database import ReadUnit, Statement
from graph.errors import LimitExceeded
from graph.reading.compiling import one_hop
from graph.reading.kinds import Orientation, Vocabulary, labels
from graph.reading.limits import Limits

Neighbours: TypeAlias = "dict[str, list[tuple[str, bool]]]"
"""By id: ids one hop further, each with whether it is of the wanted types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Which way to go, how far (None: to the end), and which types count when found (None: any)."""

    orientation: Orientation
    depth: int | None
    types: tuple[str, ...] | None


def hop_text(way: Way, vocabulary: Vocabulary) -> str:
    """Return the statement for one hop from `$ids`: id, and what is one hop from it."""
    cover = None if way.types is None else vocabulary.cover(way.types)
    wanted = "true" if cover is None else f"m:{labels(cover)}" if cover else "false"
    return (
        "UNWIND $ids AS id MATCH (n:Asset {_tenant: $tenant, _id: id}) "
        f"{one_hop('n', 'm', way.orientation)} WITH DISTINCT id, m RETURN id, collect([m._id, {wanted}])"
    )


async def reached(
    unit: ReadUnit, anchors: Sequence[str], way: Way, vocabulary: Vocabulary, limits: Limits
) -> dict[str, list[str]]:
    """Return for each anchor the ids that it reaches, itself apart, sorted; LimitExceeded when they are too many."""
    text = hop_text(way, vocabulary)
    known: Neighbours = {}
    seen = {anchor: {anchor} for anchor in anchors}
    edge = {anchor: {anchor} for anchor in anchors}
    found: dict[str, set[str]] = {anchor: set() for anchor in anchors}
    hops = 0
    while any(edge.values()) and (way.depth is None or hops < way.depth):
        asked = sorted({name for names in edge.values() for name in names} - known.keys())
        known.update(await _hop(unit, text, asked))
        _demand_few(sum(len(names) for names in seen.values()), limits)
        for anchor in anchors:
            step = [pair for name in edge[anchor] for pair in known[name] if pair[0] not in seen[anchor]]
            edge[anchor] = {name for name, _ in step}
            seen[anchor] |= edge[anchor]
            found[anchor] |= {name for name, wanted in step if wanted}
        hops += 1
    return {anchor: sorted(names, key=_code_points) for anchor, names in found.items()}


def _code_points(name: str) -> bytes:
    """Sort as Neo4j compares texts: by code point."""
    return name.encode()


async def _hop(unit: ReadUnit, text: str, ids: Iterable[str]) -> Neighbours:
    asked = list(ids)
    near: Neighbours = {name: [] for name in asked}
    if asked:
        rows = await unit.compiled(Statement(name="dependencies one hop on", text=text, parameters={"ids": asked}))
        for name, pairs in rows:
            near[name] = [(found, wanted) for found, wanted in cast("list[tuple[str, bool]]", pairs)]
    return near


def _demand_few(count: int, limits: Limits) -> None:
    if count > limits.reached:
        raise LimitExceeded(
            "This list of dependencies passes more assets than one question may",
            place="maxDepth",
            expected=f"at most {limits.reached:,} assets on the way",
            actual=f"more than {limits.reached:,}",
            hint="Give a smaller maxDepth or fewer relationshipTypes, or ask `impact` or `subgraph`",
        )
