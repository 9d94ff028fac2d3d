"""Values that one asset of a tenant alone may have."""

from __future__ import annotations

from graph.bulk.staging import Staging
from graph.errors import Problem
from graph.ontology.model import Ontology

EXTERNAL = ""
"""Stands for the owner of external ids: they are unique by system, whatever the asset's type."""

_SHARED = """
SELECT value.line, value.asset, value.owner, value.property, value.value, min(other.asset)
FROM value JOIN value other ON (other.owner, other.property, other.value) = (value.owner, value.property, value.value)
  AND other.asset <> value.asset
WHERE value.line > 0 AND (other.line > 0 OR NOT EXISTS (
  SELECT 1 FROM value given WHERE given.asset = other.asset AND given.line > 0 AND given.owner = other.owner
    AND given.property IN (other.property, '')))
GROUP BY value.line, value.asset, value.owner, value.property, value.value
"""
_INDEXES = (
    "CREATE INDEX IF NOT EXISTS value_value ON value (owner, property, value, asset)",
    "CREATE INDEX IF NOT EXISTS value_asset ON value (asset, owner, property)",
)


def refuse_shared_values(staging: Staging, _ontology: Ontology) -> None:
    """Refuse assets that would share a unique value or an external id; those that give theirs up in the load may."""
    for index in _INDEXES:
        staging.rows(index)
    for line, asset, owner, name, value, other in staging.rows(_SHARED).fetchall():
        what = f"external id {value!r} of system {name!r}" if owner == EXTERNAL else f"{name} {value}"
        staging.refuse(
            line,
            Problem(
                code="NOT_UNIQUE",
                message=f"{what} belongs to {other!r} already",
                asset=asset,
                property=None if owner == EXTERNAL else name,
                expected="a value that no other asset has",
                actual=value,
                hint=f"Correct this line or that of {other!r}",
            ),
        )
