"""Who may do what: principals, scopes and bearer tokens."""

from graph.access.errors import TokenRefused, Unauthenticated, UnknownToken
from graph.access.principal import Principal, Scope, operator
from graph.access.tokens import TokenRecord, TokenStore

__all__ = [
    "Principal",
    "Scope",
    "TokenRecord",
    "TokenRefused",
    "TokenStore",
    "Unauthenticated",
    "UnknownToken",
    "operator",
]
