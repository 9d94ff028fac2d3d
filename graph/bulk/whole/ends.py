"""Relationships need both their ends, of types that the ontology allows there."""

from __future__ import annotations

from graph.bulk.staging import Staging
from graph.errors import Problem
from graph.ontology.model import Ontology, RelationshipType

_COMBINATIONS = """
SELECT link.type, source.type, target.type
FROM link LEFT JOIN asset source ON source.id = link.source LEFT JOIN asset target ON target.id = link.target
WHERE link.line IS NOT NULL
GROUP BY link.type, source.type, target.type
"""
_LINES = """
SELECT link.line, link.source, link.target
FROM link LEFT JOIN asset source ON source.id = link.source LEFT JOIN asset target ON target.id = link.target
WHERE link.line IS NOT NULL AND link.type = ? AND source.type IS ? AND target.type IS ?
"""


def refuse_wrong_ends(staging: Staging, ontology: Ontology) -> None:
    """Refuse relationships with an end that doesn't exist or is of a type that may not stand there."""
    for type_name, source_type, target_type in staging.rows(_COMBINATIONS).fetchall():
        kind = ontology.relationship_types[type_name]
        if _allowed(kind, source_type, target_type):
            continue
        for line, source, target in staging.rows(_LINES, (type_name, source_type, target_type)).fetchall():
            for problem in _problems(kind, (source, source_type), (target, target_type)):
                staging.refuse(line, problem)


def _allowed(kind: RelationshipType, source_type: str | None, target_type: str | None) -> bool:
    straight = source_type in kind.sources_allowed and target_type in kind.targets_allowed
    turned = kind.symmetric and target_type in kind.sources_allowed and source_type in kind.targets_allowed
    return straight or turned


def _problems(
    kind: RelationshipType, source: tuple[str, str | None], target: tuple[str, str | None]
) -> tuple[Problem, ...]:
    missing = tuple(
        Problem(
            code="UNKNOWN_ASSET",
            message=f"{kind.name} {role} {asset!r}, which is neither in the load nor in the database",
            asset=asset,
            expected="the id of an asset",
            actual=asset,
            hint="Add the asset to the file, or correct the id",
        )
        for role, (asset, found) in (("comes from", source), ("goes to", target))
        if found is None
    )
    if missing:
        return missing
    return (
        Problem(
            code="ENDS_INVALID",
            message=f"{kind.name} may not go from {source[1]} to {target[1]}",
            asset=source[0],
            expected=f"from {_named(kind.from_types)} to {_named(kind.to_types)}",
            actual=f"{source[0]!r} ({source[1]}) to {target[0]!r} ({target[1]})",
            hint="Turn it round, or use another relationship type",
        ),
    )


def _named(types: tuple[str, ...]) -> str:
    return " or ".join(types)
