"""What is known of how many assets there are without looking at any: the counts that each write keeps by exact type.

They belong to a revision. Where they are behind the tenant's (it was last written by who keeps none), rows are counted.
"""

from __future__ import annotations

from typing import Final

COUNTED: Final = "counted"
"""The parameter with the exact types to be added up."""

KEPT: Final = "EXISTS { MATCH (t:_Tenant {_tenant: $tenant}) WHERE t.counted = t.revision }"
COUNTS: Final = f"MATCH (c:_AssetCount) WHERE c._tenant = $tenant AND c.type IN ${COUNTED}"


def total_or(otherwise: str) -> str:
    """Return an expression for the sum of the counts, or `otherwise` where they are behind."""
    return f"CASE WHEN {KEPT} THEN head(COLLECT {{ {COUNTS} RETURN sum(c.count) }}) ELSE {otherwise} END"


def groups_or(otherwise: str, *, by_type: bool) -> str:
    """Return an expression for rows of a count alone, or of type and count, largest first, or `otherwise`."""
    rows = "WITH sum(c.count) AS total RETURN [total]"
    if by_type:
        rows = (
            "AND c.count > 0 WITH c.type AS g0, c.count AS total ORDER BY total DESC, g0 LIMIT $groups "
            "RETURN [g0, total]"
        )
    return f"CASE WHEN {KEPT} THEN COLLECT {{ {COUNTS} {rows} }} ELSE {otherwise} END"


def each_or(otherwise: str) -> str:
    """Return an expression for `[exact type, count]` of each, or `otherwise`."""
    return f"CASE WHEN {KEPT} THEN COLLECT {{ {COUNTS} RETURN [c.type, c.count] }} ELSE {otherwise} END"
