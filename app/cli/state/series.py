"""Which series `twin history` asks for: values are kept under the first name that a channel of the asset's type had.

The type is that of the graph, where a Neo4j answers; none is started for it. Without it, or where the asset is gone,
the series is the first that has values, of all that a channel of that name may be kept under.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from app.cli.console import tell

if TYPE_CHECKING:
    from app.settings import Settings
    from graph.database.local import Endpoint
    from graph.history import History, Series
    from graph.ontology.model import AssetType, Ontology

_PATIENCE: Final = 2.0
"""Seconds that a Neo4j which is named may take to answer: values are shown without one too."""


async def kept_series(settings: Settings, series: Series, history: History) -> Series:
    """Return the series that the values of a channel are kept under, whichever of its names it is asked for by."""
    ontology, kind = await _looked_up(settings, series)
    if kind is not None:
        return replace(series, channel=key_of(kind, series.channel))
    bounds = series.bounds
    names = _names(series.channel, () if ontology is None else ontology.asset_types.values())
    for name in names:
        page = await history.points(series.tenant, series.asset, name, since=bounds.since, until=bounds.until, first=1)
        if page.points:
            return replace(series, channel=name)
    return replace(series, channel=names[0])


def key_of(kind: AssetType, channel: str) -> str:
    """Return what the values of a type's channel are kept under, by any of its names; as named where it has none."""
    from graph.ontology.channel_names import by_any_name, kept_as

    found = by_any_name(kind.channels.values()).get(channel)
    return channel if found is None else kept_as(found)


def _names(channel: str, kinds: Iterable[AssetType]) -> list[str]:
    """What channels are kept under that answer to a name, and the name itself unless that means something else now."""
    from graph.ontology.channel_names import by_any_name, kept_as

    found = [each for kind in kinds if (each := by_any_name(kind.channels.values()).get(channel)) is not None]
    itself = [] if any(each.kept_as is not None for each in found) else [channel]
    return [*itself, *sorted({kept_as(each) for each in found}.difference(itself))]


async def _looked_up(settings: Settings, series: Series) -> tuple[Ontology | None, AssetType | None]:
    """Return the ontology of the database, or else of the project, and the asset's type where the database knows it."""
    from graph.errors import TwinError

    try:
        endpoint = _endpoint(settings)
        found = None if endpoint is None else await _read(settings, endpoint, series)
    except TwinError as error:
        tell(f"Neo4j can't tell the asset's type, so its series is looked for by name: {error.message}")
        found = None
    return (_project(settings), None) if found is None else found


async def _read(settings: Settings, endpoint: Endpoint, series: Series) -> tuple[Ontology, AssetType | None] | None:
    """The same from the database at an endpoint, None where it holds no ontology. Raises what reading raises."""
    from app.database import opened
    from graph.database.local import check_server
    from graph.state import StateStore
    from migrations import current_ontology

    await asyncio.to_thread(check_server, endpoint, timeout=_PATIENCE)
    async with opened(endpoint, settings) as database:
        held = await current_ontology(database)
        if held is None:
            return None
        known = (await StateStore(database).known(series.tenant, [series.asset])).assets.get(series.asset)
    return held[1], None if known is None else held[1].type_of(known[0])


def _endpoint(settings: Settings) -> Endpoint | None:
    """Where a Neo4j runs already."""
    from app.cli.local import local_server, named_endpoint
    from graph.database.local import ServerState

    server = local_server(settings)
    running = server.status().state is ServerState.RUNNING
    return named_endpoint(settings) or (server.endpoint() if running else None)


def _project(settings: Settings) -> Ontology | None:
    from graph.errors import OntologyInvalid
    from graph.ontology import load_ontology

    try:
        return None if settings.ontology is None else load_ontology(settings.ontology)
    except OntologyInvalid:
        return None  # nothing is known of it; `twin ontology check` says what is wrong
