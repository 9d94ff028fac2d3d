"""Expected revisions: a change set is refused where something it touches is newer than what its author looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.changes.draft import AssetDelete, AssetWrite, Draft, LinkDelete, LinkWrite
from graph.changes.images import Link
from graph.changes.world import World
from graph.database import ReadUnit
from graph.errors import RevisionConflict
from graph.identity import Revision
from queries import named


class Conflicts:
    """Knows of each draft when something it names was last deleted; the world knows the rest."""

    def __init__(self, deleted_at: Mapping[int, int]) -> None:
        self._deleted_at = deleted_at

    def newer(self, world: World, draft: Draft) -> RevisionConflict | None:
        """Return the conflict of the trial in the world, if there is one."""
        expected = draft.request.change_set.expected_revision
        if expected is None:
            return None
        newest = max(_newest_touched(world, draft), self._deleted_at.get(id(draft), 0))
        return RevisionConflict(expected=expected, actual=newest) if newest > expected else None


async def read_conflicts(unit: ReadUnit, world: World, drafts: Sequence[Draft], *, revision: Revision) -> Conflicts:
    """Look up in the log what `drafts` name and the world lacks: it may have been deleted since."""
    asked: list[dict[str, object]] = []
    for number, draft in enumerate(drafts):
        expected = draft.request.change_set.expected_revision
        if expected is None or expected >= revision:
            continue
        assets, links = _named(draft)
        missing = sorted(asset for asset in assets if asset not in world.assets)
        gone = sorted(link for link in links if link not in world.links)
        if missing or gone:
            asked.append(
                {
                    "draft": number,
                    "after": expected,
                    "assets": missing,
                    "keys": [world.key_of(link) for link in gone],
                    "ends": sorted({end for link in gone for end in (link.source, link.target)}),
                }
            )
    if not asked:
        return Conflicts({})
    rows = await unit.rows(named("changes/find_newer_changes"), {"asked": asked})
    found: list[tuple[int, int]] = rows[0][0]
    return Conflicts({id(drafts[number]): newest for number, newest in found})


def _newest_touched(world: World, draft: Draft) -> int:
    assets, links = _named(draft)
    for operation in draft.operations:
        if isinstance(operation, LinkWrite | LinkDelete) and operation.rule is not None and operation.key is None:
            links |= world.between.get((operation.rule.type.name, operation.source, operation.target), set())
    assets |= {asset for asset, _, _ in world.changed_assets()}
    links |= {link for link, _, _ in world.changed_links()}
    revisions = [world.asset_revisions.get(asset, 0) for asset in assets]
    revisions += [world.link_revisions.get(link, 0) for link in links]
    return max(revisions, default=0)


def _named(draft: Draft) -> tuple[set[str], set[Link]]:
    assets: set[str] = set()
    links: set[Link] = set()
    for operation in draft.operations:
        match operation:
            case AssetWrite() if operation.rule is not None:
                assets.update((operation.id, *(operation.parents or ())))
            case AssetDelete() if operation.sound:
                assets.add(operation.id)
            case LinkWrite() | LinkDelete() if operation.rule is not None:
                assets.update((operation.source, operation.target))
                links.add(Link(operation.rule.type.name, operation.source, operation.target, operation.key or ""))
            case _:
                pass  # so faulty that nothing can be named so
    return assets, links
