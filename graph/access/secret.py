"""The text of a bearer token: `twin_` and 33 characters of base62, 192 random bits. Only its SHA-256 is kept."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from typing import Final, TypeAlias

PREFIX: Final = "twin_"
SECRET_BYTES: Final = 24
ID_BYTES: Final = 6
_LENGTH: Final = 33
_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_TOKEN: Final = re.compile(rf"{PREFIX}[0-9A-Za-z]{{{_LENGTH}}}")

Entropy: TypeAlias = Callable[[int], bytes]  # returns that many random bytes


def new_token(entropy: Entropy) -> str:
    """Return the text of a new token."""
    return PREFIX + base62(int.from_bytes(entropy(SECRET_BYTES)), width=_LENGTH)


def new_id(entropy: Entropy) -> str:
    """Return a public id by which a token is listed and revoked."""
    return base62(int.from_bytes(entropy(ID_BYTES)), width=9)


def looks_like_token(text: str) -> bool:
    """Whether `text` has the form of a token; saves asking the database about what can't be one."""
    return _TOKEN.fullmatch(text) is not None


def hash_of(token: str) -> str:
    """Return what is kept of a token. Its 192 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def base62(number: int, *, width: int) -> str:
    """Return `number` in base 62, padded with zeros to `width`."""
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _ALPHABET[digit] + digits
    return digits.rjust(width, "0")
