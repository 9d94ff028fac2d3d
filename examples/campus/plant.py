"""The energy centre of a site: two grid feeds, two generators, transfer switches, two UPS, and the cooling plant."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from examples.campus.lines import Lines
from examples.campus.names import MAKERS

# Two of three carry a site of the default size: 50 air handlers need 2,480 kW.
CHILLER_KILOWATTS = 1250.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What the rest of the site is fed from. `mains` are the two main boards, `ups` the two paths of clean power."""

    building: str
    mains: tuple[str, str]
    emergency: str
    mechanical: str
    ups: tuple[str, str]
    chillers: tuple[str, ...]


def build_plant(lines: Lines, site: str, rng: Random) -> Plant:
    """Add the energy centre of `site`."""
    building = lines.asset(
        "Building", f"{site}-EC", "Energy Centre", site, code="EC", yearBuilt=rng.randint(1985, 2015)
    )
    floor = lines.asset("Floor", f"{site}-EC-0", "Energy Centre ground floor", building, storey=0)
    rooms = {
        use: lines.asset("Room", f"{site}-EC-{use[:4]}", name, floor, number=f"EC.{number:03}", use=use)
        for number, (use, name) in enumerate(
            (("ELECTRICAL", "Main switch room"), ("BATTERY", "UPS room"), ("MECHANICAL", "Chiller hall")), 1
        )
    }
    mains, emergency, mechanical, ups = _power(lines, site, rooms, rng)
    chillers = _cooling(lines, site, rooms["MECHANICAL"], mechanical, rng)
    return Plant(building=building, mains=mains, emergency=emergency, mechanical=mechanical, ups=ups, chillers=chillers)


def _power(
    lines: Lines, site: str, rooms: dict[str, str], rng: Random
) -> tuple[tuple[str, str], str, str, tuple[str, str]]:
    electrical = rooms["ELECTRICAL"]
    maker = rng.choice(MAKERS["Switchgear"])

    def board(code: str, name: str, path: str, voltage: int = 400) -> str:
        return lines.asset(
            "Switchgear",
            f"{site}-{code}",
            name,
            electrical,
            manufacturer=maker,
            ratedVoltage=voltage,
            ratedCurrent=2500,
            feedPath=path,
        )

    mains: list[str] = []
    for path in "AB":
        feed = lines.asset(
            "GridFeed",
            f"{site}-GRID-{path}",
            f"Grid feed {path}",
            electrical,
            ratedVoltage=11000,
            contractedPower={"value": 3, "unit": "MW"},
            meteringPoint=f"GB{site}{path}{rng.randrange(10**10):010}",
            feedPath=path,
        )
        mains.append(board(f"MSB-{path}", f"Main switchboard {path}", path))
        lines.power([feed], mains[-1])
    # The bus coupler stands open, so that a fault on one side never takes the other with it.
    lines.power([mains[1]], mains[0], open=True)
    lines.power([mains[0]], mains[1], open=True)
    sets = [
        lines.asset(
            "Generator",
            f"{site}-GEN-{number}",
            f"Standby generator {number}",
            electrical,
            manufacturer=rng.choice(MAKERS["Generator"]),
            ratedPower={"value": 2, "unit": "MW"},
            feedPath="EMERGENCY",
            fuel="HVO",
            autonomy="P2D",
        )
        for number in (1, 2)
    ]
    standby = board("GSB", "Generator switchboard", "EMERGENCY")
    lines.power(sets, standby)

    def transfer(code: str, name: str, main: str) -> str:
        switch = lines.asset("TransferSwitch", f"{site}-ATS-{code}", name, electrical, ratedCurrent=1600)
        lines.power([main, standby], switch)
        return switch

    ups: list[str] = []
    for path, main in zip("AB", mains, strict=True):
        switch = transfer(path, f"Transfer switch {path}", main)
        unit = lines.asset(
            "Ups",
            f"{site}-UPS-{path}",
            f"UPS {path}",
            rooms["BATTERY"],
            manufacturer=rng.choice(MAKERS["Ups"]),
            apparentPower={"value": 800, "unit": "kVA"},
            batteryRuntime="PT12M",
            feedPath=path,
        )
        lines.power([switch], unit, delay="PT12M")
        ups.append(unit)
    mechanical = board("MCC", "Mechanical switchboard", "A")
    lines.power([transfer("M", "Transfer switch of the mechanical plant", mains[0])], mechanical)
    emergency = board("EMB", "Life-safety switchboard", "EMERGENCY")
    lines.power([transfer("L", "Transfer switch of the life-safety supply", mains[1])], emergency)
    return (mains[0], mains[1]), emergency, mechanical, (ups[0], ups[1])


def _cooling(lines: Lines, site: str, hall: str, board: str, rng: Random) -> tuple[str, ...]:
    """Three chillers of which two carry the load; each has a pump of its own, and any two of three towers suffice."""
    numbers = (1, 2, 3)
    towers = [
        lines.asset(
            "CoolingTower", f"{site}-CT-{number}", f"Cooling tower {number}", hall, fans=2, coolingCapacity=1500
        )
        for number in numbers
    ]
    chillers: list[str] = []
    for number in numbers:
        pump = lines.asset(
            "Pump",
            f"{site}-CHWP-{number}",
            f"Chilled water pump {number}",
            hall,
            manufacturer=rng.choice(MAKERS["Pump"]),
            ratedFlow={"value": 215, "unit": "m**3/h"},
            ratedHead=24,
        )
        chiller = lines.asset(
            "Chiller",
            f"{site}-CH-{number}",
            f"Chiller {number}",
            hall,
            manufacturer=rng.choice(MAKERS["Chiller"]),
            coolingCapacity=CHILLER_KILOWATTS,
            refrigerant="R1234ze",
            serialNumber=f"{site}-CH{number}-{rng.randrange(10**6):06}",
        )
        lines.power([board], pump)
        lines.power([board], chiller)
        lines.relate("COOLS", pump, chiller)
        for tower in towers:
            lines.relate("COOLS", tower, chiller, group="condenser water", needs=2)
        chillers.append(chiller)
    for tower in towers:
        lines.power([board], tower)
    return tuple(chillers)
