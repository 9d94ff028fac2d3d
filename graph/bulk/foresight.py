"""What a load knows of a tenant that was empty before it, without asking: staging tells all that its batches wrote.

Each batch is then judged and put into statements while the database still writes the one before. It holds only while
nobody else writes: a batch so prepared asks for the revision it leans on once the counter is locked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson

from graph.bulk.records import Stage
from graph.bulk.staging import Staging
from graph.changes.draft import AssetWrite, Draft, LinkWrite, Operation
from graph.changes.prepared import Prepared, prepare
from graph.changes.rules import Rulebook
from graph.changes.world import World
from graph.clock import Clock
from graph.identity import Revision, Tenant

_TYPES = "SELECT id, type FROM asset WHERE id IN (SELECT value FROM json_each(?))"
_SAID_TWICE = """
SELECT 1 FROM link JOIN asset child ON child.id = link.target
WHERE link.type IN (SELECT value FROM json_each(?)) AND child.reparented AND link.line <> child.line LIMIT 1
"""


class Foresight:
    """Prepares the batches of a load into a tenant that held no asset at `revision`, in the order they are written.

    Once it is `lost` nothing is foreseen any more: somebody else wrote, and staging knows nothing of that.
    """

    def __init__(self, staging: Staging, rules: Rulebook, clock: Clock, *, tenant: Tenant, revision: Revision) -> None:
        self._staging = staging
        self._rules = rules
        self._clock = clock
        self._tenant = tenant
        self._revision = revision
        self._said_twice: bool | None = None
        self.lost = False

    def prepare(self, draft: Draft, stage: Stage) -> Prepared | None:
        """Return the batch judged and ready to be sent; None where only the database can tell."""
        if self.lost or (stage is Stage.RELATIONSHIPS and self._parents_are_said_twice()):
            return None
        world = World(self._rules, self._tenant)
        if stage is Stage.RELATIONSHIPS:
            # Nothing but their types matters: the whole of the load was judged, and repeated lines are refused.
            for asset, kind in self._types(draft.operations):
                world.know_type(asset, kind)
        prepared = prepare(world, draft, before=self._revision, now=self._clock.now())
        if prepared is not None:
            self._revision = prepared.receipt.revision
        return prepared

    def _types(self, operations: Iterable[Operation]) -> Iterator[tuple[str, str]]:
        yield from self._staging.rows(_TYPES, (orjson.dumps(list(_named(operations))).decode(),))

    def _parents_are_said_twice(self) -> bool:
        """Whether a containment into an asset with `parents` has a line of its own: their order matters then."""
        if self._said_twice is None:
            types = orjson.dumps(sorted(self._rules.containment)).decode()
            self._said_twice = self._staging.rows(_SAID_TWICE, (types,)).fetchone() is not None
        return self._said_twice


def _named(operations: Iterable[Operation]) -> set[str]:
    named: set[str] = set()
    for operation in operations:
        if isinstance(operation, LinkWrite):
            named.add(operation.source)
            named.add(operation.target)
        elif isinstance(operation, AssetWrite):
            named.update((operation.id, *(operation.parents or ())))
    return named
