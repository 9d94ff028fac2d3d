"""The password of the local server: random, made once, in a file that its owner alone can read."""

from __future__ import annotations

import secrets
import string
from pathlib import Path
from typing import Final

from graph.database.local.folders import Folders, write_whole

USER: Final = "neo4j"
_ALPHABET: Final = string.ascii_letters + string.digits  # nothing that a command line or an argument file could misread
_LENGTH: Final = 32


def password(folders: Folders) -> str:
    """Return the password, made at the first call."""
    known = read_password(folders)
    if known is not None:
        return known
    made = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    write_whole(folders.password, made)
    return made


def read_password(folders: Folders) -> str | None:
    """Return the password in the file, None where there is none."""
    try:
        return folders.password.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def readable_by_others(path: Path) -> bool:
    """Say whether a file's rights let anyone but its owner read it."""
    return bool(path.stat().st_mode & 0o077)
