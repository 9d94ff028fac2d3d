"""Makes the bundled campus: hospitals with power, cooling, network, software and the functions all of it is for.

    python -m examples.campus.generate --assets 2000 > campus.ndjson

The same arguments give the same bytes. A site has about 2,000 assets; larger numbers make more sites.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from random import Random

import orjson

from examples.campus.buildings import build_buildings
from examples.campus.data_centre import build_data_centre
from examples.campus.lines import Line, Lines
from examples.campus.names import KINDS, PLACES
from examples.campus.plant import build_plant

DEFAULT_ASSETS = 2_000
DEFAULT_SEED = 1
SITE_ASSETS = 2_000
SMALLEST = 200


def campus(assets: int = DEFAULT_ASSETS, seed: int = DEFAULT_SEED) -> Iterator[Line]:
    """Yield the lines of a campus of exactly `assets` assets (at least 200), site by site."""
    if assets < SMALLEST:
        raise ValueError(f"a campus has at least {SMALLEST} assets, not {assets}")
    sites = max(1, round(assets / SITE_ASSETS))
    for number in range(sites):
        size = assets // sites + (1 if number < assets % sites else 0)
        lines = site(number, size, Random(f"{seed}/{number}"))
        yield from lines.assets
        yield from lines.relationships


def site(number: int, size: int, rng: Random) -> Lines:
    """Return the lines of one site of `size` assets."""
    code = site_code(number)
    place, kind = PLACES[number % len(PLACES)], KINDS[number // len(PLACES) % len(KINDS)]
    lines = Lines()
    lines.asset(
        "Site",
        code,
        f"{place} {kind}" + (f" {number + 1}" if number >= len(PLACES) * len(KINDS) else ""),
        None,
        location={"longitude": round(rng.uniform(-4, 1), 5), "latitude": round(rng.uniform(51, 55), 5)},
        timeZone="Europe/London",
        address={"city": place, "country": "GB"},
    )
    plant = build_plant(lines, code, rng)
    routers = build_data_centre(lines, code, plant, rng)
    build_buildings(lines, code, plant, routers, rng, until=size)
    return lines


def encoded(line: Line) -> bytes:
    """Return a line as bytes, with its end."""
    return orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)


def site_code(number: int) -> str:
    """Return the code that all ids of a site begin with: NBR for the first, then its number."""
    return "NBR" if number == 0 else f"S{number + 1:03}"


def main() -> None:
    """Print a campus as bulk lines."""
    parser = argparse.ArgumentParser(description="Print a campus as bulk lines.")
    parser.add_argument("--assets", type=int, default=DEFAULT_ASSETS, help="how many assets (default %(default)s)")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="other seeds give other details")
    given = parser.parse_args()
    if given.assets < SMALLEST:
        parser.error(f"--assets is at least {SMALLEST}")
    for line in campus(given.assets, given.seed):
        sys.stdout.buffer.write(encoded(line))


if __name__ == "__main__":
    main()
