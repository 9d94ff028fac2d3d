"""Lines of the bulk format as the parts of the campus write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Line = dict[str, Any]


class Lines:
    """Collects lines; assets know what they are in, relationships their properties."""

    def __init__(self) -> None:
        self.assets: list[Line] = []
        self.relationships: list[Line] = []

    def asset(self, kind: str, identity: str, name: str, parent: str | None, /, **properties: Any) -> str:
        """Add an asset and return its id."""
        line: Line = {"kind": "asset", "id": identity, "type": kind, "name": name}
        if properties:
            line["properties"] = properties
        if parent is not None:
            line["parents"] = [parent]
        self.assets.append(line)
        return identity

    def relate(self, kind: str, source: str, target: str, /, **properties: Any) -> None:
        """Add a relationship."""
        line: Line = {"kind": "relationship", "type": kind, "from": source, "to": target}
        if properties:
            line["properties"] = properties
        self.relationships.append(line)

    def power(self, sources: Sequence[str], target: str, /, **properties: Any) -> None:
        """Feed `target` from any of `sources`."""
        for source in sources:
            self.relate("POWERS", source, target, **properties)

    def cool(self, sources: Sequence[str], target: str, /, *, demand: float, spare: int = 1, **properties: Any) -> None:
        """Cool `target` by `sources` together: all but `spare` of them carry `demand` (kW)."""
        share = round(demand / max(1, len(sources) - spare), 3)
        for source in sources:
            self.relate(
                "COOLS",
                source,
                target,
                group="cooling",
                combine="CAPACITY",
                needs=round(demand, 3),
                capacity=share,
                **properties,
            )
