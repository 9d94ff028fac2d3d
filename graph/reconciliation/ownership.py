"""Who is master of an asset: told by its ids in other systems, or by one of its properties."""

from __future__ import annotations

from dataclasses import dataclass

from graph.reconciliation.model import FoundAsset, SaidAsset
from graph.reconciliation.question import Extent


@dataclass(frozen=True, slots=True)
class Ownership:
    """Tells owners by what an extent says of them."""

    extent: Extent

    def owner(self, asset: FoundAsset | SaidAsset | None) -> str | None:
        """Return whom the owner property of an asset names; None where it names nobody."""
        value = None if asset is None else asset.values.get(self.extent.owner_property)
        return None if value is None else str(value)

    def owns(self, found: FoundAsset, said: SaidAsset | None) -> bool:
        """Whether the source is master of an asset, by what the twin or the source itself says of it."""
        name = self.extent.owned_by
        if name is None:
            return True
        return any(
            self.owner(each) == name or any(reference.system == name for reference in each.external_ids or ())
            for each in (found, said)
            if each is not None
        )
