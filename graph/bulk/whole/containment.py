"""Containment has no cycles: found by peeling, from the outside in, what contains nothing that is left (Kahn, 1962)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from graph.bulk.staging import Staging
from graph.errors import Problem
from graph.ontology.model import Ontology

_EDGES = """
SELECT parent.number, child.number FROM link
JOIN asset parent ON parent.id = link.source JOIN asset child ON child.id = link.target
WHERE link.type IN ({types})
UNION ALL
SELECT parent.number, child.number FROM stored
JOIN asset parent ON parent.id = stored.source JOIN asset child ON child.id = stored.target
WHERE stored.type IN ({types}) AND NOT child.reparented
"""
_LINES = """
SELECT link.line, link.source, link.target FROM link
JOIN asset parent ON parent.id = link.source JOIN asset child ON child.id = link.target
JOIN cyclic one ON one.number = parent.number JOIN cyclic other ON other.number = child.number
WHERE link.type IN ({types}) AND link.line IS NOT NULL
"""


def refuse_cycles(staging: Staging, ontology: Ontology) -> None:
    """Refuse the file's containments between assets that would contain each other in a circle."""
    types = ",".join(f"'{kind.name}'" for kind in ontology.containment_types)
    if not types:
        return
    edges = np.fromiter(
        (number for row in staging.rows(_EDGES.format(types=types)) for number in row), dtype=np.int64
    ).reshape(-1, 2)
    parents, children = edges[:, 0], edges[:, 1]
    cyclic = np.intersect1d(unpeelable(parents, children), unpeelable(children, parents))
    if not len(cyclic):
        return
    staging.rows("CREATE TEMP TABLE IF NOT EXISTS cyclic (number INTEGER PRIMARY KEY)")
    staging.rows("DELETE FROM cyclic")
    staging.many("INSERT INTO cyclic VALUES (?)", ((int(number),) for number in cyclic))
    for line, parent, child in staging.rows(_LINES.format(types=types)).fetchall():
        staging.refuse(line, _problem(parent, child))


def unpeelable(parents: NDArray[np.int64], children: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the nodes that are left when nodes without parents are taken away again and again.

    `parents` and `children` are the two ends of each edge. Each edge is looked at once.
    """
    if not len(parents):
        return np.empty(0, dtype=np.int64)
    names, flat = np.unique(np.concatenate([parents, children]), return_inverse=True)
    above, below = flat[: len(parents)], flat[len(parents) :]
    order = np.argsort(above, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(above, minlength=len(names)))])
    below = below[order]
    waiting = np.bincount(below, minlength=len(names))
    frontier = np.flatnonzero(waiting == 0)
    while len(frontier):
        waiting[frontier] = -1
        reached = _gather(below, starts[frontier], starts[frontier + 1])
        np.subtract.at(waiting, reached, 1)
        frontier = np.unique(reached[waiting[reached] == 0])
    return names[waiting > 0]


def _gather(values: NDArray[np.int64], begins: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return values[begin:end] of all ranges, one after the other."""
    lengths = ends - begins
    offsets = np.repeat(begins - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return values[offsets + np.arange(int(lengths.sum()))]


def _problem(parent: str, child: str) -> Problem:
    return Problem(
        code="CONTAINMENT_CYCLE",
        message=f"{parent!r} would contain {child!r} and be contained in it",
        asset=child,
        expected="containment without a circle",
        actual=f"{parent!r} contains {child!r}, in a circle",
        hint="Take one of the containments of the circle out",
    )
