"""References of AAS: which asset a chain of keys leads to."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.bulk.formats.json_tree import Tree, at, text, trees
from graph.ontology.model import Json

Way = tuple[str, ...]


def keys(reference: Json) -> Way:
    """Return the values of a reference's keys, outermost first."""
    return tuple(value for key in trees(at(reference, "keys")) if (value := text(key.get("value"))) is not None)


def asset_of_shell(shell: Tree) -> str | None:
    """Return the id of the asset that a shell is about: its global asset id, or else the shell's own id."""
    return text(at(shell, "assetInformation", "globalAssetId")) or text(shell.get("id"))


@dataclass(frozen=True, slots=True)
class Places:
    """Where assets are: the ids of shells, of assets, and ways to entities inside submodels."""

    assets: dict[Way, str] = field(default_factory=dict[Way, str])

    def note_shell(self, shell: Tree) -> None:
        """Note the asset of a shell under the shell's id and under its own."""
        asset, shell_id = asset_of_shell(shell), text(shell.get("id"))
        if asset is not None and shell_id is not None:
            self.assets[shell_id,] = self.assets[asset,] = asset

    def note_entity(self, way: Way, asset: str) -> None:
        """Note the asset of an entity under its way from the submodel on, and under its own id."""
        self.assets[way] = asset
        self.assets.setdefault((asset,), asset)

    def asset(self, reference: Json) -> str | None:
        """Return the asset that a reference leads to, or None where it leads to something else."""
        way = keys(reference)
        if at(reference, "type") == "ExternalReference" and len(way) == 1:
            return way[0]
        return self.assets.get(way)
