"""Turns an EPANET network that ships with wntr into bulk lines for `twin load`.

    python -m examples.water.convert Net3 > net3.ndjson
    twin load net3.ndjson

Each pipe, pump and valve is an asset between the points it joins. Pumps, check valves and control valves carry one way.
A closed link's supplies are `open`, as an open switch's are: the way exists and carries nothing now. Junctions with a
negative demand are where water enters the model: those assets are sources too.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

NETWORKS = ("Net1", "Net2", "Net3", "Net6", "ky4", "ky10")
CUBIC_METRES_TO_LITRES = 1000.0


def read_network(name: str) -> Any:
    """Return wntr's model of one of the NETWORKS."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import wntr

        folder = Path(wntr.__file__).parent / "library" / "networks"
        return wntr.network.WaterNetworkModel(str(folder / f"{name}.inp"))


def point_id(network: Any, name: str) -> str:
    """Return the asset id of a point: EPANET lets a point and a link share a name."""
    return f"{network.get_node(name).node_type.lower()}/{name}"


def link_id(network: Any, name: str) -> str:
    """Return the asset id of a link."""
    return f"{network.get_link(name).link_type.lower()}/{name}"


def lines(network: Any) -> Iterator[dict[str, Any]]:
    """Yield the bulk lines of a network: assets, then relationships."""
    for name in network.node_name_list:
        yield _point(network, name)
    for name in network.link_name_list:
        yield _link(network, name)
    for name in network.link_name_list:
        yield from _supplies(network, name)


def carries_both_ways(link: Any) -> bool:
    """Return whether water may pass from the end of a link to its start."""
    return link.link_type == "Pipe" and not link.check_valve


def is_closed(link: Any) -> bool:
    """Return whether a link carries nothing at the start of the model."""
    return str(link.initial_status) == "Closed"


def _point(network: Any, name: str) -> dict[str, Any]:
    node = network.get_node(name)
    kind = node.node_type
    properties: dict[str, Any] = {}
    line: dict[str, Any] = {"kind": "asset", "id": point_id(network, name), "type": kind, "name": f"{kind} {name}"}
    if kind == "Junction":
        properties = {"elevation": node.elevation, "baseDemand": node.base_demand * CUBIC_METRES_TO_LITRES}
        if node.base_demand < 0:
            line["sourceOf"] = ["FEEDS"]
    elif kind == "Tank":
        properties = {"elevation": node.elevation, "diameter": node.diameter, "maximumLevel": node.max_level}
    return {**line, "properties": properties}


def _link(network: Any, name: str) -> dict[str, Any]:
    link = network.get_link(name)
    kind = link.link_type
    properties: dict[str, Any] = {}
    if kind == "Pipe":
        properties = {
            "length": link.length,
            "diameter": link.diameter,
            "roughness": link.roughness,
            "checkValve": bool(link.check_valve),
        }
    elif kind == "Valve":
        properties = {"kind": link.valve_type, "diameter": link.diameter}
    elif kind == "Pump" and link.pump_type == "POWER":
        properties = {"power": {"value": link.power, "unit": "W"}}
    return {
        "kind": "asset",
        "id": link_id(network, name),
        "type": kind,
        "name": f"{kind} {name}",
        "properties": properties,
    }


def _supplies(network: Any, name: str) -> Iterator[dict[str, Any]]:
    link = network.get_link(name)
    own = link_id(network, name)
    start, end = point_id(network, link.start_node_name), point_id(network, link.end_node_name)
    ways = [(start, own), (own, end)]
    if carries_both_ways(link):
        ways += [(end, own), (own, start)]
    properties = {"open": True} if is_closed(link) else {}
    for source, target in ways:
        yield {"kind": "relationship", "type": "FEEDS", "from": source, "to": target, "properties": properties}


def main(arguments: list[str]) -> int:
    """Print the lines of the network named on the command line."""
    if len(arguments) != 1 or arguments[0] not in NETWORKS:
        sys.stderr.write(f"usage: python -m examples.water.convert {'|'.join(NETWORKS)}\n")
        return 64
    for line in lines(read_network(arguments[0])):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
