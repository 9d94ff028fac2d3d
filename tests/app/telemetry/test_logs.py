from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from app.telemetry import configure_logs


@pytest.fixture(autouse=True)
def restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_a_line_is_json_with_what_is_bound() -> None:
    stream = io.StringIO()
    configure_logs(level="info", as_json=True, stream=stream)
    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.stdlib.get_logger("twin.test").info("something", count=3)
    line = json.loads(stream.getvalue())
    assert (line["event"], line["count"], line["request_id"], line["level"]) == ("something", 3, "r1", "info")
    assert line["timestamp"].endswith("Z")


def test_libraries_log_in_the_same_form_and_low_levels_are_dropped() -> None:
    stream = io.StringIO()
    configure_logs(level="warning", as_json=True, stream=stream)
    logging.getLogger("some.library").info("dropped")
    logging.getLogger("some.library").warning("kept")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["kept"]


@pytest.mark.parametrize("as_json", [True, False])
def test_stack_traces_show_no_values(*, as_json: bool) -> None:
    stream = io.StringIO()
    configure_logs(level="info", as_json=as_json, stream=stream)
    token = "twin_" + "hunter" + "2"
    try:
        int(token[:0])
    except ValueError:
        structlog.stdlib.get_logger("twin.test").exception("failed")
    assert "ValueError" in stream.getvalue()
    assert token not in stream.getvalue()


def test_what_is_no_terminal_gets_json() -> None:
    stream = io.StringIO()
    configure_logs(level="info", as_json=None, stream=stream)
    structlog.stdlib.get_logger("twin.test").info("x")
    assert json.loads(stream.getvalue())["event"] == "x"


@pytest.mark.parametrize("value", ["\ud800", 2**70])
def test_what_is_no_json_is_told_all_the_same(value: object) -> None:
    stream = io.StringIO()
    configure_logs(level="info", as_json=True, stream=stream)
    structlog.stdlib.get_logger("twin.test").info("odd", value=value)
    assert json.loads(stream.getvalue())["event"] == "odd"
