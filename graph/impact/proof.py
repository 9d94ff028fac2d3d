"""What a proof says: why an asset has the operability that it has. `because.py` makes them, `check.py` replays them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graph.impact.quantity import Operability
from graph.impact.supply import Combine
from graph.impact.topology import GroupId


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofMember:
    """One member of a group: its provider's operability after and before, what it can carry, and whether it is open.

    `gave` and `gives` are what the member contributed to the group before and contributes after: the operability, or 0
    where it is open. `weakened` says that the question took the supply away, or replaced it by one that carries less.
    """

    asset: str
    relationship_type: str
    key: str
    operability: Operability
    operability_before: Operability
    capacity: int
    open: bool
    weakened: bool
    gave: Operability
    gives: Operability

    @property
    def lost(self) -> bool:
        """Whether the member gives less than before."""
        return self.weakened or self.gives < self.gave


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One group and how its value follows from its members, lost ones first.

    `needs` is thousandths, `loss` millionths; `value` is the group's, `term` = 1 - loss * (1 - value) what it leaves
    of the dependant, `after` what the dependant has, `before` what it had; `lost_count` of the members give less than
    before. Members may be made as they are read, for there may be very many.
    """

    group: GroupId
    relationship_type: str | None
    needs: int
    combine: Combine
    loss: int
    value: Operability
    term: Operability
    before: Operability
    after: Operability
    members: Sequence[ProofMember]
    lost_count: int

    @property
    def member_count(self) -> int:
        """How many members the group has."""
        return len(self.members)

    @property
    def tripped(self) -> bool:
        """Whether the group alone would keep the dependant below what it had."""
        return self.term < self.before


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofStep:
    """One supply of a path, from provider to dependant, with the tripped group at the dependant.

    `removed` says that the supply itself is the cause: the question took it away, or put it in.
    """

    source: str
    target: str
    relationship_type: str
    removed: bool
    evidence: Evidence

    @property
    def group(self) -> str:
        """What the answer calls the group."""
        return self.evidence.group.label


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Why `asset` fell: the group that decides its value, and a path from a cause to it.

    The path starts at a failed asset (`failed` has them all), or at a supply that the question took away or put in.
    """

    asset: str
    decides: Evidence
    path: tuple[ProofStep, ...]
    failed: frozenset[str]
