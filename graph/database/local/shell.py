"""A small Cypher shell: statements end with `;`, commands begin with `:`; answers are tables.

Reading lines and showing text are parameters, so the shell runs on a terminal, on a file and in a test.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, LiteralString, cast

from neo4j import Driver, GraphDatabase
from neo4j.exceptions import DriverError, Neo4jError
from neo4j.graph import Node, Path, Relationship
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph.database.local.endpoint import Endpoint

ReadLine = Callable[[str], str]
"""Shows a prompt and returns the line that follows; raises EOFError at the end of input."""

HELP: Final = """Write Cypher and end it with `;`, over as many lines as you like.
  :help            this text
  :use DATABASE    speak to another database (`:use` alone: the default one)
  :quit            leave (so does the end of input)"""
_QUOTES: Final = "'\"`"
_MOST_ROWS: Final = 1000
_WIDEST: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a statement returned: columns, rows as text (the first thousand), the number of rows, what it changed."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    count: int
    changes: Mapping[str, int]
    milliseconds: int


@dataclass(slots=True)
class StatementReader:
    """Gathers lines until a `;` outside quotes and comments ends a statement."""

    _text: str = field(default="", init=False)

    @property
    def waiting(self) -> bool:
        """Whether a statement has begun and not ended."""
        return bool(self._text.strip())

    def feed(self, line: str) -> list[str]:
        """Take a line and return the statements it completes, without their `;`."""
        self._text += f"{line}\n"
        complete: list[str] = []
        while (end := statement_end(self._text)) is not None:
            statement, self._text = self._text[:end].strip(), self._text[end + 1 :]
            if statement:
                complete.append(statement)
        return complete

    def drop(self) -> None:
        """Forget what has been gathered."""
        self._text = ""


def statement_end(text: str) -> int | None:
    """Return where the first `;` outside quotes and comments is, None where there is none."""
    position = 0
    while position < len(text):
        here = text[position]
        if here == ";":
            return position
        if here in _QUOTES:
            position = _after_quoted(text, position)
        elif text.startswith("//", position):
            position = _after(text, "\n", position + 2)
        elif text.startswith("/*", position):
            position = _after(text, "*/", position + 2)
        else:
            position += 1
    return None


def _after_quoted(text: str, start: int) -> int:
    quote, position = text[start], start + 1
    while position < len(text) and text[position] != quote:
        position += 2 if text[position] == "\\" and quote != "`" else 1
    return position + 1


def _after(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    return len(text) if found < 0 else found + len(mark)


def opened(endpoint: Endpoint) -> Driver:
    """Return a driver for a shell; the caller closes it."""
    return GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType] - the driver's **config
        endpoint.uri, auth=(endpoint.user, endpoint.password), notifications_min_severity="OFF"
    )


def answered(driver: Driver, statement: str, *, database: str | None = None) -> Answer:
    """Run one statement in a transaction of its own and return its answer; raises what the driver raises."""
    with driver.session(database=database) as session:  # pyright: ignore[reportUnknownMemberType] - the same
        result = session.run(cast("LiteralString", statement))
        columns = tuple(result.keys())
        rows: list[tuple[str, ...]] = []
        count = 0
        for record in result:
            count += 1
            if count <= _MOST_ROWS:
                rows.append(tuple(shown(value) for value in cast("Iterable[object]", record.values())))
        summary = result.consume()
    counters = cast("dict[str, object]", vars(summary.counters))
    changes = {
        name.replace("_", " "): value
        for name, value in counters.items()
        if isinstance(value, int) and not isinstance(value, bool) and value and not name.startswith("_")
    }
    milliseconds = (summary.result_available_after or 0) + (summary.result_consumed_after or 0)
    return Answer(columns=columns, rows=tuple(rows), count=count, changes=changes, milliseconds=milliseconds)


def shown(value: object) -> str:
    """Return a value of Cypher as Cypher would write it, more or less."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, Node):
        labels = "".join(f":{label}" for label in sorted(value.labels))
        return f"({labels} {shown(dict(value.items()))})"
    if isinstance(value, Relationship):
        return f"[:{value.type} {shown(dict(value.items()))}]"
    if isinstance(value, Path):
        return "-".join([shown(value.start_node), *(f"{shown(r)}-{shown(r.end_node)}" for r in value.relationships)])
    if isinstance(value, Mapping):
        pairs = cast("Mapping[str, object]", value)
        return "{" + ", ".join(f"{key}: {shown(part)}" for key, part in pairs.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return "[" + ", ".join(shown(part) for part in cast("Sequence[object]", value)) + "]"
    return str(value)


def table(answer: Answer) -> Table:
    """Return the rows as a table for a terminal."""
    drawn = Table()
    for column in answer.columns:
        drawn.add_column(Text(column))
    for row in answer.rows:
        drawn.add_row(*(Text(cell if len(cell) <= _WIDEST else f"{cell[:_WIDEST]}…") for cell in row))
    return drawn


def summary_line(answer: Answer) -> str:
    """Return what happened, in one line."""
    shown_part = f" (the first {len(answer.rows)} shown)" if answer.count > len(answer.rows) else ""
    rows = f"{answer.count} row{'' if answer.count == 1 else 's'}{shown_part}"
    changes = "".join(f", {count} {name}" for name, count in answer.changes.items())
    return f"{rows}{changes}, {answer.milliseconds} ms"


def run_in(driver: Driver, statement: str, console: Console, *, database: str | None = None) -> bool:
    """Run a statement and show its answer or its error; returns whether it went well."""
    try:
        answer = answered(driver, statement, database=database)
    except (Neo4jError, DriverError) as error:
        said = error.message if isinstance(error, Neo4jError) and error.message else str(error)
        console.print(Text(said, style="red"))
        return False
    if answer.columns:
        console.print(table(answer))
    console.print(Text(summary_line(answer), style="dim"))
    return True


def converse(driver: Driver, read_line: ReadLine, console: Console, *, database: str | None = None) -> bool:
    """Read, run and show until `:quit` or the end of input; returns whether every statement went well.

    An interrupt (Ctrl-C) drops the statement that was begun.
    """
    reader, well = StatementReader(), True
    while True:
        try:
            line = read_line("  ...> " if reader.waiting else f"{database or 'neo4j'}> ")
        except EOFError:
            return well
        except KeyboardInterrupt:
            reader.drop()
            continue
        if not reader.waiting and line.lstrip().startswith(":"):
            command, _, rest = line.strip().rstrip(";").partition(" ")
            if command in (":quit", ":exit"):
                return well
            if command == ":use":
                database = rest.strip() or None
            else:
                console.print(Text(HELP))
                well = well and command == ":help"
            continue
        for statement in reader.feed(line):
            well = run_in(driver, statement, console, database=database) and well


def terminal_line(prompt: str) -> str:
    """Return the next line of standard input, with history and editing on a terminal and no prompt elsewhere."""
    if not sys.stdin.isatty():
        return input()
    with contextlib.suppress(ImportError):
        importlib.import_module("readline")  # gives `input` history and editing, where Python was built with it
    return input(prompt)


def run_statement(endpoint: Endpoint, statement: str, console: Console) -> bool:
    """Run one statement, with or without its `;`, and show the answer; returns whether it went well."""
    with opened(endpoint) as driver:
        return run_in(driver, statement.strip().rstrip(";"), console, database=endpoint.database)


def run_shell(endpoint: Endpoint, console: Console, *, read_line: ReadLine = terminal_line) -> bool:
    """Open the shell on a server until its user leaves; returns whether every statement went well."""
    with opened(endpoint) as driver:
        return converse(driver, read_line, console, database=endpoint.database)
