"""What new assets and relationships need, and what no line may change: the type of an asset."""

from __future__ import annotations

from graph.bulk.staging import Staging
from graph.errors import Problem
from graph.ontology.model import Ontology

_RETYPED = "SELECT id, line, type, stored FROM asset WHERE line IS NOT NULL AND stored <> type AND stored <> ''"
_LACKING = "SELECT id, line, type, lacks FROM asset WHERE lacks IS NOT NULL AND line IS NOT NULL"
_LACKING_LINKS = """
SELECT source, line, type, lacks FROM link WHERE lacks IS NOT NULL AND line IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM stored WHERE (stored.type, stored.source, stored.target, stored.key)
                  = (link.type, link.source, link.target, link.key))
"""


def refuse_incomplete(staging: Staging, _ontology: Ontology) -> None:
    """Refuse new assets and relationships that lack a required property."""
    for statement in (_LACKING, _LACKING_LINKS):
        for asset, line, kind, lacks in staging.rows(statement).fetchall():
            for name in lacks.split(","):
                staging.refuse(line, missing(asset, kind, name))


def refuse_retyped(staging: Staging, _ontology: Ontology) -> None:
    """Refuse assets that are of another type in the database."""
    for asset, line, kind, stored in staging.rows(_RETYPED).fetchall():
        staging.refuse(
            line,
            Problem(
                code="TYPE_FIXED",
                message=f"{asset!r} is a {stored} and stays one",
                place="type",
                asset=asset,
                expected=stored,
                actual=kind,
                hint="Delete it first, or give the new one another id",
            ),
        )


def missing(asset: str, kind: str, name: str) -> Problem:
    """Return what is wrong where a required property has no value."""
    return Problem(
        code="REQUIRED_MISSING",
        message=f"{kind} needs {name}",
        place=f"properties.{name}",
        asset=asset,
        property=name,
        expected=f"a value for {name}",
        actual="nothing",
        hint="Add the property to the line",
    )
