"""Where each page lies: one for each type and enum, under its own name wherever a file may be called so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from graph.ontology.model import Ontology

INDEX: Final = "index.html"
HISTORY: Final = "history.html"
TYPES: Final = "types"
RELATIONSHIPS: Final = "relationships"
ENUMS: Final = "enums"

# Windows takes these for devices, whatever follows the dot.
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))})


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Addresses as a page has them that lies `root` (`../` or nothing) below the top."""

    files: Mapping[tuple[str, str], str]
    root: str = ""

    def below(self) -> Addresses:
        """Return the addresses as a page in a folder has them."""
        return replace(self, root="../")

    def type(self, name: str) -> str:
        """Return the address of an asset type."""
        return self.root + self.files[TYPES, name]

    def relationship(self, name: str) -> str:
        """Return the address of a relationship type."""
        return self.root + self.files[RELATIONSHIPS, name]

    def enum(self, name: str) -> str | None:
        """Return the address of an enum, None of one that the ontology doesn't declare."""
        file = self.files.get((ENUMS, name))
        return None if file is None else self.root + file


def addresses(ontology: Ontology) -> Addresses:
    """Return the addresses of an ontology's pages, from the top."""
    sections = ((TYPES, ontology.asset_types), (RELATIONSHIPS, ontology.relationship_types), (ENUMS, ontology.enums))
    return Addresses(
        files={
            (section, name): f"{section}/{stem}.html"
            for section, names in sections
            for name, stem in _stems(sorted(names)).items()
        }
    )


def _stems(names: Iterable[str]) -> dict[str, str]:
    """Return file names that differ also where big and small letters don't."""
    stems: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        folded = name.lower()
        doubtful = folded in taken or folded in _DEVICES
        stems[name] = f"{name}-{hashlib.sha256(name.encode()).hexdigest()[:6]}" if doubtful else name
        taken.add(folded)
    return stems
