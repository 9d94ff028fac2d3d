"""Compiles a selection into one Cypher expression over an asset, relationship or change: pure, from the ontology alone.

Labels, types and property names come from the checked ontology through the one quoting function; all else are
parameters. What an asset reaches comes as `COLLECT` subqueries inside the expression, so that a whole tree is one
statement. Pages inside go by id: `x._id > $after` holds from the start, where `after` is the empty text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graph.database import quoted
from graph.reading import decoding
from graph.reading.directions import Direction, arrow
from graph.reading.fragments import Fragment, Read, Slot, held
from graph.reading.kinds import Orientation, Vocabulary, labels
from graph.reading.limits import LIMITS, within_limit
from graph.reading.neighbours import after_condition, order_of
from graph.reading.ordering import SortKey, neighbour_keys
from graph.reading.predicates import compile_conditions, compile_edges
from graph.reading.selection import (
    AssetList,
    AssetReach,
    AssetSelection,
    AssetValue,
    ChangeConnectionSelection,
    ChangeSelection,
    ConnectionSelection,
    End,
    EndField,
    EntriesField,
    HistoryField,
    ListField,
    LiveField,
    NeighbourConnectionSelection,
    NeighboursField,
    PropertyField,
    ReachField,
    RelationshipConnectionSelection,
    RelationshipSelection,
    RelationshipsField,
    RelationshipValue,
    ValueField,
)
from graph.reading.unpacking import PropertyRead, Step, plain, type_name

_NEWEST = 2**63 - 1


def compile_asset(
    selection: AssetSelection,
    vocabulary: Vocabulary,
    *,
    variable: str = "n",
    prefix: str = "n",
    exact: str | None = None,
) -> Fragment:
    """Compile what is wanted of the asset in `variable`; `prefix` begins the names of parameters and new variables.

    `exact`: the type that it surely has, so that nobody need ask for its labels.
    """
    compiler = _Compiler(vocabulary, prefix)
    expression, decode = compiler.asset(selection, variable, (), exact)
    return compiler.fragment(expression, decode)


def compile_relationship(selection: RelationshipSelection, vocabulary: Vocabulary, *, variable: str = "r") -> Fragment:
    """Compile what is wanted of the relationship in `variable`, whose ends are in `<variable>f` and `<variable>t`."""
    compiler = _Compiler(vocabulary, variable)
    ends = {End.FROM: f"{variable}f", End.TO: f"{variable}t"}
    expression, decode = compiler.relationship(selection, variable, ends, ())
    return compiler.fragment(expression, decode)


def compile_change(
    selection: ChangeSelection, vocabulary: Vocabulary, *, variable: str = "c", prefix: str = "c"
) -> Fragment:
    """Compile what is wanted of the change record in `variable`; `prefix` begins the names of parameters."""
    compiler = _Compiler(vocabulary, prefix)
    expression, decode = compiler.change(selection, variable, ())
    return compiler.fragment(expression, decode)


def row_of(keys: Sequence[str], parts: Sequence[str]) -> str:
    """Return a row of a list: what it is sorted by and what is wanted of it, or where that is all, its columns."""
    return parts[0] if not keys and len(parts) == 1 else f"[{', '.join([*keys, *parts])}]"


def asked_of(field: ReachField) -> tuple[object, ...]:
    """Return what a cursor of this list must have been made for, the asset it hangs on apart."""
    return (field.reach.value, field.types, field.relationship_types, field.max_depth)


def one_hop(anchor: str, found: str, ways: Orientation) -> str:
    """Return clauses that bind `found` to each asset one hop from `anchor`, possibly several times."""
    branches: list[str] = []
    if ways.along or ways.both:
        branches.append(f"MATCH ({anchor})-[:{labels(ways.along + ways.both)}]->({found}:Asset)")
    if ways.against or ways.both:
        branches.append(f"MATCH ({anchor})<-[:{labels(ways.against + ways.both)}]-({found}:Asset)")
    if len(branches) == 1:
        return branches[0]
    return f"CALL ({anchor}) {{ " + " UNION ".join(f"{branch} RETURN {found}" for branch in branches) + " }"


def many_hops(anchor: str, found: str, ways: Orientation, depth: int | None) -> str:
    """Return clauses that bind `found` to what uniform `ways` reach: the planner prunes where ends alone matter."""
    hops = f"*1..{depth or ''}"
    if ways.along:
        return f"MATCH ({anchor})-[:{labels(ways.along)}{hops}]->({found}:Asset)"
    if ways.against:
        return f"MATCH ({anchor})<-[:{labels(ways.against)}{hops}]-({found}:Asset)"
    return f"MATCH ({anchor})-[:{labels(ways.both)}{hops}]-({found}:Asset)"


class _Compiler:
    def __init__(self, vocabulary: Vocabulary, prefix: str) -> None:
        self._words = vocabulary
        self._prefix = prefix
        self._variables = 0
        self._slots: list[Slot] = []
        self._history = False
        self._parameters: dict[str, object] = {}

    def fragment(self, expression: str, decode: decoding.Decode) -> Fragment:
        return Fragment(
            expression=expression,
            decode=decode,
            slots=tuple(self._slots),
            touches_history=self._history,
            parameters=self._parameters,
        )

    def asset(
        self, selection: AssetSelection, variable: str, path: tuple[int | str, ...], exact: str | None = None
    ) -> tuple[str, decoding.Decode]:
        nested = sum(step in ("of", "nodes", "edges") for step in path)
        within_limit(nested, LIMITS.selection_depth, place="selection", what="The number of lists inside lists")
        columns = [] if exact else [f"labels({variable})"]
        steps: list[Step] = []
        for position, field in enumerate(selection.fields):
            column, read = self._asset_field(field, variable, (*path, position))
            steps.append((field.key, len(columns) if column else 0, read, field.when))
            if column:
                columns.append(_only(column, field, variable))
        expression = f"[{', '.join(columns)}]"
        if exact is None:
            return expression, decoding.asset_decoder(tuple(steps), self._words)
        return expression, decoding.exact_decoder(tuple(steps), self._words.kind_named(exact))

    def _asset_field(self, field: object, variable: str, path: tuple[int | str, ...]) -> tuple[str, Read]:
        match field:
            case ValueField(value=value):
                return self._value(value, variable)
            case PropertyField(property=name):
                return _fetched(variable, name, self._words.fetched), PropertyRead(name)
            case ListField():
                return self._list(field, variable, path)
            case ReachField():
                return self._reach(field, variable, path)
            case RelationshipsField():
                return self._relationships(field, variable, path)
            case NeighboursField():
                return self._neighbours(field, variable, path)
            case LiveField():
                self._slots.append(held(f"{self._prefix}{len(self._slots)}", path))
                return f"{variable}._id", decoding.live_reader(self._slots[-1].name)
            case HistoryField():
                return self._changes(field.connection, variable, (*path, "connection"))
            case _:
                raise AssertionError(f"{field!r} is no field of an asset")

    def _value(self, value: AssetValue, variable: str) -> tuple[str, Read]:
        match value:
            case AssetValue.ID:
                return f"{variable}._id", plain
            case AssetValue.TYPE:
                return "", type_name
            case AssetValue.NAME:
                return f"{variable}.name", plain
            case AssetValue.REVISION:
                return f"{variable}._rev", plain
            case AssetValue.SOURCE_OF:
                return f"{variable}._sourceOf", decoding.source_of
            case AssetValue.PROPERTIES:
                return _properties(variable, self._words.dated), decoding.properties
            case AssetValue.EXTERNAL_IDS:
                node = self._variable()
                found = f"MATCH ({node}:_ExternalId)-[:_IDENTIFIES]->({variable}) WITH {node}"
                order = f"ORDER BY {node}.system, {node}.id"
                return f"COLLECT {{ {found} {order} RETURN [{node}.system, {node}.id] }}", decoding.external_ids

    def _list(self, field: ListField, variable: str, path: tuple[int | str, ...]) -> tuple[str, Read]:
        found, way = self._variable(), self._variable()
        expression, decode = self.asset(field.of, found, (*path, "of"))
        read = decoding.list_reader(decode)
        if not self._words.containment:
            return "[]", read
        types = labels(self._words.containment)
        if field.list is AssetList.PARENTS:
            clauses = f"MATCH ({variable})<-[:{types}]-({found}:Asset) WITH DISTINCT {found} ORDER BY {found}._id"
        else:
            # min(length(path)) would prune as well, but inside a list Neo4j takes it for an aggregation of the list.
            clauses = (
                f"MATCH ({variable})<-[:{types}*1..]-({found}:Asset) "
                f"WITH DISTINCT {found} WHERE {found} <> {variable} "
                f"MATCH {way} = shortestPath(({found})-[:{types}*1..]->({variable})) "
                f"WITH {found}, length({way}) AS {way}d ORDER BY {way}d, {found}._id"
            )
        return f"COLLECT {{ {clauses} RETURN {expression} }}", read

    def _reach(self, field: ReachField, variable: str, path: tuple[int | str, ...]) -> tuple[str, Read]:
        if field.max_depth is not None:
            within_limit(field.max_depth, LIMITS.depth, place="maxDepth", what="The depth", least=1)
        found = self._variable()
        ways = self._ways(field)
        deep = field.reach is not AssetReach.CHILDREN and field.max_depth != 1
        types = None if field.types is None else self._words.cover(field.types)
        if deep and not ways.uniform:
            self._slots.append(held(f"{self._prefix}{len(self._slots)}", path))
            return f"[{variable}._id]", decoding.pending_reader(self._slots[-1].name, ways)
        clauses = many_hops(variable, found, ways, field.max_depth) if deep else one_hop(variable, found, ways)
        here = "" if types is None else f" AND {found}:{labels(types)}"
        clauses = (
            "" if ways.empty or types == () else f"{clauses} WITH DISTINCT {found} WHERE {found} <> {variable}{here}"
        )
        only = None if types is None else self._words.only(types)
        return self._connection(
            field.connection, (variable, found), clauses, (*path, "connection"), asked_of(field), exact=only
        )

    def _ways(self, field: ReachField) -> Orientation:
        if field.reach in (AssetReach.CHILDREN, AssetReach.DESCENDANTS):
            return Orientation(along=self._words.containment)
        return self._words.orientation(field.reach, field.relationship_types)

    def _connection(
        self,
        connection: ConnectionSelection,
        variables: tuple[str, str],
        clauses: str,
        path: tuple[int | str, ...],
        asked: tuple[object, ...],
        *,
        exact: str | None,
    ) -> tuple[str, Read]:
        variable, found = variables
        slot = self._slot((*path, "page"), (str,), ("",))
        parts = [
            self.asset(wanted, found, (*path, name), exact) if wanted else None
            for name, wanted in (("nodes", connection.nodes), ("edges", connection.edges))
        ]
        keys = [f"{found}._id"] if decoding.with_keys(connection) else []
        read = decoding.connection_reader(
            connection,
            slot=slot,
            asked=asked,
            keys=len(keys),
            nodes=parts[0] and parts[0][1],
            edges=parts[1] and parts[1][1],
        )
        row = row_of(keys, [part[0] for part in parts if part])
        rows = (
            f"COLLECT {{ {clauses} AND {found}._id > ${slot}_after0 WITH {found} ORDER BY {found}._id "
            f"LIMIT ${slot}_first RETURN {row} }}"
        )
        total = f"COUNT {{ {clauses} RETURN {found} }}"
        return _wrapped(variable, clauses, rows, total, connection), read

    def _relationships(self, field: RelationshipsField, variable: str, path: tuple[int | str, ...]) -> tuple[str, Read]:
        connection = field.connection
        path = (*path, "connection")
        r, other = self._variable(), self._variable()
        slot = self._slot((*path, "page"), (str, str), ("", ""))
        types = self._relationship_types(field.types)
        ends = {End.FROM: f"{r}f", End.TO: f"{r}t", End.OTHER: other}
        parts = [
            self.relationship(wanted, r, ends, (*path, name)) if wanted else None
            for name, wanted in (("nodes", connection.nodes), ("edges", connection.edges))
        ]
        read = decoding.connection_reader(
            connection,
            slot=slot,
            asked=("relationships", field.direction, field.types),
            keys=2,
            nodes=parts[0] and parts[0][1],
            edges=parts[1] and parts[1][1],
        )
        pattern = arrow(field.direction, f"{r}:{labels(types)}") if types else ""
        clauses = f"MATCH ({variable}){pattern}({other}:Asset)" if types else ""
        columns = ", ".join([f"type({r})", f"{r}._key", *(part[0] for part in parts if part)])
        after = f"type({r}) > ${slot}_after0 OR (type({r}) = ${slot}_after0 AND {r}._key > ${slot}_after1)"
        rows = (
            f"COLLECT {{ {clauses} WHERE {after} WITH {r}, {other} ORDER BY type({r}), {r}._key LIMIT ${slot}_first "
            f"WITH {r}, {other}, startNode({r}) AS {r}f, endNode({r}) AS {r}t RETURN [{columns}] }}"
        )
        return _wrapped(variable, clauses, rows, f"COUNT {{ {clauses} RETURN {r} }}", connection), read

    def _neighbours(self, field: NeighboursField, variable: str, path: tuple[int | str, ...]) -> tuple[str, Read]:
        connection = field.connection
        path = (*path, "connection")
        r, other = self._variable(), self._variable()
        keys = self._neighbour_keys(field, r, other)
        slot = self._neighbour_slot(keys, path)
        nodes = self.asset(connection.nodes, other, (*path, "nodes")) if connection.nodes else None
        edges = self._neighbour(field, (r, other), (*path, "edges")) if connection.edges else None
        read = decoding.connection_reader(
            connection,
            slot=slot,
            asked=("neighbours", field.relationship, field.direction, field.filter, *_further(field)),
            keys=(len(keys) or 2) if decoding.with_keys(connection) else 0,
            nodes=nodes and nodes[1],
            edges=edges and edges[1],
        )
        pattern = arrow(field.direction, f"{r}:{labels((field.relationship,))}")
        fits = self._fitting(field, (r, other), slot)
        clauses = f"MATCH ({variable}){pattern}({other}:Asset)"
        after = f"({other}._id > ${slot}_after0 OR ({other}._id = ${slot}_after0 AND {r}._key > ${slot}_after1))"
        order, shown = f"{other}._id, {r}._key", [f"{other}._id", f"{r}._key"]
        if keys:
            after, order, shown = after_condition(keys, slot), order_of(keys), [key.shown for key in keys]
        shown = shown if decoding.with_keys(connection) else []
        row = row_of(shown, [part[0] for part in (nodes, edges) if part])
        rows = (
            f"COLLECT {{ {clauses} WHERE {' AND '.join([*fits, after])} WITH {r}, {other} "
            f"ORDER BY {order} LIMIT ${slot}_first RETURN {row} }}"
        )
        where = f" WHERE {' AND '.join(fits)}" if fits else ""
        return _wrapped(variable, clauses, rows, f"COUNT {{ {clauses}{where} RETURN {r} }}", connection), read

    def _neighbour_keys(self, field: NeighboursField, r: str, other: str) -> tuple[SortKey, ...]:
        """Return what is sorted by; nothing where it is the order that all have who ask for none."""
        if not field.order:
            return ()
        kind = self._words.ontology.relationship_type(field.relationship)
        ends = {Direction.OUT: kind.to_types, Direction.IN: kind.from_types}
        types = ends.get(field.direction, (*kind.from_types, *kind.to_types))
        return neighbour_keys(field.order, kind, self._words, (r, other), types=types)

    def _neighbour_slot(self, keys: tuple[SortKey, ...], path: tuple[int | str, ...]) -> str:
        if not keys:
            return self._slot((*path, "page"), (str, str), ("", ""))
        name = f"{self._prefix}{len(self._slots)}"
        types, start = tuple(key.types for key in keys), (None,) * len(keys)
        self._slots.append(Slot(name=name, path=(*path, "page"), keys=types, start=start, begins=True))
        return name

    def _fitting(self, field: NeighboursField, variables: tuple[str, str], slot: str) -> list[str]:
        found: list[str] = []
        if field.filter is not None:
            of_end = compile_conditions(field.filter, self._words, LIMITS, variable=variables[1], prefix=f"{slot}f")
            self._parameters.update(of_end.parameters)
            found += of_end.conditions
        if field.edges is not None:
            kind = self._words.ontology.relationship_type(field.relationship)
            own = compile_edges(field.edges, kind, self._words, variables=variables, prefix=f"{slot}g")
            self._parameters.update(own.parameters)
            found += own.conditions
        return found

    def _neighbour(
        self, field: NeighboursField, variables: tuple[str, str], path: tuple[int | str, ...]
    ) -> tuple[str, decoding.Decode]:
        r, other = variables
        wanted = field.connection.edges
        assert wanted is not None
        kind = self._words.relationship_kinds[self._words.ontology.relationship_type(field.relationship).name]
        columns: list[str] = []
        steps: list[Step] = []
        for value in wanted.values:
            column, read = self._relationship_value(value, r)
            steps.append((value.value, len(columns), read, None))
            columns.append(column or "null")
        for name in wanted.properties:
            steps.append((name, len(columns), PropertyRead(name), None))
            columns.append(_fetched(r, name, self._words.fetched_of_relationships))
        if wanted.node is not None:
            column, decode = self.asset(wanted.node, other, (*path, "node"))
            steps.append(("node", len(columns), decoding.end_reader(decode), None))
            columns.append(column)
        return f"[{', '.join(columns)}]", decoding.neighbour_decoder(tuple(steps), kind)

    def _relationship_types(self, types: Sequence[str] | None) -> tuple[str, ...]:
        if types is None:
            return self._words.relationship_types
        return tuple(sorted({self._words.ontology.relationship_type(name).name for name in types}))

    def relationship(
        self, selection: RelationshipSelection, r: str, ends: dict[End, str], path: tuple[int | str, ...]
    ) -> tuple[str, decoding.Decode]:
        columns = [f"type({r})"]
        steps: list[Step] = []
        for position, field in enumerate(selection.fields):
            if isinstance(field, EndField):
                column, decode = self.asset(field.of, ends[field.end], (*path, position, "of"))
                read = decoding.end_reader(decode)
            else:
                column, read = self._relationship_value(field.value, r)
            steps.append((field.key, len(columns) if column else 0, read, None))
            if column:
                columns.append(column)
        return f"[{', '.join(columns)}]", decoding.relationship_decoder(tuple(steps), self._words)

    def _relationship_value(self, value: RelationshipValue, r: str) -> tuple[str, Read]:
        match value:
            case RelationshipValue.TYPE:
                return "", type_name
            case RelationshipValue.KEY:
                return f"{r}.key", decoding.text_or_empty
            case RelationshipValue.REVISION:
                return f"{r}._rev", plain
            case RelationshipValue.PROPERTIES:
                return _properties(r, self._words.dated_relationships), decoding.properties

    def _changes(
        self, connection: ChangeConnectionSelection, variable: str, path: tuple[int | str, ...]
    ) -> tuple[str, Read]:
        self._history = True
        c = self._variable()
        slot = self._slot((*path, "page"), (int,), (_NEWEST,))
        parts = [
            self.change(wanted, c, (*path, name)) if wanted else None
            for name, wanted in (("nodes", connection.nodes), ("edges", connection.edges))
        ]
        read = decoding.connection_reader(
            connection,
            slot=slot,
            asked=("history",),
            keys=1,
            nodes=parts[0] and parts[0][1],
            edges=parts[1] and parts[1][1],
        )
        columns = ", ".join([f"{c}.revision", *(part[0] for part in parts if part)])
        search = f"CALL db.index.fulltext.queryNodes('change_touched', {_touched_by(variable)})"
        rows = (
            f"COLLECT {{ {search} YIELD node AS {c} "
            f"WITH {c} WHERE {c}._tenant = $tenant AND {c}.revision < ${slot}_after0 "
            f"WITH {c} ORDER BY {c}.revision DESC LIMIT ${slot}_first RETURN [{columns}] }}"
        )
        return f"[{variable}._id, {rows}]", read

    def change(self, selection: ChangeSelection, c: str, path: tuple[int | str, ...]) -> tuple[str, decoding.Decode]:
        columns: list[str] = []
        steps: list[Step] = []
        for position, field in enumerate(selection.fields):
            if isinstance(field, EntriesField):
                slot = self._slot((*path, position), (int,), (0,))
                column, read = f"{c}.entries[${slot}_after0..${slot}_first]", decoding.entries
            else:
                column, read = f"{c}.{field.value.value}", decoding.change_value(field.value)
            steps.append((field.key, len(columns), read, None))
            columns.append(column)
        return f"[{', '.join(columns)}]", decoding.change_decoder(tuple(steps))

    def _slot(self, path: tuple[int | str, ...], keys: tuple[type, ...], start: tuple[str | int, ...]) -> str:
        name = f"{self._prefix}{len(self._slots)}"
        self._slots.append(Slot(name=name, path=path, keys=keys, start=start))
        return name

    def _variable(self) -> str:
        self._variables += 1
        return f"{self._prefix}x{self._variables}"


def _further(field: NeighboursField) -> tuple[object, ...]:
    """What a cursor must have been made for besides, where it is asked for."""
    return (*(() if field.edges is None else (field.edges,)), *field.order)


def _wrapped(
    variable: str,
    clauses: str,
    rows: str,
    total: str,
    connection: ConnectionSelection | RelationshipConnectionSelection | NeighbourConnectionSelection,
) -> str:
    """Return `[anchor, rows, total?]`, each only if asked for, and nothing to match where nothing can be found."""
    paged = connection.nodes or connection.edges or connection.want_page_info
    columns = [f"{variable}._id", rows if paged and clauses else "[]"]
    if connection.want_total:
        columns.append(total if clauses else "0")
    return f"[{', '.join(columns)}]"


def _only(column: str, field: object, variable: str) -> str:
    """Spare the subquery of a field on assets that it is not asked for: labels tell roughly, decoding exactly."""
    when: frozenset[str] | None = getattr(field, "when", None)
    if when is None or "{" not in column:
        return column
    return f"CASE WHEN {variable}:{labels(sorted(when))} THEN {column} END" if when else "null"


def _fetched(variable: str, name: str, cheap: Mapping[str, str]) -> str:
    return cheap.get(name, "{}").format(f"{variable}.{quoted(name)}")


def _properties(variable: str, dated: Sequence[str]) -> str:
    millis = "".join(f", {quoted(name)}: {variable}.{quoted(name)}.epochMillis" for name in dated)
    return f"{variable}{{.*{millis}}}"


def _touched_by(variable: str) -> str:
    """Return the Lucene query, made by Cypher, for changes that touched an asset: both terms exact, the id escaped."""
    escaped = rf"replace(replace({variable}._id, '\\', '\\\\'), '\"', '\\\"')"
    return f"""'+_tenant:"' + $tenant + '" +touched:"' + {escaped} + '"'"""
