"""All stable codes with their meaning: what `codes.toml` says. Doors and documentation take it from here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

_FILE: Final = "codes.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """One code. `http_status` is that of a request refused with it, `exit_code` that of a command."""

    code: str
    area: str
    meaning: str
    repair: str
    http_status: int
    exit_code: int

    @property
    def page(self) -> str:
        """Where the documentation speaks of it."""
        return f"docs/errors.md#{self.code.lower()}"


@cache
def codes() -> tuple[Code, ...]:
    """Return all codes, by area; read once a process."""
    table = tomllib.loads(files("graph").joinpath(_FILE).read_text(encoding="utf-8"))
    return tuple(
        Code(
            code=code,
            area=entry["area"],
            meaning=entry["meaning"],
            repair=entry["repair"],
            http_status=entry["status"],
            exit_code=entry.get("exit", 1),
        )
        for code, entry in table.items()
    )


def meaning_of(code: str) -> Code:
    """Return what `code` means; one that isn't listed is a fault of ours and means INTERNAL."""
    listed = _by_code()
    return listed.get(code) or listed["INTERNAL"]


@cache
def _by_code() -> dict[str, Code]:
    return {entry.code: entry for entry in codes()}
