"""What a load tells: how far it is, and in the end what it did."""

from __future__ import annotations

from dataclasses import dataclass, replace

from graph.changes.model import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a load is: what it does, how much of how much (bytes while reading, lines while writing)."""

    step: str
    done: int
    total: int | None
    lines: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadReport:
    """What a load did. `refused` lines were left out; `resumed` tells that an earlier load of the same was finished."""

    lines: int
    refused: int
    assets_created: int = 0
    assets_updated: int = 0
    relationships_created: int = 0
    relationships_updated: int = 0
    revision: int = 0
    resumed: bool = False

    def plus(self, receipt: Receipt) -> LoadReport:
        """Return the report with what one batch did."""
        return replace(
            self,
            assets_created=self.assets_created + receipt.assets_created,
            assets_updated=self.assets_updated + receipt.assets_updated,
            relationships_created=self.relationships_created + receipt.relationships_created,
            relationships_updated=self.relationships_updated + receipt.relationships_updated,
            revision=max(self.revision, receipt.revision),
        )
