"""States and health as rows of answers: for all assets of an answer at once, from what is in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from graph.health.histories import HistoryWish
from graph.health.levels import ChannelRule
from graph.health.service import HealthService
from graph.health.standing import LEVELS, Standing
from graph.health.view import Health, View
from graph.identity import Tenant
from graph.impact import Level
from graph.kernel.arrays import ONE
from graph.ontology.model import Json
from graph.ontology.scalars import show_datetime
from graph.reading import Among, LiveWish, Lookup, Row
from graph.reading.selection import (
    AssetSelection,
    HealthField,
    HealthSelection,
    HealthValue,
)
from graph.reading.state_selection import (
    ChannelSelection,
    ChannelValue,
    StateSelection,
)
from graph.state import Quality

_UNPLACED = Health.unplaced()


class LiveRows:
    """Fills fields of assets that states answer: what `graph.reading` asks by `LiveReads`."""

    def __init__(self, health: HealthService) -> None:
        self._health = health

    async def fill(self, tenant: Tenant, wishes: Sequence[LiveWish], lookup: Lookup) -> None:
        """Put into each row what is wanted of its asset's state or health."""
        sick = [each for each in wishes if isinstance(each.field.of, HealthSelection)]
        if sick:
            await _Filling(await self._health.view(tenant), lookup).fill(sick)
        standing, now = await self._health.standing(tenant)
        histories: list[HistoryWish] = []
        for each in wishes:
            if isinstance(each.field.of, StateSelection):
                each.row[each.field.key] = _state_row(standing, each, each.field.of, now, histories)
        await self._health.histories.fill(tenant, histories)

    async def among(self, tenant: Tenant, levels: Sequence[str]) -> Among:
        """The assets whose health is at some levels now: those, or where OK is among them all but the others."""
        view = await self._health.view(tenant)
        wanted = {Level(each) for each in levels}
        outside = Level.OK in wanted
        return Among(ids=tuple(view.at_levels(set(LEVELS) - wanted if outside else wanted)), outside=outside)

    async def by_level(self, tenant: Tenant) -> Mapping[str, Among]:
        """The assets at each level that there is now, each at one: those, or of OK all but the others."""
        view = await self._health.view(tenant)
        worse = [each for each in LEVELS if each is not Level.OK]
        found = {str(Level.OK): Among(ids=tuple(view.at_levels(worse)), outside=True)}
        return found | {str(each): Among(ids=ids) for each in worse if (ids := tuple(view.at_levels([each])))}


def channel_row(standing: Standing, asset: str, kind: str, name: str, *, now: int, of: ChannelSelection) -> Row | None:
    """What is wanted of one channel of an asset at a moment; None where it was never seen, or the type has none."""
    reading = standing.readings.get(asset, {}).get(name)
    rule = standing.rules.of_type[kind].get(name)
    if reading is None or rule is None:
        return None
    judged = standing.judged(asset, kind, name, now)
    told: dict[ChannelValue, Callable[[], Json]] = {
        ChannelValue.NAME: lambda: name,
        ChannelValue.VALUE: lambda: reading.value,
        ChannelValue.UNIT: lambda: rule.definition.unit,
        ChannelValue.QUALITY: lambda: str(reading.quality),
        ChannelValue.SOURCE: lambda: reading.source,
        ChannelValue.EVENT_TIME: lambda: show_datetime(reading.time // 1_000),
        ChannelValue.RECEIVED_TIME: lambda: show_datetime(reading.received // 1_000),
        ChannelValue.STALE: lambda: judged.stale or reading.value is None or reading.quality == Quality.BAD,
        ChannelValue.LEVEL: lambda: str(judged.level),
    }
    return {"__typename": "ChannelState", **{field.key: told[field.value]() for field in of.fields}}


def history_wishes(row: Row | None, asset: str, rule: ChannelRule | None, of: ChannelSelection) -> list[HistoryWish]:
    """What is still to be filled into the row of a channel, None where it was never seen or there is none."""
    if row is None or rule is None:
        return []
    return [HistoryWish(row=row, asset=asset, rule=rule, field=field) for field in of.histories]


def _state_row(standing: Standing, wish: LiveWish, of: StateSelection, now: int, histories: list[HistoryWish]) -> Row:
    def channel(name: str, wanted: ChannelSelection) -> Row | None:
        row = channel_row(standing, wish.asset, wish.type, name, now=now, of=wanted)
        histories.extend(history_wishes(row, wish.asset, standing.rules.of_type[wish.type].get(name), wanted))
        return row

    row: Row = {"__typename": "AssetState"}
    for each in of.fields:
        if each.name is not None:
            row[each.key] = channel(each.name, each.of)
            continue
        seen = sorted(standing.readings.get(wish.asset, {}))
        row[each.key] = [found for name in seen if (found := channel(name, each.of)) is not None]
    return row


@dataclass(slots=True)
class _Filling:
    """Rows of health; those of the assets behind are read together, by what is wanted of them."""

    view: View
    lookup: Lookup

    async def fill(self, wishes: Sequence[LiveWish]) -> None:
        named: dict[int, tuple[AssetSelection, dict[str, None]]] = {}  # by identity: equal ones may differ in pages
        found: list[tuple[Row, str, HealthSelection, Health]] = []
        for wish in wishes:
            of = wish.field.of
            assert isinstance(of, HealthSelection)
            behind = [each.of for each in of.fields if each.of is not None]
            health = self.view.of(wish.asset, causes_wanted=bool(behind)) or _UNPLACED
            for each in behind:
                named.setdefault(id(each), (each, {}))[1].update(dict.fromkeys(health.because))
            row: Row = {"__typename": "Health"}
            wish.row[wish.field.key] = row
            found.append((row, wish.asset, of, health))
        rows = {key: await self.lookup(list(ids), selection) for key, (selection, ids) in named.items()}
        for row, asset, of, health in found:
            row.update({each.key: self._told(each, asset, health, rows) for each in of.fields})

    def _told(self, field: HealthField, asset: str, health: Health, rows: Mapping[int, Mapping[str, Row]]) -> Json:
        match field.value:
            case HealthValue.LEVEL:
                return str(health.level)
            case HealthValue.OPERABILITY:
                return health.bounds.lower / ONE
            case HealthValue.OPERABILITY_BOUNDS:
                return [health.bounds.lower / ONE, health.bounds.upper / ONE]
            case HealthValue.OWN:
                return str(health.own)
            case HealthValue.BECAUSE:
                assert field.of is not None
                behind = rows[id(field.of)]
                return [behind[each] for each in health.because if each in behind]
            case HealthValue.WITHIN:
                return [{"level": str(level), "count": count} for level, count in self.view.within(asset)]
