"""How many relationships of a type an asset may have, and must have, at each of its roles."""

from __future__ import annotations

from graph.bulk.staging import Staging
from graph.errors import Problem
from graph.ontology.model import Multiplicity, Ontology, RelationshipType

# Relationships of one type after the load: those of the file, and those stored that the file doesn't move or name.
# Those of a symmetric type count at both ends in both roles.
_AFTER = """
WITH one_way AS (
  SELECT source, target, line FROM link WHERE type = :type
  UNION ALL
  SELECT stored.source, stored.target, NULL FROM stored
  WHERE stored.type = :type
    AND NOT EXISTS (SELECT 1 FROM link WHERE (link.type, link.source, link.target, link.key)
                    = (stored.type, stored.source, stored.target, stored.key))
    AND NOT (:containment AND EXISTS (SELECT 1 FROM asset WHERE asset.id = stored.target AND asset.reparented))
), after AS (
  SELECT source, target, line FROM one_way
  UNION ALL
  SELECT target, source, line FROM one_way WHERE :symmetric AND source <> target
)
"""


def refuse_surplus_relationships(staging: Staging, ontology: Ontology) -> None:
    """Refuse the file's relationships of an asset that would have more of a type than its maximum."""
    for kind in ontology.relationship_types.values():
        for end, bound in _ends(kind):
            if bound.maximum is not None:
                _refuse_surplus(staging, kind, end, bound)


def refuse_missing_relationships(staging: Staging, ontology: Ontology) -> None:
    """Refuse the file's assets that would have fewer relationships of a type than its minimum."""
    for kind in ontology.relationship_types.values():
        for end, bound in _ends(kind):
            if bound.minimum > 0:
                _refuse_missing(staging, kind, end, bound)


def _ends(kind: RelationshipType) -> tuple[tuple[str, Multiplicity], ...]:
    """Return the column of the asset whose relationships a multiplicity counts: sources are counted at the target."""
    return (("target", kind.sources), ("source", kind.targets))


def _refuse_surplus(staging: Staging, kind: RelationshipType, end: str, bound: Multiplicity) -> None:
    found = staging.rows(
        f"{_AFTER} SELECT {end}, count(*) FROM after GROUP BY {end} HAVING count(*) > :maximum",  # noqa: S608 - a column
        _bindings(kind, maximum=bound.maximum),
    ).fetchall()
    for asset, count in found:
        lines = staging.rows(
            f"{_AFTER} SELECT DISTINCT line FROM after WHERE {end} = :asset AND line IS NOT NULL",  # noqa: S608 - a column
            _bindings(kind, asset=asset),
        ).fetchall()
        for (line,) in lines:
            staging.refuse(line, _problem(kind, end, bound, asset=asset, count=count))


def _refuse_missing(staging: Staging, kind: RelationshipType, end: str, bound: Multiplicity) -> None:
    allowed = kind.targets_allowed if end == "target" else kind.sources_allowed
    names = ",".join(f"'{name}'" for name in sorted(allowed))
    found = staging.rows(
        f"{_AFTER} SELECT asset.id, asset.line, count(after.{end})"  # noqa: S608 - columns and checked names
        f" FROM asset LEFT JOIN after ON after.{end} = asset.id"
        f" WHERE asset.line IS NOT NULL AND asset.type IN ({names})"
        f" GROUP BY asset.id HAVING count(after.{end}) < :minimum",
        _bindings(kind, minimum=bound.minimum),
    ).fetchall()
    for asset, line, count in found:
        staging.refuse(line, _problem(kind, end, bound, asset=asset, count=count))


def _bindings(kind: RelationshipType, **more: object) -> dict[str, object]:
    return {"type": kind.name, "containment": kind.containment, "symmetric": kind.symmetric, **more}


def _problem(kind: RelationshipType, end: str, bound: Multiplicity, *, asset: str, count: int) -> Problem:
    role = "into" if end == "target" else "out of"
    return Problem(
        code="MULTIPLICITY",
        message=f"{asset!r} would have {count} relationships {kind.name} {role} it",
        asset=asset,
        expected=f"{bound}",
        actual=str(count),
        hint="Take surplus lines out, or add what is missing; the ontology gives the bounds",
    )
