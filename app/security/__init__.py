"""Who is let in: bearer tokens, or everyone on loopback."""

from app.security.authentication import Authenticator, OpenAuthenticator, TokenAuthenticator
from app.security.loopback import ExposedWithoutTokens, check_exposure, is_loopback

__all__ = [
    "Authenticator",
    "ExposedWithoutTokens",
    "OpenAuthenticator",
    "TokenAuthenticator",
    "check_exposure",
    "is_loopback",
]
