"""A small campus, written straight into the database, and the service that reads it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from graph.access.principal import Principal, operator
from graph.database import Database
from graph.identity import Tenant
from graph.ontology import Ontology, load_ontology
from graph.reading.selection import AssetSelection, AssetValue, ValueField
from graph.reading.service import ReadingService
from tests.planting import Joined, Planted, plant, plant_changes, plant_external_id

UPS = "urn:ups/1 \"a\" \\ 'b' 😀"


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    return load_ontology(Path("migrations/ontology.yaml"))


@pytest.fixture
def principal(tenant: Tenant) -> Principal:
    return operator(tenant)


@pytest.fixture
def reading(database: Database, ontology: Ontology) -> ReadingService:
    return ReadingService(database, lambda: ontology)


@pytest.fixture
async def campus(database: Database, tenant: Tenant, ontology: Ontology) -> None:
    ups: dict[str, object] = {
        "apparentPower": 30.0,
        "installedOn": date(2020, 1, 2),
        "purchaseCost": 12345,
        "maintenanceInterval": timedelta(days=3),
        "serialNumber": f"S-1-{tenant}",
    }
    assets = [
        Planted(id="site", type="Site"),
        Planted(id="b1", type="Building", properties={"code": "B1"}),
        Planted(id="r1", type="Room", name="Room 1"),
        Planted(id="r2", type="Room", name="Room 2"),
        Planted(id=UPS, type="Ups", name="UPS", properties=ups, revision=3),
        Planted(id="pdu", type="Pdu", name="PDU 1"),
        Planted(id="grid", type="GridFeed"),
        Planted(id="server", type="Server"),
        Planted(id="cluster", type="Cluster"),
        Planted(id="service", type="Service"),
        Planted(id="app", type="Application"),
    ]
    relationships = [
        Joined(type="CONTAINS", source="site", target="b1"),
        Joined(type="CONTAINS", source="b1", target="r1"),
        Joined(type="CONTAINS", source="b1", target="r2"),
        Joined(type="CONTAINS", source="r1", target=UPS),
        Joined(type="CONTAINS", source="r2", target=UPS),
        Joined(type="POWERS", source="grid", target=UPS),
        Joined(type="POWERS", source=UPS, target="pdu"),
        Joined(type="POWERS", source="pdu", target="server", key="a", properties={"needs": 0.5}),
        Joined(type="POWERS", source="pdu", target="server", key="b"),
        Joined(type="HAS_MEMBER", source="cluster", target="server"),
        Joined(type="RUNS_ON", source="service", target="cluster"),
        Joined(type="REQUIRES", source="app", target="service"),
    ]
    await plant(database, tenant, ontology, assets, relationships)
    await plant_external_id(database, tenant, "cmms", "77", UPS)
    await plant_changes(database, tenant, [[UPS, "b1"], ["b1"], [UPS]])


def values(*names: str) -> tuple[ValueField, ...]:
    return tuple(ValueField(key=name, value=AssetValue(name)) for name in names)


@pytest.fixture
def ids() -> AssetSelection:
    return AssetSelection(fields=values("id"))
