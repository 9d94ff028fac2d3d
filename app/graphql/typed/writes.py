"""The mutations of an ontology's types, and what resolves them: each is a change set, judged as any other."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

from graphql import (
    GraphQLArgument,
    GraphQLDefaultInput,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLUnionType,
)

from app.graphql.info import asked_at
from app.graphql.inputs import applied, conflicting, rejected
from app.graphql.rows import pick_by_name
from app.graphql.selection import merged
from app.graphql.typed import descriptions
from app.graphql.typed.changes import TypeChanges, Wanted
from app.graphql.typed.ends import EndField
from app.graphql.typed.lists import Reads
from app.graphql.typed.objects import Objects
from app.graphql.typed.words import Words
from app.graphql.typed.wrapping import needed
from app.graphql.typed.write_inputs import WriteInputs
from graph.access import Scope
from graph.errors import ChangesRefused, RevisionConflict, TwinError
from graph.ontology.model import AssetType, Ontology
from graph.ontology.names import mutations_of
from graph.reading import AssetSelection, Row

if TYPE_CHECKING:
    from app.graphql.context import Context


class Writes:
    """Makes the mutations of an ontology's concrete types."""

    def __init__(self, ends: Mapping[str, tuple[EndField, ...]], words: Words, objects: Objects, reads: Reads) -> None:
        self._ends = ends
        self._words = words
        self._objects = objects
        self._reads = reads
        self._inputs = WriteInputs(ends, words)
        kinds = words.types
        self._id = GraphQLArgument(needed(kinds["ID"]))
        self._cascade = _flag(words, "With all it contains; spares what has another parent")
        self._options = {
            "dryRun": _flag(words, "Only check"),
            "expectedRevision": GraphQLArgument(
                kinds["Long"], description="Refused where anything that is named has changed since"
            ),
            "idempotencyKey": GraphQLArgument(
                kinds["String"], description="The same under the same key is written once, and answered again"
            ),
        }

    def roots(self, ontology: Ontology) -> dict[str, GraphQLField]:
        """Return the mutations of all types, by name."""
        concrete = (kind for kind in ontology.asset_types.values() if not kind.abstract)
        return dict(field for kind in concrete for field in self._of_type(kind))

    def _of_type(self, kind: AssetType) -> Iterator[tuple[str, GraphQLField]]:
        create, update, delete = mutations_of(kind.graphql)
        changes, result = TypeChanges(kind, self._ends[kind.name]), needed(self._result(kind))
        creation = {"input": GraphQLArgument(needed(self._inputs.create_of(kind)))}
        text = f"Create an asset of the type {kind.name}; refused where its id is taken."
        yield (
            create,
            self._field(kind, AssetWriter(kind, changes.creation, self._reads), creation, answer=result, text=text),
        )
        changed = {"id": self._id, "input": GraphQLArgument(needed(self._inputs.update_of(kind)))}
        text = f"Change an asset that is exactly of the type {kind.name}."
        yield (
            update,
            self._field(kind, AssetWriter(kind, changes.update, self._reads), changed, answer=result, text=text),
        )
        named, ended = {"id": self._id, "cascade": self._cascade}, needed(self._words.types["ApplyChangesResult"])
        text = f"Delete an asset that is exactly of the type {kind.name}; by `cascade` with all it contains."
        yield delete, self._field(kind, deleter(changes), named, answer=ended, text=text)

    def _field(
        self, kind: AssetType, resolver: object, arguments: Mapping[str, GraphQLArgument], *, answer: Any, text: str
    ) -> GraphQLField:
        return GraphQLField(
            answer,
            dict(sorted({**arguments, **self._options}.items())),
            resolve=cast("Any", resolver),
            description=text,
            deprecation_reason=descriptions.deprecation(kind.deprecation),
        )

    def _result(self, kind: AssetType) -> GraphQLUnionType:
        types = self._words.types
        written = GraphQLObjectType(
            f"{kind.graphql}Written",
            lambda: {
                "applied": GraphQLField(
                    needed(types["ChangesApplied"]), resolve=pick_by_name, description="What was written"
                ),
                "asset": GraphQLField(
                    self._objects.made[kind.graphql],
                    resolve=pick_by_name,
                    description="As it is after it; null of a dry run, or where it is gone again",
                ),
            },
            description=f"An asset of the type {kind.name} was written, or checked if it was a dry run.",
        )
        return GraphQLUnionType(
            f"{kind.graphql}Result",
            [written, types["ChangesRejected"], types["RevisionConflict"]],
            resolve_type=_named,
            description=f"How writing an asset of the type {kind.name} ended.",
        )


class AssetWriter:
    """Resolves a mutation that answers with the asset: a change set, then one statement for what is asked of it."""

    def __init__(self, kind: AssetType, meant: Callable[[Mapping[str, object]], Wanted], reads: Reads) -> None:
        self._kind = kind
        self._meant = meant
        self._reads = reads

    async def __call__(self, _root: object, info: GraphQLResolveInfo[Context], /, **given: object) -> Row:
        """Write it, or say everything that is wrong with it."""
        context, wanted = info.context, self._meant(given)
        selection = self._selection(info)
        if selection is not None:
            # Once it is written, it would be too late to refuse.
            context.principal.demand(Scope.READ)
        row = await _applied(context, wanted)
        if row["__typename"] != "ChangesApplied":
            return row
        asset: object = None
        if selection is not None and not wanted.change_set.dry_run:
            asset = await self._asset(context, wanted.asset, selection)
        return {"__typename": f"{self._kind.graphql}Written", "applied": row, "asset": cast("Any", asset)}

    def _selection(self, info: GraphQLResolveInfo[Context]) -> AssetSelection | None:
        asked = [each for each in asked_at(info, self._reads.reader).fields if each.name == "asset"]
        return self._reads.selections.asset(merged(asked)) if asked else None

    async def _asset(self, context: Context, asset: str, selection: AssetSelection) -> Row | TwinError | None:
        """The asset as it is now. What keeps it from being read is an error of its field alone: it was written."""
        try:
            found = await context.reading.asset(context.principal, asset, selection)
        except TwinError as error:
            return error
        # Somebody may have deleted it meanwhile, and made another of its id.
        return found if found is not None and found["__typename"] == self._kind.name else None


def deleter(changes: TypeChanges) -> Callable[..., Awaitable[Row]]:
    """Return what resolves the mutation that deletes an asset."""

    async def resolve(_root: object, info: GraphQLResolveInfo[Context], /, **given: object) -> Row:
        return await _applied(info.context, changes.deletion(given))

    return resolve


async def _applied(context: Context, wanted: Wanted) -> Row:
    """The row of how the change set ended."""
    try:
        return applied(await context.changes.apply(context.principal, wanted.change_set))
    except ChangesRefused as refusal:
        return rejected([wanted.problem(each) for each in refusal.problems], names=context.names)
    except RevisionConflict as conflict:
        return conflicting(conflict)


def _flag(words: Words, description: str) -> GraphQLArgument:
    return GraphQLArgument(words.types["Boolean"], default=GraphQLDefaultInput(False), description=description)  # noqa: FBT003 - a default is given by place


def _named(row: Row, _info: object, _abstract: object) -> str:
    return cast("str", row["__typename"])
