"""Rows of what is told when states change: for all that changed together, with one question for each part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.graphql.asset_selection import Selections
from app.graphql.selection import Asked
from graph.access import Principal
from graph.health import Happening, HealthService, HistoryWish, LiveRows, channel_row, history_wishes
from graph.reading import AssetSelection, LiveWish, ReadingService, Row
from graph.reading.selection import LiveField


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChangeRows:
    """Makes rows of `StateChange`, keyed by response keys."""

    health: HealthService
    reading: ReadingService
    principal: Principal
    selections: Selections

    async def rows(self, fields: Sequence[Asked], found: Sequence[Happening]) -> list[Row]:
        """What `fields` ask for of each happening; what is told of assets that were deleted meanwhile is left out."""
        rows: list[tuple[str, Row]] = [(each.asset, {"__typename": "StateChange"}) for each in found]
        for asked in fields:
            match asked.name:
                case "asset":
                    await self._assets(asked, rows)
                case "health":
                    await self._healths(asked, rows)
                case _:
                    await self._channels(asked, rows, found)
        return [row for _, row in rows if all(asked.key in row for asked in fields)]

    async def _assets(self, asked: Asked, rows: Sequence[tuple[str, Row]]) -> None:
        known = await self._lookup([asset for asset, _ in rows], self.selections.asset(asked.fields))
        for asset, row in rows:
            if asset in known:
                row[asked.key] = known[asset]

    async def _healths(self, asked: Asked, rows: Sequence[tuple[str, Row]]) -> None:
        field = LiveField(key=asked.key, of=self.selections.health(asked.fields))
        wishes = [LiveWish(row=row, asset=asset, type="", field=field) for asset, row in rows]
        await LiveRows(self.health).fill(self.principal.tenant, wishes, self._lookup)

    async def _channels(self, asked: Asked, rows: Sequence[tuple[str, Row]], found: Sequence[Happening]) -> None:
        snapshot = (await self.health.view(self.principal.tenant)).snapshot
        standing, now = await self.health.standing(self.principal.tenant)
        wanted = self.selections.channel(asked.fields)
        wishes: list[HistoryWish] = []
        for (asset, row), each in zip(rows, found, strict=True):
            kind = snapshot.kind_of(asset)
            told = (
                None
                if kind is None or each.channel is None
                else channel_row(standing, asset, kind, each.channel, now=now, of=wanted)
            )
            row[asked.key] = told
            rule = None if told is None or kind is None else standing.rules.of_type[kind].get(each.channel or "")
            wishes += history_wishes(told, asset, rule, wanted)
        await self.health.histories.fill(self.principal.tenant, wishes)

    async def _lookup(self, ids: Sequence[str], selection: AssetSelection) -> Mapping[str, Row]:
        wanted = list(dict.fromkeys(ids))
        found = await self.reading.by_ids(self.principal, wanted, selection)
        return {asset: row for asset, row in zip(wanted, found, strict=True) if row is not None}
