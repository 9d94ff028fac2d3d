"""Readers and writers that hammer a service over HTTP, and hold every answer against two versions of an ontology.

Pumps have `ratedFlow` in L/s before, and `flow` in m³/h afterwards; in between both, which must agree. What is asked
and written is what a consumer of the version in force would: of before until nobody promises it any more, then what
both versions have, then of after.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Self

import httpx

CONNECTIONS: Final = 16
WRITERS: Final = 4
REST: Final = 0.1
"""Seconds between an answer and the next request of a connection: so much is asked, whatever goes on beside it."""

PER_HOUR: Final = 3.6
LIST: Final = 'query($after: String) { assets(filter: {types: ["Pump"]}, first: 50, after: $after) %s }'
NODES: Final = "{ pageInfo { endCursor hasNextPage } nodes { id name type properties } }"
TYPED: Final = "{ pumps(first: 50) { nodes { id name %s } } }"
POINT: Final = "query($id: ID!) { asset(id: $id) { id name type properties } }"
WRITE: Final = """
mutation($input: ChangeSetInput!) { applyChanges(input: $input) {
  __typename
  ... on ChangesRejected { problems { code message } }
} }
"""


class Era(StrEnum):
    """Which version consumers were built for: the one before, what both have, the one after."""

    BEFORE = "ratedFlow"
    EITHER = "id"
    AFTER = "flow"


@dataclass(slots=True)
class Tally:
    """What came of requests so far; times in seconds."""

    reads: list[float] = field(default_factory=list[float])
    writes: list[float] = field(default_factory=list[float])
    failures: Counter[str] = field(default_factory=Counter[str])
    invalid: list[str] = field(default_factory=list[str])
    objects: int = 0

    @property
    def read_p95(self) -> float:
        """How long 19 of 20 reads took at most, in milliseconds."""
        ordered = sorted(self.reads)
        return ordered[math.ceil(len(ordered) * 0.95) - 1] * 1000 if ordered else 0.0


class Hammer:
    """Asks a service at `address` all the time that the block lasts; `era` and `tally` may be changed meanwhile."""

    def __init__(self, address: str, assets: int) -> None:
        self.era = Era.BEFORE
        self.tally = Tally()
        self._assets = assets
        self._numbers = itertools.count()
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS)
        self._client = httpx.AsyncClient(base_url=address, timeout=60.0, limits=limits)
        self._tasks: list[asyncio.Task[None]] = []
        self._ended = False

    async def __aenter__(self) -> Self:
        """Begin to hammer."""
        workers = [self._write for _ in range(WRITERS)] + [self._read for _ in range(CONNECTIONS - WRITERS)]
        self._tasks = [asyncio.create_task(self._on(worker, number)) for number, worker in enumerate(workers)]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Let what was asked be answered, and stop."""
        self._ended = True
        await asyncio.gather(*self._tasks)
        await self._client.aclose()

    def turn(self) -> Tally:
        """Return what came until now, and count anew."""
        found, self.tally = self.tally, Tally()
        return found

    async def _on(self, worker: Any, seed: int) -> None:
        chance = random.Random(seed)
        while not self._ended:
            await worker(chance)
            await asyncio.sleep(REST)

    async def _read(self, chance: random.Random) -> None:
        era = self.era
        which = chance.randrange(3)
        if which == 0:
            data = await self._ask(POINT, {"id": self._name(chance)}, self.tally.reads)
            nodes = [] if data is None else [data["asset"]]
        elif which == 1:
            data = await self._ask(LIST % NODES, {}, self.tally.reads)
            nodes = [] if data is None else data["assets"]["nodes"]
        else:
            data = await self._ask(TYPED % era.value, {}, self.tally.reads)
            typed = [] if data is None else data["pumps"]["nodes"]
            nodes = [{**each, "properties": {era.value: each[era.value]}} for each in typed if era is not Era.EITHER]
        for node in nodes:
            self._judge(node)

    async def _write(self, chance: random.Random) -> None:
        value = chance.randrange(1, 1000)
        number = next(self._numbers)
        properties: dict[str, Any] = {"serialNumber": f"S-{number}"}
        if self.era is not Era.EITHER:
            properties[self.era.value] = float(value)
        upsert = {"id": self._name(chance), "type": "Pump", "properties": properties}
        asked = {"input": {"changes": [{"upsertAsset": upsert}]}}
        data = await self._ask(WRITE, asked, self.tally.writes)
        if data is not None and data["applyChanges"]["__typename"] != "ChangesApplied":
            self.tally.failures[f"write: {json.dumps(data['applyChanges'])[:300]}"] += 1

    async def _ask(self, query: str, variables: Mapping[str, Any], times: list[float]) -> dict[str, Any] | None:
        began = time.perf_counter()
        try:
            answer = await self._client.post("/graphql", json={"query": query, "variables": variables})
            body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            self.tally.failures[f"{type(error).__name__}: {error}"] += 1
            return None
        times.append(time.perf_counter() - began)
        if answer.status_code != httpx.codes.OK or body.get("errors"):
            self.tally.failures[f"{answer.status_code} {query[:40]}: {json.dumps(body)[:300]}"] += 1
            return None
        return body["data"]

    def _name(self, chance: random.Random) -> str:
        return f"P-{chance.randrange(self._assets):07}"

    def _judge(self, node: Mapping[str, Any] | None) -> None:
        """Note an object that is valid in neither version."""
        self.tally.objects += 1
        held = {} if node is None else node["properties"]
        old, new = held.get("ratedFlow"), held.get("flow")
        right = old is not None or new is not None
        if old is not None and new is not None:
            right = math.isclose(old * PER_HOUR, new, rel_tol=1e-9)
        if node is None or not node["name"] or not right:
            self.tally.invalid.append(json.dumps(node)[:300])
