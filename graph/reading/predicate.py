"""A filter, compiled: what must hold, and where to begin."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Predicate:
    """A compiled filter.

    `conditions` must all hold; `types` are labels of which one must (None: any); `within` names the parameter with
    the id of the container. `selective`: an index finds few by one of the conditions, so no other should be tried;
    `few`: surely so, for it asks for ids, names or unique values. `listed`: the property that must have one value,
    where that alone is selective and the own index of a concrete type has the assets of each value by name.
    `origin`: clauses that bind `n` to those at the other ends of few assets, each once; all that fit are among them.
    `plain` has conditions that name a label for the sake of its index, as they are where that index is not to serve:
    the types imply the label, and nobody need look for it in each asset.
    """

    conditions: list[str] = field(default_factory=list[str])
    types: tuple[str, ...] | None = None
    within: str | None = None
    selective: bool = False
    few: bool = False
    listed: str | None = None
    origin: str | None = None
    parameters: dict[str, object] = field(default_factory=dict[str, object])
    plain: dict[str, str] = field(default_factory=dict[str, str])

    def seek(self, *, few: bool = False, listed: str | None = None) -> None:
        """Note that an index finds few by a condition."""
        self.listed = None if self.selective else listed
        self.selective = True
        self.few |= few

    @property
    def unsought(self) -> list[str]:
        """What must hold, said so that no index of it serves."""
        return [self.plain.get(each, each) for each in self.conditions]

    @property
    def bare(self) -> bool:
        """Whether nothing but types is asked for."""
        return not self.conditions and self.within is None and self.origin is None

    @property
    def impossible(self) -> bool:
        """Whether nothing can fit."""
        return self.types == ()

    @property
    def anchored(self) -> bool:
        """Whether it says itself where to begin: at an index that finds few, or at other ends."""
        return self.selective or self.origin is not None
