from __future__ import annotations

import io
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from neo4j import Driver
from rich.console import Console

from graph.database.local.endpoint import Endpoint
from graph.database.local.shell import (
    StatementReader,
    answered,
    opened,
    run_shell,
    run_statement,
    shown,
    statement_end,
    summary_line,
)
from tests.servers import Server


@pytest.mark.parametrize(
    ("lines", "statements"),
    [
        (["RETURN 1;"], ["RETURN 1"]),
        (["MATCH (n)", "  RETURN n ;"], ["MATCH (n)\n  RETURN n"]),
        (["RETURN 1; RETURN 2; ;", "RETURN 3;"], ["RETURN 1", "RETURN 2", "RETURN 3"]),
        (["RETURN 'a;b', \"c;d\", `e;f`;"], ["RETURN 'a;b', \"c;d\", `e;f`"]),
        ([r"RETURN 'it\'s; so';"], [r"RETURN 'it\'s; so'"]),
        (["RETURN 1 // not; here", ";"], ["RETURN 1 // not; here"]),
        (["RETURN /* nor;", "here; */ 1;"], ["RETURN /* nor;\nhere; */ 1"]),
        (["RETURN 'begun;"], []),
    ],
)
def test_gathers_statements(lines: list[str], statements: list[str]) -> None:
    reader = StatementReader()
    assert [statement for line in lines for statement in reader.feed(line)] == statements
    assert reader.waiting == (not statements)


@given(st.text(alphabet="a;'\"`\\/*\n ", max_size=60))
def test_an_end_is_always_a_semicolon(text: str) -> None:
    end = statement_end(text)
    assert end is None or text[end] == ";"


def test_values_as_cypher_writes_them() -> None:
    value = {"a": [1, 2.5, None, True], "b": "text", "c": {}}
    assert shown(value) == '{a: [1, 2.5, null, true], b: "text", c: {}}'


def typed(*steps: str | BaseException) -> Callable[[str], str]:
    """Return what reads these lines, raises these exceptions, and then ends."""
    left = iter(steps)

    def read(_prompt: str) -> str:
        step = next(left, None) or EOFError()
        if isinstance(step, BaseException):
            raise step
        return step

    return read


@pytest.mark.neo4j
class TestAgainstNeo4j:
    @pytest.fixture
    def endpoint(self, server: Server) -> Endpoint:
        return Endpoint(uri=server.uri, user=server.user, password=server.password)

    @pytest.fixture
    def driver(self, endpoint: Endpoint) -> Iterator[Driver]:
        with opened(endpoint) as driver:
            yield driver

    @pytest.fixture
    def screen(self) -> Console:
        return Console(file=io.StringIO(), width=120)

    def shows(self, screen: Console) -> str:
        assert isinstance(screen.file, io.StringIO)
        return screen.file.getvalue()

    def test_reads_runs_and_shows(self, endpoint: Endpoint, screen: Console) -> None:
        read = typed("UNWIND range(1, 3) AS n", "RETURN n, 'row ' + n AS text;", ":quit", "never read;")
        assert run_shell(endpoint, screen, read_line=read)
        assert '"row 3"' in self.shows(screen)
        assert "3 rows" in self.shows(screen)
        assert read("") == "never read;"

    def test_goes_on_after_an_error_and_says_so_at_the_end(self, endpoint: Endpoint, screen: Console) -> None:
        assert not run_shell(endpoint, screen, read_line=typed("RETURN nothing;", ":help", ":use", "RETURN 7;"))
        text = self.shows(screen)
        assert "nothing" in text
        assert ":use DATABASE" in text
        assert "7" in text

    def test_ctrl_c_drops_what_was_begun(self, endpoint: Endpoint, screen: Console) -> None:
        assert run_shell(endpoint, screen, read_line=typed("RETURN 'dropped", KeyboardInterrupt(), "RETURN 8;"))
        assert "dropped" not in self.shows(screen)

    def test_counts_changes_and_rows(self, driver: Driver) -> None:
        made = answered(driver, "CREATE (a:ShellTest {n: 1})-[r:KNOWS]->(b:ShellTest) RETURN a, r, b")
        assert made.changes["nodes created"] == 2
        assert made.rows[0][0] == "(:ShellTest {n: 1})"
        assert made.rows[0][1] == "[:KNOWS {}]"
        gone = answered(driver, "MATCH (n:ShellTest) DETACH DELETE n")
        assert "2 nodes deleted" in summary_line(gone)
        many = answered(driver, "UNWIND range(1, 1500) AS n RETURN n")
        assert (many.count, len(many.rows)) == (1500, 1000)
        assert "first 1000" in summary_line(many)

    def test_one_statement(self, endpoint: Endpoint, screen: Console) -> None:
        assert run_statement(endpoint, "RETURN 1 AS one;", screen)
        assert not run_statement(endpoint, "RETURN", screen)
