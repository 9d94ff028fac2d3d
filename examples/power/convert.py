"""Turns a grid that ships with pandapower into bulk lines for `twin load`.

    python -m examples.power.convert cigre_mv > cigre.ndjson
    twin load cigre.ndjson

Each line, transformer and switch is an asset between the buses it joins. A switch at one end of a line or transformer
stands between it and its bus. What is out of service, and an open switch, has `open` supplies: the way exists and
carries nothing now.
"""

from __future__ import annotations

import json
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

NETWORKS = ("cigre_mv", "case14", "case30", "case57", "case118", "mv_oberrhein")
_ELEMENT_OF_SWITCH = {"l": "line", "t": "transformer", "t3": "transformer3w"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A line or transformer: its asset id, the letter that switches name it by, its index and its buses."""

    id: str
    letter: str
    index: int
    buses: tuple[int, ...]
    in_service: bool


def read_network(name: str) -> Any:
    """Return pandapower's model of one of the NETWORKS."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pandapower.networks as library

        if name == "cigre_mv":
            with_all_generators: Any = "all"
            return library.create_cigre_network_mv(with_der=with_all_generators)
        return getattr(library, name)()


def branches(grid: Any) -> Iterator[Branch]:
    """Yield the lines and transformers of a grid."""
    tables = (
        ("l", grid.line, ("from_bus", "to_bus")),
        ("t", grid.trafo, ("hv_bus", "lv_bus")),
        ("t3", grid.trafo3w, ("hv_bus", "mv_bus", "lv_bus")),
    )
    for letter, table, columns in tables:
        for index, row in table.iterrows():
            yield Branch(
                id=f"{_ELEMENT_OF_SWITCH[letter]}/{index}",
                letter=letter,
                index=int(index),
                buses=tuple(int(row[column]) for column in columns),
                in_service=bool(row["in_service"]),
            )


def lines(grid: Any) -> Iterator[dict[str, Any]]:
    """Yield the bulk lines of a grid: assets, then relationships."""
    yield from _buses(grid)
    yield from _ends(grid)
    yield from _branches(grid)
    yield from _switches(grid)


def _asset(identity: str, kind: str, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "asset", "id": identity, "type": kind, "name": name, "properties": properties}


def _connects(one: str, other: str, *, carries: bool) -> dict[str, Any]:
    properties = {} if carries else {"open": True}
    return {"kind": "relationship", "type": "CONNECTS", "from": one, "to": other, "properties": properties}


def _name(row: Any, fallback: str) -> str:
    name = row.get("name")
    return name.strip() if isinstance(name, str) and name.strip() else fallback


def _buses(grid: Any) -> Iterator[dict[str, Any]]:
    for index, row in grid.bus.iterrows():
        yield _asset(f"bus/{index}", "Bus", _name(row, f"Bus {index}"), {"ratedVoltage": float(row["vn_kv"])})


def _ends(grid: Any) -> Iterator[dict[str, Any]]:
    """Yield what ends at one bus: the grid above, loads, generators."""
    tables = (
        ("grid", "GridSupply", grid.ext_grid, None),
        ("load", "Load", grid.load, "p_mw"),
        ("generator", "Generator", grid.gen, "p_mw"),
        ("static", "Generator", grid.sgen, "p_mw"),
    )
    for prefix, kind, table, power in tables:
        for index, row in table.iterrows():
            properties = {} if power is None else {"activePower": float(row[power])}
            identity = f"{prefix}/{index}"
            yield _asset(identity, kind, _name(row, f"{kind} {index}"), properties)
            yield _connects(identity, f"bus/{int(row['bus'])}", carries=bool(row["in_service"]))


def _branches(grid: Any) -> Iterator[dict[str, Any]]:
    switched = {(row["et"], int(row["element"]), int(row["bus"])) for _, row in grid.switch.iterrows()}
    for branch in branches(grid):
        yield _branch_asset(grid, branch)
        for bus in branch.buses:
            if (branch.letter, branch.index, bus) not in switched:
                yield _connects(branch.id, f"bus/{bus}", carries=branch.in_service)


def _branch_asset(grid: Any, branch: Branch) -> dict[str, Any]:
    if branch.letter == "l":
        row = grid.line.loc[branch.index]
        properties = {"length": float(row["length_km"]), "ratedCurrent": float(row["max_i_ka"])}
        return _asset(branch.id, "Line", _name(row, f"Line {branch.index}"), properties)
    table, rating = (grid.trafo, "sn_mva") if branch.letter == "t" else (grid.trafo3w, "sn_hv_mva")
    row = table.loc[branch.index]
    return _asset(
        branch.id, "Transformer", _name(row, f"Transformer {branch.index}"), {"ratedPower": float(row[rating])}
    )


def _switches(grid: Any) -> Iterator[dict[str, Any]]:
    in_service = {(branch.letter, branch.index): branch for branch in branches(grid)}
    for index, row in grid.switch.iterrows():
        closed = bool(row["closed"])
        identity = f"switch/{index}"
        yield _asset(identity, "Switch", _name(row, f"Switch {index}"), {"closed": closed})
        yield _connects(identity, f"bus/{int(row['bus'])}", carries=closed)
        if row["et"] == "b":
            yield _connects(identity, f"bus/{int(row['element'])}", carries=closed)
        else:
            branch = in_service[row["et"], int(row["element"])]
            yield _connects(identity, branch.id, carries=closed and branch.in_service)


def main(arguments: list[str]) -> int:
    """Print the lines of the grid named on the command line."""
    if len(arguments) != 1 or arguments[0] not in NETWORKS:
        sys.stderr.write(f"usage: python -m examples.power.convert {'|'.join(NETWORKS)}\n")
        return 64
    for line in lines(read_network(arguments[0])):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
