"""The principal: a value that doors make and services receive."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graph.errors import Forbidden
from graph.identity import Tenant


class Scope(StrEnum):
    """What a principal may do."""

    READ = "read"
    WRITE = "write"
    OPERATE = "operate"
    ARCHITECT = "architect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who asks, for which tenant, and what they may do. `name` is written into change records as the actor."""

    name: str
    tenant: Tenant
    scopes: frozenset[Scope]

    def demand(self, scope: Scope) -> None:
        """Raise Forbidden unless the principal has `scope`."""
        if scope not in self.scopes:
            raise Forbidden(
                f"{self.name} may not {scope.value}",
                expected=f"scope {scope.value}",
                actual=", ".join(sorted(self.scopes)) or "no scope",
                hint=f"Ask for a token with scope {scope.value} (`twin token create --scope {scope.value}`)",
            )


def operator(tenant: Tenant, *, name: str = "operator") -> Principal:
    """Return the principal of whoever works straight on the database: it may everything."""
    return Principal(name=name, tenant=tenant, scopes=frozenset(Scope))
