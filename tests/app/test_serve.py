"""The served process: ready when it says so, ends after what runs."""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import structlog
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from app.security import ExposedWithoutTokens
from app.serve import PortTaken, serve
from app.settings import Settings
from graph.errors import DatabaseUnavailable
from graph.identity import Tenant
from tests.servers import Server

SERVE = "from app.serve import serve; from app.settings import load_settings; serve(load_settings())"
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def logs_as_before() -> Iterator[None]:
    """What serving in this process does to its logs is undone."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    uvicorn_level = logging.getLogger("uvicorn.error").level
    yield
    root.handlers, root.level = handlers, level
    logging.getLogger("uvicorn.error").setLevel(uvicorn_level)
    structlog.reset_defaults()


@pytest.fixture
def environment(server: Server, tenant: Tenant, tmp_path: Path) -> dict[str, str]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
    return {
        **bare,
        "PYTHONPATH": str(ROOT),
        "TWIN_NEO4J_URI": server.uri,
        "TWIN_NEO4J_USER": server.user,
        "TWIN_NEO4J_PASSWORD": server.password,
        "TWIN_TENANT": tenant,
        "TWIN_DATA_DIR": str(tmp_path),
        "TWIN_AUTH": "none",
        "TWIN_PORT": "0",
    }


@pytest.fixture
def process(environment: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", SERVE],
        env=environment,
        cwd=tmp_path,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        yield running
        running.kill()


@pytest.mark.neo4j
def test_it_is_ready_when_it_says_so_and_ends_when_told(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    assert process.stderr is not None
    word, _, url = process.stdout.readline().strip().partition(" ")
    assert word == "ready", process.stderr.read()
    answer = httpx.post(url, json={"query": "{ revision }"})
    assert answer.json() == {"data": {"revision": 0}}
    process.send_signal(signal.SIGTERM)
    _, log = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "Traceback" not in log


@pytest.mark.neo4j
@pytest.mark.long
def test_a_stop_waits_for_what_runs(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    url = process.stdout.readline().strip().partition(" ")[2]
    answers: list[int] = []

    def ask() -> None:
        # The service waits up to 5 seconds for this revision, long after the stop was asked for.
        headers = {"twin-min-revision": "1"}
        answers.append(httpx.post(url, json={"query": "{ revision }"}, headers=headers, timeout=20).status_code)

    asking = threading.Thread(target=ask)
    asking.start()
    asking.join(1.0)
    process.send_signal(signal.SIGTERM)
    asking.join(20)
    process.communicate(timeout=20)
    assert answers == [503]
    assert process.returncode == 0


@pytest.mark.neo4j
def test_a_stop_ends_subscriptions_at_once_and_tells_why(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    url = process.stdout.readline().strip().partition(" ")[2]
    follow = "subscription { changes { revision } }"
    address = url.replace("http", "ws")
    with connect(address, subprotocols=[Subprotocol("graphql-transport-ws")]) as socket:
        socket.send('{"type": "connection_init"}')
        assert "connection_ack" in str(socket.recv())
        socket.send(f'{{"id": "1", "type": "subscribe", "payload": {{"query": "{follow}"}}}}')
        events = {"accept": "text/event-stream"}
        with httpx.stream("POST", url, json={"query": follow}, headers=events, timeout=20) as stream:
            assert stream.status_code == 200
            process.send_signal(signal.SIGTERM)
            assert stream.read() == b""
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    process.communicate(timeout=10)  # far less than TWIN_SHUTDOWN_TIMEOUT
    assert process.returncode == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_a_database_that_does_not_answer_is_told_to_the_caller(workers: int, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"bolt://127.0.0.1:{silent.getsockname()[1]}"
    with pytest.raises(DatabaseUnavailable):
        serve(Settings(neo4j_uri=uri, port=0, data_dir=tmp_path), workers=workers)


def test_without_tokens_it_serves_loopback_alone() -> None:
    with pytest.raises(ExposedWithoutTokens):
        serve(Settings(host="0.0.0.0", auth="none"))  # pyright: ignore[reportArgumentType] - pydantic parses it


@pytest.mark.neo4j
@pytest.mark.long
def test_several_workers_share_the_port(environment: dict[str, str], tmp_path: Path) -> None:
    program = SERVE.replace("load_settings())", "load_settings(), workers=2)")
    script = tmp_path / "served.py"
    script.write_text("if __name__ == '__main__':\n    " + program)
    with subprocess.Popen(
        [sys.executable, str(script)], env=environment, cwd=tmp_path, text=True, stdout=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        word, _, url = running.stdout.readline().strip().partition(" ")
        assert word == "ready"
        assert httpx.post(url, json={"query": "{ revision }"}).json() == {"data": {"revision": 0}}
        running.send_signal(signal.SIGTERM)
        running.wait(timeout=30)


def test_a_taken_port_is_one_clear_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(PortTaken) as caught:
        serve(Settings(port=other.getsockname()[1]))
    assert caught.value.place == "TWIN_PORT"
