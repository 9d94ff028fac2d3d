"""Stages: the migrations to run, each with its ontologies before, amid and after, and with its schema commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from graph.ontology.model import ChannelDefinition, Ontology
from migrations.effects import Reach, Relabelling, begun_anew, heirs_of, relabelling, replay
from migrations.errors import MigrationRefused
from migrations.files import History, Migration
from migrations.ledger import Facts, Standing
from migrations.schema import SchemaObject, difference, wanted_schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One migration to run, or the phases of it that are to be run now.

    `before` is the ontology it begins with (None: nothing), `middle` has what it adds and still what it takes away,
    `closing` is the same but that nobody may write that, `after` is without it. `closed`: that nobody writes it is in
    force already. `commands` make the constraints and indexes of the middle, `ending` those of the end;
    `relaxed` and `dropped` are no longer wanted in the middle and at the end. `position` counts from 0 in the order of
    application; `resumed` says that an earlier run began it and did not end.
    """

    migration: Migration
    before: Ontology | None
    middle: Ontology
    closing: Ontology
    after: Ontology
    chain: str
    position: int
    expand: bool
    backfill: bool
    contract: bool
    closed: bool = False
    commands: tuple[str, ...] = ()
    relaxed: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    resumed: bool = False

    @property
    def operations(self) -> int:
        """How many operations are run now."""
        found = self.migration
        return (
            len(found.expand) * self.expand + len(found.backfill) * self.backfill + len(found.contract) * self.contract
        )

    @property
    def ontology(self) -> Ontology:
        """What the database holds data of afterwards."""
        return self.after if self.contract else self.middle

    @property
    def heirs(self) -> Mapping[str, str]:
        """Asset types that go on under another name from the end on."""
        return heirs_of(self.migration)

    @property
    def beginning(self) -> Relabelling:
        """What labels do around the middle."""
        return relabelling(self.before, self.middle)

    @property
    def end(self) -> Relabelling:
        """What labels do around the end."""
        return relabelling(self.closing, self.after, self.heirs)

    @property
    def anew(self) -> tuple[ChannelDefinition, ...]:
        """Channels of which nothing is told afterwards that was kept before."""
        return () if self.before is None else begun_anew(self.before, self.ontology)

    @property
    def waits(self) -> bool:
        """Whether something stays to be taken away, by a step of its own."""
        return bool(self.migration.contract) and not self.contract


class Staging:
    """Makes the stages, one after the other."""

    def __init__(
        self,
        history: History,
        facts: Facts,
        compared: Standing,
        current: Ontology | None,
        there: Sequence[SchemaObject],
    ) -> None:
        self._history = history
        self._compared = compared
        self._populated = bool(facts.tenants)
        self._midway = {record.revision for record in facts.records if record.cursor is not None}
        self._closed = {record.revision for record in facts.records if record.amid is Reach.CLOSING}
        self._ontology = current
        self._found = list(there)
        self._done = list(compared.applied)
        # For a database that nobody uses: each change of the schema makes Neo4j forget the plans of all statements, and
        # to make them anew takes longer than the rest of a small version.
        self._at_once = not (self._populated or compared.waiting or compared.filling) and len(compared.pending) > 1

    def stages(self, *, complete: bool) -> tuple[Stage, ...]:
        """Return the stages."""
        found = [self._completion(revision) for revision in self._compared.waiting if complete or not self._populated]
        if complete:
            return tuple(found)
        if self._compared.waiting and self._populated and self._compared.pending:
            raise _waits(self._compared.waiting[0], self._compared.pending)
        before, there = self._ontology, tuple(self._found)
        for revision in self._compared.pending:
            stage = self._stage(revision)
            found.append(stage)
            if stage.waits:
                break
        return _at_once(found, exchange(there, before, found[-1].ontology)) if self._at_once else tuple(found)

    def _completion(self, revision: str) -> Stage:
        before = self._ontology
        assert before is not None, "what waits was applied"
        middle, closing = self._until(revision)
        after = replay(self._history, self._done)
        ending, dropped = self._schema(after)
        self._ontology = after
        return Stage(
            migration=self._history[revision],
            before=before,
            middle=middle,
            closing=closing,
            after=after,
            closed=revision in self._closed,
            chain=self._history.chain(revision),
            position=self._done.index(revision),
            expand=False,
            backfill=False,
            contract=True,
            ending=ending,
            dropped=dropped,
            resumed=revision in self._midway,
        )

    def _stage(self, revision: str) -> Stage:
        migration = self._history[revision]
        self._done.append(revision)
        contract = bool(migration.contract) and not self._populated
        before = self._ontology
        middle, closing = self._until(revision)
        after = replay(self._history, self._done) if migration.contract else middle
        commands, relaxed = self._schema(middle)
        ending, dropped = self._schema(after) if contract else ((), ())
        filling = revision in self._compared.filling
        self._ontology = after if contract else middle
        return Stage(
            migration=migration,
            before=before,
            middle=middle,
            closing=closing,
            after=after,
            chain=self._history.chain(revision),
            position=len(self._done) - 1,
            expand=not filling,
            backfill=True,
            contract=contract,
            commands=commands,
            relaxed=relaxed,
            ending=ending,
            dropped=dropped,
            resumed=revision in self._compared.begun,
        )

    def _until(self, revision: str) -> tuple[Ontology, Ontology]:
        """Return the ontologies amid a migration: while everything may be written, and while some is taken away."""
        middle = replay(self._history, self._done, {revision: Reach.MIDDLE})
        if not self._history[revision].contract:
            return middle, middle
        return middle, replay(self._history, self._done, {revision: Reach.CLOSING})

    def _schema(self, ontology: Ontology) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return what makes the schema of `ontology` of what is found, and what of that of the one before goes then.

        Nothing where the schema of the last version is made at once.
        """
        if self._at_once:
            return (), ()
        found = exchange(self._found, self._ontology, ontology)
        self._found = list(found.left)
        return found.commands, found.dropped


def _at_once(stages: Sequence[Stage], whole: Exchange) -> tuple[Stage, ...]:
    """Return stages of which the first makes the `whole` schema that the last wants, and the last drops what goes."""
    first, *between, last = stages
    gone = {"dropped" if last.contract else "relaxed": whole.dropped}
    return replace(first, commands=whole.commands), *between, replace(last, **gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """Commands that make a schema of another, those that drop what is not wanted any more, and what is left then."""

    commands: tuple[str, ...]
    dropped: tuple[str, ...]
    left: tuple[SchemaObject, ...]


def exchange(
    there: Sequence[SchemaObject], before: Ontology | None, after: Ontology, *, beyond: Ontology | None = None
) -> Exchange:
    """Return how the schema of `after` is made of what is there; what only `before` wanted goes, or only `beyond`."""
    lacking = difference(wanted_schema(after), there)
    replaced = lacking.replaced
    had = {each.content for ontology in (before, beyond) if ontology is not None for each in wanted_schema(ontology)}
    gone = [each for each in lacking.extra if each.content in had and each.name not in replaced]
    names = replaced | {each.name for each in gone}
    return Exchange(
        commands=lacking.commands,
        dropped=tuple(each.drop for each in gone),
        left=(*(each for each in there if each.name not in names), *lacking.missing),
    )


def _waits(revision: str, pending: Sequence[str]) -> MigrationRefused:
    return MigrationRefused(
        f"{revision} is applied, but what it takes away is still there, and {pending[0]} builds on that being gone",
        expected="a completed migration",
        actual=f"{revision} waits for its contract phase",
        hint="Run `twin ontology complete` when nobody uses that any more, then apply again",
    )
