"""The assets that both services are asked for: 50,000 of ten types, 27,200 of them sensors."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

BUILDINGS: Final = 162
FLOORS: Final = 4
ROOMS: Final = 6
SENSORS: Final = 27_200
EQUIPMENT: Final = 18_100
SITES: Final = 2
QUANTITIES: Final = ("TEMPERATURE", "HUMIDITY", "PRESSURE", "OCCUPANCY")
MAKERS: Final = ("Brightline", "Halden", "Norvik", "Ostrava", "Pemberton")
TYPES: Final = ("Meter", "AirHandler", "Switchgear", "Pump", "Server")
_SPREAD: Final = 7919
"""Prime, so that names are in another order than ids."""

Line = dict[str, Any]


def sensor(number: int) -> str:
    """Return the id of a sensor."""
    return f"SEN-{number:05}"


def building(number: int) -> str:
    """Return the id of a building."""
    return f"B-{number:03}"


def room(number: int) -> str:
    """Return the name of the room that a sensor is in."""
    return f"Room {number % (BUILDINGS * FLOORS * ROOMS):04}"


def write_assets(path: Path) -> int:
    """Write them as bulk lines; how many."""
    count = 0
    with path.open("wb") as file:
        for line in (*_places(), *_sensors(), *_equipment()):
            count += line["kind"] == "asset"
            file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
    return count


def _asset(kind: str, identity: str, name: str, parent: str | None, **properties: object) -> Line:
    placed = {"parents": [parent]} if parent else {}
    return {"kind": "asset", "id": identity, "type": kind, "name": name, "properties": properties, **placed}


def _related(kind: str, source: str, target: str) -> Line:
    return {"kind": "relationship", "type": kind, "from": source, "to": target}


def _places() -> Iterator[Line]:
    for number in range(SITES):
        yield _asset("Site", f"S-{number}", f"Site {number}", None)
    for number in range(BUILDINGS):
        facts = {"code": f"B{number:03}", "yearBuilt": 1960 + number % 60}
        yield _asset("Building", building(number), f"Building {number:03}", f"S-{number % SITES}", **facts)
    for number in range(BUILDINGS * FLOORS):
        inside = building(number % BUILDINGS)
        yield _asset("Floor", f"F-{number:03}", f"Floor {number:03}", inside, storey=number // BUILDINGS)
    for number in range(BUILDINGS * FLOORS * ROOMS):
        inside = f"F-{number % (BUILDINGS * FLOORS):03}"
        yield _asset("Room", f"R-{number:04}", room(number), inside, number=f"{number:04}", area=12.5 + number % 40)


def _sensors() -> Iterator[Line]:
    rooms = BUILDINGS * FLOORS * ROOMS
    for number in range(SENSORS):
        facts = {
            "quantity": QUANTITIES[number % len(QUANTITIES)],
            "manufacturer": MAKERS[number % len(MAKERS)],
            "model": f"M{number % 40}",
            "serialNumber": f"SN{number:06}",
            "installedOn": f"20{10 + number % 15}-0{1 + number % 9}-1{number % 10}",
            "ratedPower": number % 97 / 10,
        }
        name = f"Sensor {number * _SPREAD % SENSORS:05}"
        yield _asset("Sensor", sensor(number), name, f"R-{number % rooms:04}", **facts)
        yield _related("MONITORS", sensor(number), f"R-{number % rooms:04}")


def _equipment() -> Iterator[Line]:
    floors = BUILDINGS * FLOORS
    for number in range(EQUIPMENT):
        kind = TYPES[number % len(TYPES)]
        facts = {"quantity": "ENERGY"} if kind == "Meter" else {"ratedFlow": 12.5} if kind == "Pump" else {}
        yield _asset(kind, f"E-{number:05}", f"{kind} {number:05}", f"F-{number % floors:03}", **facts)
    for number in range(2, EQUIPMENT, len(TYPES)):
        for fed in (number + 1, number + 2):
            yield _related("POWERS", f"E-{number:05}", f"E-{fed:05}")
    for number in range(0, EQUIPMENT, len(TYPES)):
        yield _related("MONITORS", f"E-{number:05}", f"E-{number + 1:05}")
