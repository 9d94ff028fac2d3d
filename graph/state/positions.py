"""How far consumers have read the partitions of a log: kept with the states, in the transaction that takes the events.

So what was read and what came of it can't differ, whatever dies in between. Whoever takes a partition over claims it
first; from then on nobody who had it before can take a step, or write what would have gone with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from graph.database import Database, WriteUnit
from graph.identity import Tenant
from graph.state.errors import PositionLost
from queries import named

NOTHING_READ: Final = -1
"""Where a partition stands of which nothing was taken yet."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Partition:
    """One partition of a topic as one group of consumers reads it."""

    group: str
    topic: str
    number: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What was read of a partition by its `owner`: the records from `start` on, up to and without `end`.

    `start` is where the partition stands by what the owner knows: NOTHING_READ, or the `end` of its last step.
    """

    partition: Partition
    owner: str
    start: int
    end: int


class Positions:
    """Where the partitions of a tenant's logs stand."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, tenant: Tenant, partitions: Iterable[Partition], *, owner: str) -> dict[Partition, int]:
        """Make `owner`, a name that was never used before, the one who may take steps; return where each stands.

        One statement. Raises DatabaseUnavailable.
        """
        rows = [_key(each) for each in sorted(partitions)]
        return await self._written(tenant, "state/claim_positions", {"rows": rows, "owner": owner})

    async def begin(self, tenant: Tenant, ends: Mapping[Partition, int]) -> dict[Partition, int]:
        """Have topics of which nothing was taken yet stand at `ends`, which names all of their partitions.

        A topic that was begun before stays as it is: what it has got since is read from its beginning. Returns where
        each partition stands. One statement. Raises DatabaseUnavailable.
        """
        rows = [{**_key(each), "end": ends[each]} for each in sorted(ends)]
        return await self._written(tenant, "state/begin_positions", {"rows": rows})

    async def _written(self, tenant: Tenant, name: str, parameters: dict[str, object]) -> dict[Partition, int]:
        async def work(unit: WriteUnit) -> dict[Partition, int]:
            found = await unit.write(named(name), parameters)
            return {Partition(group=group, topic=topic, number=number): at for group, topic, number, at in found}

        return await self._database.write(tenant, work)


async def take_steps(unit: WriteUnit, steps: Sequence[Step]) -> None:
    """Note steps within a transaction, all or none; one that is noted already is fine. Raises PositionLost."""
    rows = [
        {**_key(each.partition), "owner": each.owner, "start": each.start, "end": each.end}
        for each in sorted(steps, key=lambda each: each.partition)
    ]
    done = {
        (group, topic, number)
        for group, topic, number in await unit.write(named("state/set_positions"), {"rows": rows})
    }
    lost = [each.partition for each in steps if _names(each.partition) not in done]
    if lost:
        raise PositionLost(
            f"Another consumer has {', '.join(map(str, lost))}",
            expected="partitions that stand where they were read from, and are ours",
            hint="Claim those that are still assigned, and read on from where they stand",
        )


def _names(partition: Partition) -> tuple[str, str, int]:
    return partition.group, partition.topic, partition.number


def _key(partition: Partition) -> dict[str, object]:
    return {"group": partition.group, "topic": partition.topic, "number": partition.number}
