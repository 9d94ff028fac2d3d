"""A database at the head of a project with nothing in it, put back to that rather than made anew for each test.

To make constraints and indexes takes seconds, and Neo4j forgets the plans of all statements with each of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from graph.database import Database
from migrations import Project, apply
from migrations.ledger import Facts, read_facts
from queries import Mode, Query
from tests.migrations.running import QUICK, ask
from tests.servers import empty_of_everything

_EVERYTHING = "MATCH (n) RETURN {labels: labels(n), values: properties(n)}"
_PUT_BACK = Query(
    name="tests/put_back",
    purpose="Makes nodes with their labels and properties.",
    mode=Mode.WRITE,
    parameters={"nodes": "LIST<MAP>"},
    columns=("number",),
    plan=(),
    text="UNWIND $nodes AS node CREATE (n:$(node.labels)) SET n = node.values RETURN count(n) AS number",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What a database held when its project had just been applied: all nodes, and the facts with their schema."""

    nodes: list[object]
    facts: Facts


_kept: dict[tuple[str, ...], _Kept] = {}


async def bring_to_head(project: Project, database: Database) -> None:
    """Empty a database of one's own and bring it to the head of `project`."""
    history = project.history
    key = (database.uri, *(history[each].checksum for each in history.order))
    kept = _kept.get(key)
    if kept is None:
        await empty_of_everything(database)
        await apply(project, database, owner="a test", actor="tester", timing=QUICK)
        nodes = [row[0] for row in await ask(database, _EVERYTHING)]
        _kept[key] = _Kept(nodes=nodes, facts=await read_facts(database))
        return
    await database.execute_schema(("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS",))
    there = (await read_facts(database)).schema
    # All in one transaction: with one each, putting a database back took four seconds in place of one.
    await database.execute_schema_together([each.drop for each in there if each not in kept.facts.schema])
    await database.execute_schema_together([each.create for each in kept.facts.schema if each not in there])
    await database.write(None, lambda unit: unit.write(_PUT_BACK, {"nodes": kept.nodes}))
