"""A small plant whose health is followed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count

import pytest

from graph.changes import ChangeSet, UpsertRelationship
from graph.health import HealthService
from graph.snapshot import SnapshotService
from graph.state import Listeners, StateService, StateStore
from tests.graph.state.conftest import NOW, Plant, event, plant

__all__ = ["NOW", "Followed", "event", "followed", "plant"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A plant, and its health as two processes have it: that which takes the events, and another."""

    plant: Plant
    health: HealthService
    other: HealthService

    async def say(self, asset: str, at: float = 0.0, **values: object) -> None:
        receipt = await self.plant.states.ingest(self.plant.principal, [event(asset, at, id=str(at), **values)])
        assert receipt.revision, receipt.outcomes

    async def levels(self, *assets: str, other: bool = False) -> str:
        """Level, and own level, of some assets, by their first letters."""
        view = await (self.other if other else self.health).view(self.plant.principal.tenant)
        found = [view.of(asset) for asset in assets]
        return " ".join(f"{each.level[:2]}/{each.own[:2]}" if each else "-" for each in found)


@pytest.fixture
async def followed(plant: Plant) -> AsyncIterator[Followed]:
    """The chillers C1 and C2 cool the room R, each alone enough."""
    relationships = tuple(
        UpsertRelationship(type="COOLS", source=chiller, target="R", properties={"group": "chillers"})
        for chiller in ("C1", "C2")
    )
    await plant.changes.apply(plant.principal, ChangeSet(changes=relationships))
    snapshots = SnapshotService(plant.database, plant.ontology)
    seconds = count()  # each look at the clock is a second later: whoever asks looks at the counter anew

    def made() -> HealthService:
        return HealthService(
            StateStore(plant.database), snapshots, plant.ontology, plant.clock, seconds=lambda: float(next(seconds))
        )

    health, listeners = made(), Listeners()
    listeners.add(health.took)
    plant.states = StateService(plant.database, lambda: plant.ontology, plant.clock, committed=listeners.tell)
    yield Followed(plant=plant, health=health, other=made())
    await plant.states.close()
    await snapshots.close()
