"""`parents` is short for containments, where exactly one containment type fits the two types."""

from __future__ import annotations

from graph.bulk.staging import Staging
from graph.errors import Problem
from graph.ontology.model import Ontology, RelationshipType

_COMBINATIONS = """
SELECT DISTINCT above.type, below.type FROM parent
LEFT JOIN asset above ON above.id = parent.source JOIN asset below ON below.id = parent.target
"""
_LINES = """
SELECT parent.line, parent.source, parent.target FROM parent
LEFT JOIN asset above ON above.id = parent.source JOIN asset below ON below.id = parent.target
WHERE above.type IS ? AND below.type = ?
"""
_CONTRADICTED = """
SELECT link.line, link.source, link.target, child.line FROM link JOIN asset child ON child.id = link.target
WHERE link.type = ? AND child.reparented
  AND NOT EXISTS (SELECT 1 FROM parent WHERE parent.target = link.target AND parent.source = link.source)
"""
_RESOLVE = """
INSERT OR IGNORE INTO link (type, source, target, key, line)
SELECT ?, parent.source, parent.target, '', parent.line FROM parent
JOIN asset above ON above.id = parent.source JOIN asset below ON below.id = parent.target
WHERE above.type = ? AND below.type = ?
"""


def resolve_parents(staging: Staging, ontology: Ontology) -> None:
    """Turn staged parents into relationships; refuse those that are unknown or that no single containment type fits.

    Also refuse containments of their own into assets whose `parents` lack them: one line would undo the other.
    """
    _refuse_contradictions(staging, ontology)
    staging.prune()
    for above, below in staging.rows(_COMBINATIONS).fetchall():
        fitting = [kind.name for kind in ontology.containment_types if above and _fits(kind, above, below)]
        if len(fitting) == 1:
            staging.rows(_RESOLVE, (fitting[0], above, below))
            continue
        for line, parent, child in staging.rows(_LINES, (above, below)).fetchall():
            staging.refuse(line, _problem((parent, above), (child, below), fitting))
    staging.rows("DELETE FROM parent")


def _refuse_contradictions(staging: Staging, ontology: Ontology) -> None:
    for kind in ontology.containment_types:
        for line, parent, child, listed in staging.rows(_CONTRADICTED, (kind.name,)).fetchall():
            problem = Problem(
                code="AMBIGUOUS",
                message=f"{parent!r} is to contain {child!r}, whose `parents` in line {listed} leave it out",
                asset=child,
                expected="a parent that is listed in `parents`, or no `parents`",
                actual=parent,
                hint=f"Add {parent!r} to the parents in line {listed}, or take this line out",
            )
            staging.refuse(line, problem)


def _fits(kind: RelationshipType, above: str, below: str) -> bool:
    return above in kind.sources_allowed and below in kind.targets_allowed


def _problem(parent: tuple[str, str | None], child: tuple[str, str], fitting: list[str]) -> Problem:
    if parent[1] is None:
        return Problem(
            code="UNKNOWN_ASSET",
            message=f"{child[0]!r} is to be in {parent[0]!r}, which is neither in the load nor in the database",
            asset=child[0],
            property="parents",
            expected="the id of an asset",
            actual=parent[0],
            hint="Add the asset to the file, or correct the id",
        )
    return Problem(
        code="ENDS_INVALID",
        message=f"{child[0]!r} ({child[1]}) can't be put into {parent[0]!r} ({parent[1]}) by `parents`",
        asset=child[0],
        property="parents",
        expected="exactly one containment type that fits both",
        actual=" or ".join(fitting) or "none",
        hint="Write a relationship line with the containment type" if fitting else "Choose another parent",
    )
