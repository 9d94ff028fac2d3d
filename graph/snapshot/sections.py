"""The arrays of a snapshot by name, as files hold them, and a snapshot of such arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from graph.identity import Revision, Tenant
from graph.kernel import Baseline, Containment, Ids, Supplies, Texts, flows_of
from graph.kernel.arrays import I64, NO_ASSETS, NO_NUMBERS, Net
from graph.kernel.pools import OPTIONAL, POOL_OF, Pool, Pools, room_for
from graph.snapshot.model import Snapshot
from graph.snapshot.rules import Rules

Array: TypeAlias = NDArray[Any]
Arrays: TypeAlias = Mapping[str, Array]

_NET: Final = "net."


def room_of(name: str, arrays: Arrays) -> int:
    """How many rows of room belong behind an array, one of those of a snapshot."""
    pool = POOL_OF.get(name.removeprefix(_NET))
    return 0 if pool is None else room_for(pool, arrays[name].shape[0], arrays[f"{_NET}assets"])


def arrays_of(snapshot: Snapshot, baseline: Baseline) -> dict[str, Array]:
    """All arrays of a snapshot. Those of a pool have as many rows as any network that shares it had by now."""
    supplies = snapshot.supplies
    net = {f"{_NET}{name}": getattr(supplies.net, name) for name in Net._fields}
    early, late, gone = supplies.ids.packed()
    return {
        **{name: array for name, array in net.items() if array.size or name.removeprefix(_NET) not in OPTIONAL},
        "sources": supplies.sources,
        **_packed("texts", supplies.texts),
        **_named("ids", early),
        **_packed("later", late),
        "gone": gone,
        "kinds": snapshot.kinds,
        "containment.rows": snapshot.containment.rows,
        "containment.parents": snapshot.containment.parents,
        "x": baseline.x,
        "rank": baseline.rank,
        "loose": baseline.loose,
    }


def snapshot_of(
    arrays: Arrays, buffers: Arrays, rules: Rules, *, tenant: Tenant, revision: Revision, fresh: int
) -> Snapshot:
    """The snapshot of arrays; `buffers` are those of pools with the room behind, `fresh` as in the baseline."""
    _, flow_of = flows_of(rules.types)
    supplies = Supplies(
        ids=_ids(arrays),
        net=_net(arrays),
        pools=_pools(arrays, buffers),
        types=rules.types,
        flows=rules.flows,
        flow_of=flow_of,
        sources=arrays["sources"],
        texts=Texts(_unpacked(arrays, "texts")),
    )
    return Snapshot(
        tenant=tenant,
        revision=revision,
        supplies=supplies,
        kinds=arrays["kinds"],
        kind_names=rules.kind_names,
        containment=Containment(rows=arrays["containment.rows"], parents=arrays["containment.parents"]),
        baseline=Baseline(x=arrays["x"], rank=arrays["rank"], loose=arrays["loose"], fresh=fresh),
    )


def _net(arrays: Arrays) -> Net:
    left_out = {"capacity": NO_NUMBERS, "needed": NO_NUMBERS, "delay": NO_NUMBERS, "key": NO_ASSETS}
    return Net(**{name: arrays.get(f"{_NET}{name}", left_out.get(name)) for name in Net._fields})  # pyright: ignore[reportArgumentType]


def _pools(arrays: Arrays, buffers: Arrays) -> Pools:
    found = {name: buffers[f"{_NET}{name}"] for name in POOL_OF if f"{_NET}{name}" in buffers}
    used: dict[Pool, int] = {pool: arrays[f"{_NET}{pool}"].shape[0] for pool in ("groups", "members", "outs")}
    return Pools(found, used)


def _ids(arrays: Arrays) -> Ids:
    base = Ids(arrays["ids.text"].data, arrays["ids.ends"])
    late, gone = _unpacked(arrays, "later"), arrays["gone"].tolist()
    return base.changed(came=late, went=gone) if late or gone else base


# ---- texts -----------------------------------------------------------------------------------------------------------


def _named(name: str, packed: tuple[bytes | memoryview, I64]) -> dict[str, Array]:
    return {f"{name}.text": np.frombuffer(packed[0], np.uint8), f"{name}.ends": packed[1]}


def _packed(name: str, texts: Sequence[str]) -> dict[str, Array]:
    encoded = [each.encode() for each in texts]
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    return _named(name, (b"".join(encoded), np.cumsum(lengths)))


def _unpacked(arrays: Arrays, name: str) -> list[str]:
    whole, ends = arrays[f"{name}.text"].tobytes(), arrays[f"{name}.ends"].tolist()
    return [whole[start:end].decode() for start, end in zip([0, *ends[:-1]], ends, strict=True)] if ends else []
