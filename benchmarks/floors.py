"""Bare techniques on the arrays of a network: what ours can be held against."""

from __future__ import annotations

import numpy as np

from graph.kernel.arrays import I32, MEMBER_COUNT, NEEDS, OUT_COUNT, OUTS, OWNER, U8, Net
from graph.kernel.jit import compiled


class Floor:
    """A network in the smallest form that two bare searches need, with their scratch."""

    def __init__(self, net: Net) -> None:
        size = net.assets.shape[0]
        self.owner: I32 = net.groups[:, OWNER].copy()
        self.starts: I32 = np.append(net.assets[:, OUTS], net.outs.size).astype(np.int32)
        assert (np.diff(self.starts) == net.assets[:, OUT_COUNT]).all(), "a network as it was built"
        self.outs: I32 = net.outs.copy()
        self.straight: I32 = np.where(net.outs < 0, net.outs, ~self.owner[np.maximum(net.outs, 0)]).astype(np.int32)
        self.left: I32 = (net.groups[:, MEMBER_COUNT] - net.groups[:, NEEDS] + 1).astype(np.int32)
        self._touched: I32 = np.zeros(net.outs.size, np.int32)
        self._seen: U8 = np.zeros(size, np.uint8)
        self._queue: I32 = np.zeros(size, np.int32)

    def reachable(self, roots: I32) -> int:
        """How many assets can be reached from some, whatever they need."""
        return search(self.starts, self.straight, self.owner, self.left, self._touched, self._seen, self._queue, roots)

    def fallen(self, roots: I32) -> int:
        """How many assets fall with some where each is up or down, by counting lost members; without logs or proofs."""
        return search(self.starts, self.outs, self.owner, self.left, self._touched, self._seen, self._queue, roots)


@compiled
def search(starts: I32, outs: I32, owner: I32, left: I32, touched: I32, seen: U8, queue: I32, roots: I32) -> int:
    """Breadth first from `roots`; `outs` are ~asset, or a group that passes on when `left` of its members are lost."""
    head, tail, lost = 0, 0, 0
    for root in roots:
        seen[root] = 1
        queue[tail] = root
        tail += 1
    while head < tail:
        at = queue[head]
        head += 1
        for i in range(starts[at], starts[at + 1]):
            out = outs[i]
            if out >= 0:
                touched[lost] = out
                lost += 1
                left[out] -= 1
                if left[out] != 0:
                    continue
                out = ~owner[out]
            if not seen[~out]:
                seen[~out] = 1
                queue[tail] = ~out
                tail += 1
    for i in range(tail):
        seen[queue[i]] = 0
    for i in range(lost):
        left[touched[i]] += 1
    return tail
