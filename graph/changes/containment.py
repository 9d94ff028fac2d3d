"""Nothing contains itself, judged on the end state: a change set may move things around on its way there."""

from __future__ import annotations

from graph.changes.images import Link
from graph.changes.trial import Trial
from graph.changes.world import World


def judge_containment(trial: Trial) -> None:
    """Refuse each cycle that new containments close, once."""
    reported: set[frozenset[str]] = set()
    for link, before, after in trial.world.changed_links():
        if before is not None or after is None or link.type not in trial.world.rules.containment:
            continue
        cycle = _cycle(trial.world, link)
        if cycle is None or frozenset(cycle) in reported:
            continue
        reported.add(frozenset(cycle))
        trial.refuse(
            "CONTAINMENT_CYCLE",
            f"{link.source} would come to contain itself",
            change=trial.origin[link],
            asset=link.target,
            expected="a hierarchy without cycles",
            actual=" in ".join(cycle if len(cycle) <= 12 else [*cycle[:6], "…", *cycle[-5:]]),
            hint="Take one of these containments away in the same change set",
        )


def _cycle(world: World, link: Link) -> list[str] | None:
    # Whatever contains something has a known child here: ancestors were read with the edges that lead up to them.
    if not world.children.get(link.target):
        return None
    reached = {link.source: ""}
    waiting = [link.source]
    while waiting:
        asset = waiting.pop()
        if asset == link.target:
            return [*_trail(reached, asset), link.source]
        for up in world.parents.get(asset, ()):
            if up.source not in reached:
                reached[up.source] = asset
                waiting.append(up.source)
    return None


def _trail(reached: dict[str, str], top: str) -> list[str]:
    trail = [top]
    while below := reached[trail[-1]]:
        trail.append(below)
    return trail[::-1]
