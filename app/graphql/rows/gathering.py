"""Assets that answers computed in memory speak of: their ids are gathered, then read at once for each field."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from app.graphql.asset_selection import Selections
from app.graphql.selection import Asked
from graph.access import Principal
from graph.errors import NotFound
from graph.reading import AssetSelection, ReadingService, Row

AT_ONCE: Final = 5_000


@dataclass(slots=True)
class AssetGatherer:
    """Hands out rows that are empty until `fill` reads them: one statement a selection (and 5,000 assets)."""

    selections: Selections
    _wanted: dict[AssetSelection, dict[str, Row]] = field(default_factory=dict[AssetSelection, dict[str, Row]])
    _known: dict[int, tuple[Sequence[Asked], dict[str, Row]]] = field(
        default_factory=dict[int, tuple[Sequence[Asked], dict[str, Row]]]
    )

    def row(self, asset: str, fields: Sequence[Asked]) -> Row:
        """The row of an asset with what `fields` ask for."""
        known = self._known.get(id(fields))
        if known is None:
            rows = self._wanted.setdefault(self.selections.asset(fields), {})
            known = self._known[id(fields)] = (fields, rows)
        return known[1].setdefault(asset, {})

    async def fill(self, reading: ReadingService, principal: Principal) -> None:
        """Read all rows handed out. Raises NotFound for an asset that was deleted since the answer's revision."""
        for selection, rows in self._wanted.items():
            for start in range(0, len(rows), AT_ONCE):
                await self._read(
                    reading, principal, selection, dict(itertools.islice(rows.items(), start, start + AT_ONCE))
                )

    async def _read(
        self, reading: ReadingService, principal: Principal, selection: AssetSelection, rows: dict[str, Row]
    ) -> None:
        found = await reading.by_ids(principal, list(rows), selection)
        for (asset, row), read in zip(rows.items(), found, strict=True):
            if read is None:
                raise _gone(asset)
            row.update(read)


def _gone(asset: str) -> NotFound:
    return NotFound(
        f"{asset} was deleted after the revision that this answer is about",
        expected="an asset that is still there",
        hint="Ask the question again, without `after`",
    )
