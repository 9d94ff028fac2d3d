"""What each of many followers means by its filter, of the few assets at which something just happened.

Ids, types, places and levels are looked at in memory, which settles most. What is left is asked for together: all who
want to know something at the same moment share one question, however many they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from graph.access.principal import Principal
from graph.health.levels import RANK
from graph.health.view import View
from graph.identity import Tenant
from graph.impact import Level
from graph.ontology.model import Ontology
from graph.reading import AssetFilter

_EVERYTHING = AssetFilter()


class Choosing(Protocol):
    """Says which of some assets fit filters, as `graph.reading.ReadingService` does."""

    async def chosen(
        self,
        principal: Principal,
        ids: Sequence[str],
        *,
        filter: AssetFilter | None = None,  # noqa: A002
    ) -> Collection[str]:
        """Those of `ids` that exist and fit."""
        ...

    async def fitting(
        self, principal: Principal, ids: Sequence[str], filters: Sequence[AssetFilter]
    ) -> list[frozenset[str]]:
        """For each filter those of `ids` that exist and fit."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a follower means: all that is given must hold. `inside` an asset or itself, `below` one and not itself.

    `levels` are codes, `rest` is what has to be asked for; `key` is the same for the same rest.
    """

    ids: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    inside: str | None = None
    below: str | None = None
    levels: frozenset[int] | None = None
    rest: AssetFilter | None = None
    key: str = ""

    @classmethod
    def of(cls, wanted: AssetFilter | None, within: str | None, ontology: Ontology) -> Wish:
        """Return the wish that a filter is. Raises UnknownType."""
        if wanted is None:
            return cls(inside=within)
        kinds = None
        if wanted.types is not None:
            kinds = frozenset[str]().union(*(ontology.concrete(name) for name in wanted.types))
        rest = replace(wanted, ids=None, types=None, within=None, levels=None)
        return cls(
            ids=None if wanted.ids is None else frozenset(wanted.ids),
            kinds=kinds,
            inside=within,
            below=wanted.within,
            levels=None if wanted.levels is None else frozenset(RANK[Level(each)] for each in wanted.levels),
            rest=None if rest == _EVERYTHING else rest,
            key=repr(rest),
        )

    def holds(self, asset: str, view: View) -> bool:
        """Whether an asset is meant, as far as memory tells."""
        if self.ids is not None and asset not in self.ids:
            return False
        snapshot = view.snapshot
        if self.kinds is not None and snapshot.kind_of(asset) not in self.kinds:
            return False
        if self.levels is not None:
            at = snapshot.ids.find(asset)
            if at is None or int(view.levels[at]) not in self.levels:
                return False
        if self.inside is not None and not snapshot.is_within(asset, self.inside):
            return False
        return self.below is None or (asset != self.below and snapshot.is_within(asset, self.below))


@dataclass(slots=True)
class _Asked:
    """One question under way to be asked: by the key of what is left of filters, who waits for what of it."""

    principal: Principal
    assets: dict[str, None] = field(default_factory=dict[str, None])
    filters: dict[str, AssetFilter] = field(default_factory=dict[str, AssetFilter])
    answer: asyncio.Future[dict[str, frozenset[str]]] = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )


class Chooser:
    """Chooses for all followers of tenants."""

    def __init__(self, choosing: Choosing) -> None:
        self._choosing = choosing
        self._asked: dict[Tenant, _Asked] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def chosen(self, principal: Principal, assets: Sequence[str], wish: Wish, view: View) -> Collection[str]:
        """Those of some assets that a follower means, at a view. Raises what `Choosing.fitting` raises."""
        found = [each for each in assets if wish.holds(each, view)]
        if wish.rest is None or not found:
            return frozenset(found)
        asked = self._asked.get(principal.tenant)
        if asked is None:
            asked = self._asked[principal.tenant] = _Asked(principal)
            task = asyncio.create_task(self._ask(asked))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        asked.assets.update(dict.fromkeys(found))
        asked.filters[wish.key] = wish.rest
        fit = (await asyncio.shield(asked.answer))[wish.key]
        return fit.intersection(found)

    async def _ask(self, asked: _Asked) -> None:
        await asyncio.sleep(0)  # all who were woken together have said what they want by then
        self._asked.pop(asked.principal.tenant)
        try:
            found = await self._choosing.fitting(asked.principal, list(asked.assets), list(asked.filters.values()))
        except Exception as error:  # noqa: BLE001  handed to whoever waits
            asked.answer.set_exception(error)
            asked.answer.exception()  # seen, where nobody waits any more
        else:
            asked.answer.set_result(dict(zip(asked.filters, found, strict=True)))
