"""Names of things: tenants, asset ids, revisions, relationship keys. Parsed once at a door, right ever after."""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from typing import NewType

from graph.errors import InvalidInput

Tenant = NewType("Tenant", str)
AssetId = NewType("AssetId", str)
Revision = NewType("Revision", int)
RelationshipKey = NewType("RelationshipKey", str)

ID_BYTES = 512
_KEY_LENGTH = 43
"""Base64 of 32 bytes without padding."""
_TENANT = re.compile(r"[a-z][a-z0-9]{0,31}")


class IdInvalid(InvalidInput):
    """An id that could not be found again under every door."""

    code = "ID_INVALID"


def parse_tenant(text: str) -> Tenant:
    """Return `text` as a tenant, or raise IdInvalid."""
    if not _TENANT.fullmatch(text):
        raise IdInvalid(
            "Not a tenant name",
            expected="a lower-case letter followed by up to 31 lower-case letters or digits",
            actual=repr(text[:80]),
        )
    return Tenant(text)


def parse_asset_id(text: str) -> AssetId:
    """Return `text` as an asset id: 1 to 512 bytes of UTF-8 in NFC, no control characters, no blanks at the ends."""
    fault = id_fault(text)
    if fault is not None:
        raise IdInvalid(
            f"Not an id: it {fault}",
            expected=f"1 to {ID_BYTES} bytes of UTF-8 in Unicode NFC, without control characters or blanks at the ends",
            actual=repr(text if len(text) <= 80 else text[:80] + "…"),
        )
    return AssetId(text)


def id_fault(text: str) -> str | None:
    """Return what keeps `text` from being an asset id, in words that follow "it", or None where nothing does."""
    if text.isascii() and text.isprintable() and 0 < len(text) <= ID_BYTES and text[0] != " " and text[-1] != " ":
        return None
    if not text:
        return "is empty"
    try:
        length = len(text.encode())
    except UnicodeEncodeError:
        return "holds half of a surrogate pair"
    if length > ID_BYTES:
        return f"is {length} bytes long"
    if any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in text):
        return "holds a control character"
    if text != text.strip():
        return "begins or ends with a blank"
    if not unicodedata.is_normalized("NFC", text):
        return "is not in Unicode normal form C"
    return None


def relationship_key(
    tenant: Tenant, source: str, target: str, *, public: str = "", symmetric: bool = False
) -> RelationshipKey:
    """Return the database-wide key of a relationship of one type.

    SHA-256 over tenant, ends and the public key, each preceded by its length in bytes (4, big-endian), as unpadded
    base64url. Ends are sorted where the type is symmetric, so that both spellings name one relationship.
    """
    if symmetric and target < source:
        source, target = target, source
    # One call on the joined parts takes a third of the time that hashing them one by one does.
    parts = _measured(tenant) + _measured(source) + _measured(target) + _measured(public)
    return RelationshipKey(base64.urlsafe_b64encode(hashlib.sha256(parts).digest())[:_KEY_LENGTH].decode())


def _measured(part: str) -> bytes:
    encoded = part.encode()
    return len(encoded).to_bytes(4, "big") + encoded
