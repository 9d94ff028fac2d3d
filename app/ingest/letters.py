"""The door to dead letters for whoever holds a principal: looking at them, sending them again, forgetting them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.ingest.intake import Intake
from app.ingest.mqtt_service import mapping_of
from app.ingest.replaying import Replay, Replayer
from app.settings import Settings
from graph.access import Principal, Scope
from graph.clock import SystemClock
from graph.deadletters import DeadLetterPage, DeadLetters
from graph.errors import ValueInvalid
from graph.state import StateService

AT_ONCE: Final = 500
"""Letters that are sent again, or forgotten, in one go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which dead letters: by their ids, or (`every`) all that wait, of one reason (`code`) or any."""

    ids: tuple[str, ...] = ()
    every: bool = False
    code: str | None = None

    def check(self) -> None:
        """Raise ValueInvalid for neither and for both."""
        if bool(self.ids) == self.every or (self.ids and self.code):
            raise ValueInvalid("Which dead letters?", expected="ids, or all, which a code narrows down")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replays:
    """What became of some dead letters; `cursor` leads to those that were chosen too, None: these were all."""

    letters: tuple[Replay, ...]
    cursor: str | None


class LetterDesk:
    """Dead letters of principals' tenants; all of it takes scopes read and operate. Stores are opened when needed."""

    def __init__(self, letters: Callable[[], DeadLetters], replayer: Callable[[], Replayer]) -> None:
        self._letters = letters
        self._replayer = replayer

    async def page(
        self,
        principal: Principal,
        *,
        first: int,
        after: str | None = None,
        code: str | None = None,
        replayed: bool = False,
    ) -> DeadLetterPage:
        """Return the `first` letters that wait, or were replayed, the newest first. Raises as `DeadLetters.page`."""
        _demand(principal)
        return await self._letters().page(principal.tenant, first=first, after=after, code=code, replayed=replayed)

    async def replay(
        self,
        principal: Principal,
        choice: Choice,
        *,
        first: int = AT_ONCE,
        after: str | None = None,
        dry_run: bool = False,
    ) -> Replays:
        """Send letters again, one after the other, or (`dry_run`) tell what would become of them.

        Of all that wait the `first` after a cursor. Raises Forbidden, ValueInvalid, and what `Replayer.replay` raises.
        """
        _demand(principal)
        choice.check()
        ids, cursor = choice.ids, None
        if choice.every:
            page = await self._letters().page(principal.tenant, first=first, after=after, code=choice.code)
            ids = tuple(each.id for each in page.letters)
            cursor = page.cursor(len(ids) - 1) if page.more else None
        replayer = self._replayer()
        done = [each for id_ in ids for each in await replayer.replay(principal, [id_], dry_run=dry_run)]
        return Replays(letters=tuple(done), cursor=cursor)

    async def drop(self, principal: Principal, choice: Choice) -> int:
        """Forget letters; how many there were. Raises Forbidden, ValueInvalid, LimitExceeded."""
        _demand(principal)
        choice.check()
        letters = self._letters()
        if not choice.every:
            return await letters.drop(principal.tenant, choice.ids)
        dropped = 0
        while True:
            page = await letters.page(principal.tenant, first=AT_ONCE, code=choice.code)
            dropped += await letters.drop(principal.tenant, [each.id for each in page.letters])
            if not page.more:
                return dropped


def _demand(principal: Principal) -> None:
    """A gateway that sends events has no business with what others sent."""
    principal.demand(Scope.READ)
    principal.demand(Scope.OPERATE)


def letter_desk(settings: Settings, states: StateService, letters: Callable[[], DeadLetters]) -> LetterDesk:
    """Return the desk of the settings; a replay reads the mapping file anew, for it may be right by now."""

    def replayer() -> Replayer:
        return Replayer(letters(), Intake(states, SystemClock()), states, mapping_of(settings))

    return LetterDesk(letters, replayer)
