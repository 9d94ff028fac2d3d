"""Why a caller is not let in.

Unauthenticated                no token, or none that counts
└── TokenRefused               a token that is unknown, revoked or expired (one answer for all three)
UnknownToken                   a token id that names no token
"""

from __future__ import annotations

from graph.errors import Refused, TwinError


class Unauthenticated(TwinError):
    """A token is needed and none came."""

    code = "UNAUTHENTICATED"


class TokenRefused(Unauthenticated):
    """A token came that is unknown, revoked or expired; the caller isn't told which."""

    code = "TOKEN_REFUSED"


class UnknownToken(Refused):
    """No token has this id."""

    code = "UNKNOWN_TOKEN"
