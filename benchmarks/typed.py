"""The typed schema: how long one of 300 asset types takes to make, and rows to complete beside stock Strawberry.

Needs no database. Run it by `python -m benchmarks.typed`. Goals: 2 s for the schema; 1,000 rows of 9 fields 5 times as
fast as stock Strawberry resolvers.
"""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import Callable
from typing import Any, Final

import strawberry
from graphql import DocumentNode, execute_sync, parse
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from app.graphql import TwinSchema, build_schema
from graph.ontology import Ontology, parse_ontology
from migrations import Project

TYPES: Final = 300
BASES: Final = 10
RELATIONSHIPS: Final = 30
ROWS: Final = 1_000
KINDS: Final = ("string", "int", "float", "date", "datetime")
FIELDS: Final = "id name type revision serialNumber manufacturer cores memory operatingSystem"


def large_ontology(types: int = TYPES) -> Ontology:
    """Types of some 16 properties each, with relationship types between the abstract ones above them."""
    lines = ["format: twin-ontology/1", "name: large", "enums:", "  Mode: {values: [A, B, C]}", "assetTypes:"]
    for base in range(BASES):
        properties = ", ".join(f"b{base}p{number}: {{datatype: float, unit: kW}}" for number in range(8))
        lines.append(f"  Base{base}: {{abstract: true, properties: {{{properties}}}}}")
    for number in range(types - BASES):
        above = f"Base{number % BASES}" if number < 100 else f"Kind{number % 100}"
        properties = ", ".join(f"k{number}p{each}: {{datatype: {KINDS[each % 5]}, indexed: true}}" for each in range(8))
        mode = f"k{number}mode: {{datatype: enum, enum: Mode}}"
        lines.append(f"  Kind{number}: {{extends: [{above}], properties: {{{properties}, {mode}}}}}")
    every = ", ".join(f"Base{base}" for base in range(BASES))
    lines += [
        "relationshipTypes:",
        f"  CONTAINS: {{inverse: CONTAINED_IN, from: [{every}], to: [{every}], containment: true}}",
    ]
    for number in range(RELATIONSHIPS):
        ends = f"from: [Base{number % BASES}], to: [Base{number * 3 % BASES}]"
        lines.append(f"  FEEDS_{number}: {{inverse: FED_BY_{number}, {ends}, impact: {{direction: FORWARD}}}}")
    return parse_ontology("\n".join(lines))


def fastest(work: Callable[[], object], rounds: int) -> float:
    """Least seconds of processor time of some rounds."""
    taken: list[float] = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return min(taken)


def measure_schema() -> None:
    """Time and memory of a schema."""
    ontology = large_ontology()
    seconds = fastest(lambda: build_schema(ontology), 3)
    tracemalloc.start()
    schema = build_schema(ontology)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    print(
        f"schema of {len(ontology.asset_types)} asset types: {seconds:.2f} s (goal: 2 s), {size / 1e6:.0f} MB, "
        f"{len(schema.core.type_map):,} types"
    )


@strawberry.type
class StockServer:
    """A server as one would write it."""

    id: strawberry.ID
    name: str
    type: str
    revision: int
    serial_number: str | None
    manufacturer: str | None
    cores: int | None
    memory: float | None
    operating_system: str | None


@strawberry.type
class StockQuery:
    """The root as one would write it."""

    @strawberry.field
    def servers(self, info: strawberry.Info) -> list[StockServer]:
        """Rows made into objects."""
        return [
            StockServer(
                id=row["id"],
                name=row["name"],
                type=row["type"],
                revision=row["revision"],
                serial_number=row["serialNumber"],
                manufacturer=row["manufacturer"],
                cores=row["cores"],
                memory=row["memory"],
                operating_system=row["operatingSystem"],
            )
            for row in info.context
        ]


def rows() -> list[dict[str, Any]]:
    """Servers as they are read."""
    return [
        {
            "__typename": "Server",
            "id": f"S{number}",
            "name": f"Server {number}",
            "type": "Server",
            "revision": number,
            "serialNumber": f"SN-{number}",
            "manufacturer": None,
            "cores": 8,
            "memory": 64.0,
            "operatingSystem": "Linux",
        }
        for number in range(ROWS)
    ]


def completing(schema: TwinSchema, document: DocumentNode, found: Any, executor: type[Any]) -> Callable[[], object]:
    """Return what executes a list of servers, already read."""
    assert schema.core.query_type is not None
    schema.core.query_type.fields["servers"].resolve = lambda *_, **__: {"nodes": found}
    return lambda: execute_sync(schema.core, document, executor_class=executor)


def measure_completion() -> None:
    """Time to complete rows."""
    found = rows()
    schema, document = build_schema(Project.bundled().desired), parse(f"{{ servers {{ nodes {{ {FIELDS} }} }} }}")
    ours = fastest(completing(schema, document, found, schema.executor), 30)
    reference = fastest(completing(schema, document, found, StrawberryGraphQLCoreExecutionContext), 5)
    stock_schema = strawberry.Schema(StockQuery)
    stock_query = f"{{ servers {{ {FIELDS} }} }}"
    stock = fastest(lambda: asyncio.run(stock_schema.execute(stock_query, context_value=found)), 5)
    print(
        f"{ROWS:,} rows of 9 fields: {ours * 1000:.2f} ms; graphql-core on the same rows {reference * 1000:.1f} ms "
        f"({reference / ours:.0f} times); stock Strawberry {stock * 1000:.1f} ms ({stock / ours:.0f} times, goal: 5)"
    )


def main(_arguments: list[str] | None = None) -> None:
    """Measure both."""
    measure_schema()
    measure_completion()


if __name__ == "__main__":
    main()
