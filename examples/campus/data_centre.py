"""The data centre of a site: dual-corded racks, a network with two of everything, clusters, services, applications."""

from __future__ import annotations

from random import Random

from examples.campus.lines import Lines
from examples.campus.names import APPLICATIONS, MAKERS, PLATFORMS, PURPOSES, SERVICES
from examples.campus.plant import Plant

RACKS = 8
HALL_KILOWATTS = 480.0


def build_data_centre(lines: Lines, site: str, plant: Plant, rng: Random) -> tuple[str, str]:
    """Add the data centre and what runs there; return the two core routers."""
    building = lines.asset("Building", f"{site}-DC", "Data Centre", site, code="DC", yearBuilt=rng.randint(2005, 2022))
    floor = lines.asset("Floor", f"{site}-DC-0", "Data Centre ground floor", building, storey=0)
    hall = lines.asset(
        "Room", f"{site}-DC-HALL", "Data hall", floor, number="DC.001", use="DATA_HALL", coolingDemand=HALL_KILOWATTS
    )
    _cool_hall(lines, site, hall, plant, rng)
    routers = _network(lines, site, floor, plant, rng)
    servers = _racks(lines, site, hall, plant, routers, rng)
    _platforms(lines, site, building, servers)
    return routers


def _cool_hall(lines: Lines, site: str, hall: str, plant: Plant, rng: Random) -> None:
    handlers = [
        lines.asset(
            "AirHandler",
            f"{site}-CRAH-{number}",
            f"Computer room air handler {number}",
            hall,
            manufacturer=rng.choice(MAKERS["AirHandler"]),
            airFlow=45000,
            coolingCapacity=HALL_KILOWATTS / 3,
        )
        for number in (1, 2, 3, 4)
    ]
    for handler in handlers:
        lines.power([plant.mechanical, plant.emergency], handler)
        lines.cool(plant.chillers, handler, demand=HALL_KILOWATTS / 3, delay="PT5M")
    lines.cool(handlers, hall, demand=HALL_KILOWATTS)


def _network(lines: Lines, site: str, floor: str, plant: Plant, rng: Random) -> tuple[str, str]:
    room = lines.asset("Room", f"{site}-DC-NET", "Network room", floor, number="DC.002", use="NETWORK")
    routers: list[str] = []
    for number, carrier in ((1, "Telvia"), (2, "Lightpath")):
        circuit = lines.asset(
            "CarrierCircuit",
            f"{site}-WAN-{number}",
            f"{carrier} circuit",
            room,
            carrier=carrier,
            circuitId=f"{carrier.upper()}-{site}-{rng.randrange(10**6):06}",
            bandwidth=10,
        )
        router = lines.asset(
            "Router",
            f"{site}-CORE-{number}",
            f"Core router {number}",
            room,
            hostname=f"core{number}.{site.lower()}",
        )
        lines.power(plant.ups, router)
        lines.relate("LINKS", circuit, router, medium="SINGLE_MODE_FIBRE", bandwidth=10)
        routers.append(router)
    lines.relate("LINKS", routers[0], routers[1], medium="SINGLE_MODE_FIBRE", bandwidth=100)
    return routers[0], routers[1]


def _racks(lines: Lines, site: str, hall: str, plant: Plant, routers: tuple[str, str], rng: Random) -> list[str]:
    """Add the racks with their PDUs, leaf switches and servers; return the servers rack by rack in turn."""
    count = sum(platform.members for platform in PLATFORMS)
    per_rack = -(-count // RACKS)
    leaves = [_leaf(lines, site, hall, number, plant, routers) for number in (1, 2, 3, 4)]
    servers: list[list[str]] = []
    for number in range(1, RACKS + 1):
        rack = lines.asset("Rack", f"{site}-R{number:02}", f"Rack {number:02}", hall, powerLimit=12)
        lines.relate("COOLS", hall, rack, delay="PT10M")
        pdus = [
            lines.asset("Pdu", f"{site}-R{number:02}-PDU-{path}", f"PDU {path}, rack {number:02}", rack, feedPath=path)
            for path in "AB"
        ]
        for unit, pdu in zip(plant.ups, pdus, strict=True):
            lines.power([unit], pdu)
        pair = leaves[:2] if number <= RACKS // 2 else leaves[2:]
        servers.append([_server(lines, rack, slot, pdus, pair, rng) for slot in range(1, per_rack + 1)])
    return [rack[slot] for slot in range(per_rack) for rack in servers]


def _leaf(lines: Lines, site: str, hall: str, number: int, plant: Plant, routers: tuple[str, str]) -> str:
    leaf = lines.asset(
        "Switch", f"{site}-LEAF-{number}", f"Leaf switch {number}", hall, hostname=f"leaf{number}.{site.lower()}"
    )
    lines.power(plant.ups, leaf)
    for router in routers:
        lines.relate("LINKS", router, leaf, medium="MULTI_MODE_FIBRE", bandwidth=100)
    return leaf


def _server(lines: Lines, rack: str, slot: int, pdus: list[str], leaves: list[str], rng: Random) -> str:
    server = lines.asset(
        "Server",
        f"{rack}-S{slot}",
        f"Server {rack.rpartition('-')[2]}-{slot}",
        rack,
        manufacturer=rng.choice(MAKERS["Server"]),
        hostname=f"{rack.lower()}-s{slot}",
        rackUnit=slot * 4,
        unitsHigh=2,
        cores=rng.choice((32, 64, 96)),
        memory=rng.choice((256, 512, 1024)),
    )
    lines.power(pdus, server)
    for leaf in leaves:
        lines.relate("LINKS", leaf, server, medium="COPPER", bandwidth=25)
    lines.relate("COOLS", rack, server, delay="PT5M")
    return server


def _platforms(lines: Lines, site: str, building: str, servers: list[str]) -> None:
    free = iter(servers)
    ids: dict[str, str] = {}
    for platform in PLATFORMS:
        cluster = lines.asset("Cluster", f"{site}-{platform.code}", platform.name, building, software=platform.software)
        ids[platform.code] = cluster
        for _ in range(platform.members):
            lines.relate("HAS_MEMBER", cluster, next(free), group="members", needs=platform.needs)
    for kind, software in (("Service", SERVICES), ("Application", APPLICATIONS)):
        for code, name, platform_code, required in software:
            ids[code] = lines.asset(kind, f"{site}-{code}", name, building)
            lines.relate("RUNS_ON", ids[code], ids[platform_code])
            for other in required:
                lines.relate("REQUIRES", ids[code], ids[other])
    for purpose in PURPOSES:
        function = lines.asset(purpose.kind, f"{site}-{purpose.code}", purpose.name, site, tier=purpose.tier)
        for code, loss in purpose.needs:
            lines.relate("DEPENDS_ON", function, ids[code], loss=loss)
