"""A snapshot put in order: positions in the order of ids, nothing that is no more, and the same in all it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from graph.kernel import ArrayEvaluator, Baseline, Ids, Texts, assemble, containment_of, supplies_in
from graph.kernel.arrays import I32, NO_ASSETS
from graph.snapshot.model import Family, Snapshot
from graph.snapshot.rules import Rules


def tidied(snapshot: Snapshot, rules: Rules, evaluator: ArrayEvaluator | None = None) -> Snapshot:
    """The snapshot as if it had just been read, from memory alone; with the baseline of `evaluator`, if that is given.

    Cost: as much as making it from what was read, and a second copy while it lasts.
    """
    there = np.flatnonzero(snapshot.there).astype(np.int32)
    order = snapshot.ids.in_order(there)
    place = np.full(snapshot.size, -1, np.int32)
    place[order] = np.arange(order.size, dtype=np.int32)
    texts = Texts()
    supplies = snapshot.supplies
    columns = supplies_in(supplies, there)
    names = np.zeros(len(supplies.texts), np.int32)
    used: list[int] = np.union1d(columns.name, columns.key).tolist()
    for at in used:
        names[at] = texts.position(supplies.texts[at])
    columns = columns._replace(
        provider=place[columns.provider],
        dependant=place[columns.dependant],
        name=names[columns.name],
        key=names[columns.key],
    )
    made = assemble(
        Ids.of(snapshot.ids[at] for at in order.tolist()),
        rules.types,
        texts,
        np.ascontiguousarray(supplies.sources[:, order]),
        columns,
    )
    rows, parents = snapshot.containment
    children = np.repeat(np.arange(rows.shape[0], dtype=np.int32), rows[:, 1])
    held = np.concatenate([NO_ASSETS, *([parents[_listed(rows)]] if children.size else [])])
    return replace(
        snapshot,
        supplies=made,
        kinds=snapshot.kinds[order],
        containment=containment_of(place[children], place[held], assets=order.size),
        family=Family(),
        number=0,
        baseline=None if evaluator is None else _moved(evaluator.engine.baseline, order, place),
    )


def _listed(rows: I32) -> I32:
    """Where in the pool of parents each child's are, child by child."""
    starts = np.repeat(rows[:, 0] - np.cumsum(rows[:, 1]) + rows[:, 1], rows[:, 1])
    return (starts + np.arange(starts.size)).astype(np.int32)


def _moved(baseline: Baseline, order: I32, place: I32) -> Baseline:
    loose = baseline.loose[:, place[baseline.loose[1]] >= 0]
    return Baseline(
        x=baseline.x[order],
        rank=np.ascontiguousarray(baseline.rank[:, order]),
        loose=np.stack([loose[0], place[loose[1]]]).astype(np.int32),
        fresh=baseline.fresh,
    )
