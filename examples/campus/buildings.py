"""The buildings that people use: floors with a board, an air handler, a switch, rooms and instruments."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random

from examples.campus.lines import Lines
from examples.campus.names import BUILDINGS, MAKERS, ROOM_WORDS
from examples.campus.plant import Plant

FLOORS = 6
ROOMS = 12
THEATRES = 6
_SENSORS = {
    "OPERATING_THEATRE": ("TEMPERATURE", "HUMIDITY", "DIFFERENTIAL_PRESSURE"),
    "LABORATORY": ("TEMPERATURE", "DIFFERENTIAL_PRESSURE"),
    "IMAGING": ("TEMPERATURE", "HUMIDITY"),
    "WARD": ("TEMPERATURE", "OCCUPANCY"),
    "OFFICE": ("TEMPERATURE", "OCCUPANCY"),
}


def build_buildings(
    lines: Lines, site: str, plant: Plant, routers: tuple[str, str], rng: Random, *, until: int
) -> None:
    """Add buildings until there are `until` assets: floor after floor, the last room having fewer sensors."""
    for number, (code, name, use) in enumerate(_plan()):
        if len(lines.assets) >= until:
            return
        _building(lines, site, (code, name, use), plant, routers, rng, until=until, main=plant.mains[number % 2])


def _plan() -> Iterator[tuple[str, str, str]]:
    for wing in count(1):
        for code, name, use in BUILDINGS:
            yield (code, name, use) if wing == 1 else (f"{code}{wing}", f"{name}, wing {wing}", use)


def _building(
    lines: Lines,
    site: str,
    kind: tuple[str, str, str],
    plant: Plant,
    routers: tuple[str, str],
    rng: Random,
    *,
    until: int,
    main: str,
) -> None:
    code, name, use = kind
    building = lines.asset("Building", f"{site}-{code}", name, site, code=code, yearBuilt=rng.randint(1960, 2020))
    if len(lines.assets) >= until:
        return
    board = lines.asset("Switchgear", f"{site}-{code}-DB", f"Distribution board of {name}", building, ratedVoltage=400)
    lines.power([main, plant.emergency] if code == "MH" else [main], board)
    for storey in range(FLOORS):
        if len(lines.assets) >= until:
            return
        floor = _Floor(lines, f"{site}-{code}-{storey}", f"{name} floor {storey}", building, storey, rng, until)
        floor.build(board, plant, routers, "OPERATING_THEATRE" if (code, storey) == ("MH", 1) else use)


class _Floor:
    def __init__(
        self, lines: Lines, identity: str, name: str, building: str, storey: int, rng: Random, until: int
    ) -> None:
        self.lines = lines
        self.rng = rng
        self.until = until
        self.id = lines.asset("Floor", identity, name, building, storey=storey)
        self.name = name

    @property
    def full(self) -> bool:
        return len(self.lines.assets) >= self.until

    def build(self, building_board: str, plant: Plant, routers: tuple[str, str], use: str) -> None:
        if self.until - len(self.lines.assets) < 4:
            self._rooms(use, None)
            return
        lines = self.lines
        board = lines.asset("Switchgear", f"{self.id}-DB", f"Board of {self.name}", self.id, ratedVoltage=400)
        lines.power([building_board], board)
        handler = lines.asset(
            "AirHandler",
            f"{self.id}-AHU",
            f"Air handler of {self.name}",
            self.id,
            manufacturer=self.rng.choice(MAKERS["AirHandler"]),
            airFlow=9000,
        )
        lines.power([board], handler)
        lines.cool(plant.chillers, handler, demand=40, delay="PT20M")
        switch = lines.asset("Switch", f"{self.id}-SW", f"Access switch of {self.name}", self.id, ports=48)
        lines.power([board], switch)
        for router in routers:
            lines.relate("LINKS", router, switch, medium="SINGLE_MODE_FIBRE", bandwidth=10)
        meter = lines.asset("Meter", f"{self.id}-EM", f"Energy meter of {self.name}", self.id, quantity="ENERGY")
        lines.relate("MONITORS", meter, board)
        self._rooms(use, handler)

    def _rooms(self, use: str, handler: str | None) -> None:
        site = self.id.partition("-")[0]
        for number in range(1, (THEATRES if use == "OPERATING_THEATRE" else ROOMS) + 1):
            if self.full:
                return
            words = ROOM_WORDS[use]
            room = self.lines.asset(
                "Room",
                f"{self.id}-{number:02}",
                f"{words[number % len(words)]} {self.id.partition('-')[2]}.{number:02}",
                self.id,
                number=f"{self.id.partition('-')[2].replace('-', '.')}.{number:02}",
                use=use,
                area=self.rng.randint(12, 60),
            )
            if handler is not None:
                self.lines.relate("COOLS", handler, room, loss=0.5, delay="PT30M")
            if use == "OPERATING_THEATRE":
                self.lines.relate("DEPENDS_ON", f"{site}-SURG", room, group="theatres", needs=4)
            self._instruments(room, use)

    def _instruments(self, room: str, use: str) -> None:
        for quantity in _SENSORS[use]:
            if self.full:
                return
            sensor = self.lines.asset(
                "Sensor",
                f"{room}-{quantity[:4]}",
                f"{quantity.replace('_', ' ').capitalize()} sensor of {room.partition('-')[2]}",
                room,
                quantity=quantity,
                manufacturer=self.rng.choice(MAKERS["Sensor"]),
                serialNumber=f"{self.rng.randrange(16**8):08X}-{room}-{quantity[:4]}",
            )
            self.lines.relate("MONITORS", sensor, room)
