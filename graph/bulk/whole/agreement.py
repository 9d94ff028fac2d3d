"""Members of a supply group agree on `needs`, `combine` and `loss` (an unset one counts as its default)."""

from __future__ import annotations

from graph.bulk.staging import Staging
from graph.errors import Problem
from graph.ontology.model import ImpactDirection, ImpactKind, Ontology, RelationshipType

_MEMBERS = """
CREATE TEMP TABLE member AS
WITH effective AS (
  SELECT link.source, link.target, link.type, link.key, link.line,
         coalesce(link.grp, stored.grp, '') AS grp,
         coalesce(link.needs, stored.needs, 1.0) AS needs,
         coalesce(link.combine, stored.combine, 'QUORUM') AS combine,
         coalesce(link.loss, stored.loss, 1.0) AS loss
  FROM link LEFT JOIN stored ON (stored.type, stored.source, stored.target, stored.key)
                              = (link.type, link.source, link.target, link.key)
  UNION ALL
  SELECT stored.source, stored.target, stored.type, stored.key, NULL,
         coalesce(stored.grp, ''), coalesce(stored.needs, 1.0), coalesce(stored.combine, 'QUORUM'),
         coalesce(stored.loss, 1.0)
  FROM stored WHERE NOT EXISTS (SELECT 1 FROM link WHERE (link.type, link.source, link.target, link.key)
                                = (stored.type, stored.source, stored.target, stored.key))
)
SELECT CASE WHEN scope.dependant_is_target THEN effective.target ELSE effective.source END AS dependant,
       scope.scope, effective.grp, effective.needs || ' ' || effective.combine || ' ' || effective.loss AS terms,
       effective.type, effective.source, effective.target, effective.key, effective.line
FROM effective JOIN scope ON scope.type = effective.type
WHERE scope.scope <> '' OR effective.grp <> ''
"""
_SOMETHING_SAID = """
SELECT 1 FROM link WHERE coalesce(needs, combine, loss) IS NOT NULL
UNION ALL
SELECT 1 FROM stored WHERE coalesce(needs, combine, loss) IS NOT NULL
LIMIT 1
"""
_DISAGREEING = """
SELECT dependant, scope, grp FROM member GROUP BY dependant, scope, grp HAVING min(terms) <> max(terms)
"""
_LINES = """
SELECT line, type, source, target, key, terms FROM member
WHERE dependant = ? AND scope = ? AND grp = ? ORDER BY terms, type, source, target, key
"""


def refuse_disagreeing_groups(staging: Staging, ontology: Ontology) -> None:
    """Refuse the file's members of supply groups whose members disagree, naming two that do."""
    if staging.rows(_SOMETHING_SAID).fetchone() is None:
        return  # all members say the defaults
    staging.rows("CREATE TEMP TABLE IF NOT EXISTS scope (type TEXT, scope TEXT, dependant_is_target INTEGER)")
    staging.rows("DELETE FROM scope")
    staging.rows("DROP TABLE IF EXISTS member")
    staging.many("INSERT INTO scope VALUES (?, ?, ?)", _scopes(ontology))
    staging.rows(_MEMBERS)
    for dependant, scope, group in staging.rows(_DISAGREEING).fetchall():
        members = staging.rows(_LINES, (dependant, scope, group)).fetchall()
        first, last = members[0], members[-1]
        for line, *_ in members:
            if line is not None:
                staging.refuse(line, _problem(dependant, group or scope, first, last))


def _scopes(ontology: Ontology) -> list[tuple[object, ...]]:
    """Return, for each way that impact travels along a supply type, what its groups at the dependant are groups of."""
    return [
        (kind.name, kind.name if kind.kind is ImpactKind.FLOW else "", forward)
        for kind in ontology.supply_types
        for forward in _ways(kind)
    ]


def _ways(kind: RelationshipType) -> tuple[bool, ...]:
    if kind.impact is ImpactDirection.BOTH:
        return (True, False)
    return (kind.impact is ImpactDirection.FORWARD,)


def _problem(dependant: str, group: str, first: tuple[object, ...], last: tuple[object, ...]) -> Problem:
    return Problem(
        code="GROUP_DISAGREES",
        message=f"Members of group {group!r} at {dependant!r} disagree on needs, combine or loss",
        asset=dependant,
        expected=f"{_named(first)}: {first[5]}",
        actual=f"{_named(last)}: {last[5]}",
        hint="Give all members of the group the same needs, combine and loss",
    )


def _named(member: tuple[object, ...]) -> str:
    _, kind, source, target, key, _ = member
    return f"{kind} {source!r} -> {target!r}" + (f" [{key}]" if key else "")
