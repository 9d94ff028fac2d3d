"""A trial: one change set on its way through the rules, and what is found wrong with it."""

from __future__ import annotations

from graph.changes.draft import AssetDelete, AssetWrite, Draft, LinkDelete, LinkWrite
from graph.changes.images import AssetImage, Link
from graph.changes.world import World
from graph.errors import Problem


class Trial:
    """The state of judging one change set.

    `origin` says which change last touched an asset or relationship, so that what is wrong with the end state can be
    laid at its door. `phantoms` are assets that would exist, or be others than are there, but for their own faults;
    `doubtful` ones lack a relationship for its own faults: neither is blamed twice. `postponed` waits for assets that
    come later in the set.
    """

    def __init__(self, world: World, draft: Draft) -> None:
        self.world = world
        self.draft = draft
        self.problems: list[Problem] = list(draft.problems)
        self.origin: dict[str | Link, int] = {}
        self.phantoms: set[str] = set()
        self.doubtful: set[str] = set()
        self.postponed: list[AssetWrite | LinkWrite] = []
        self.orphaned: dict[str, list[str]] = {}
        self._to_come: frozenset[str] | None = None

    def refuse(
        self,
        code: str,
        message: str,
        *,
        change: int | None,
        at: str = "",
        asset: str | None = None,
        property: str | None = None,  # noqa: A002  the problem's own word
        expected: str | None = None,
        actual: str | None = None,
        hint: str | None = None,
    ) -> None:
        """Note a problem; `at` is the place inside the change."""
        place = None if change is None else place_of(self.draft, change) + at
        self.problems.append(
            Problem(
                code=code,
                message=message,
                place=place,
                change=change,
                asset=asset,
                property=property,
                expected=expected,
                actual=actual,
                hint=hint,
            )
        )

    def standing(self, asset: str) -> AssetImage | None:
        """Return the asset as it is now, where it is what the change set takes it for."""
        return None if asset in self.phantoms else self.world.assets.get(asset)

    def exists(self, asset: str) -> bool:
        """Whether the asset exists now, or would but for its own faults."""
        return self.world.assets.get(asset) is not None or asset in self.phantoms

    def comes_later(self, asset: str) -> bool:
        """Whether the asset, missing now, is written further on in the change set."""
        if self._to_come is None:
            self._to_come = frozenset(
                operation.id for operation in self.draft.operations if isinstance(operation, AssetWrite)
            )
        return asset in self._to_come

    def nothing_comes(self) -> None:
        """Say that all operations have been seen: what is missing now stays missing."""
        self._to_come = frozenset()


def place_of(draft: Draft, index: int) -> str:
    """Return where a change stands in the caller's terms."""
    match draft.operations[index]:
        case AssetWrite():
            member = "upsertAsset"
        case AssetDelete():
            member = "deleteAsset"
        case LinkWrite():
            member = "upsertRelationship"
        case LinkDelete():
            member = "deleteRelationship"
    return f"changes[{index}].{member}"
