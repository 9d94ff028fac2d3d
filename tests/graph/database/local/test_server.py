"""A real Neo4j of this module's own, killed and stopped; each test finds or makes it running."""

from __future__ import annotations

import os
import signal
import socket
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from graph.clock import SystemClock
from graph.database.local import Endpoint, LocalServer, Memory, NotNeo4j, ServerState, check_server
from graph.database.local import process as processes
from graph.database.local.diagnosis import Finding, diagnose, diagnose_endpoint
from graph.database.local.errors import (
    DataNewer,
    DiskFull,
    FolderNotWritable,
    LocalPasswordRefused,
    LocalServerNotRunning,
    LogTorn,
    PortTaken,
    RepositoryUnreachable,
)
from graph.database.local.shell import answered, opened
from tests.graph.database.local.starting import starter, wait_until

pytestmark = pytest.mark.neo4j

SMALL = Memory(heap=512, page_cache=64)
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("local server")  # a blank in the path, as on many machines


def local(data_dir: Path, cache_dir: Path, line: str, *, port: int | None = None, mirror: str = NOWHERE) -> LocalServer:
    return LocalServer(
        data_dir=data_dir, cache_dir=cache_dir, line=line, memory=SMALL, port=port, mirror=mirror, patience=90.0
    )


@pytest.fixture(scope="module")
def shared(data_dir: Path, jar_cache: Path, line: str) -> Iterator[LocalServer]:
    """The server that two processes started at the same moment; jars are downloaded if they aren't here."""
    pair = [starter(data_dir, jar_cache, line) for _ in range(2)]
    said = [process.communicate(timeout=110)[0] for process in pair]
    assert [process.returncode for process in pair] == [0, 0]
    assert said[0] == said[1] != ""
    server = local(data_dir, jar_cache, line)
    yield server
    server.stop()


class ClockOfTomorrow:
    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=1)


def bad(findings: list[Finding]) -> list[str]:
    return [finding.name for finding in findings if not finding.ok]


def test_two_processes_share_one_server_and_a_second_start_needs_no_network(shared: LocalServer, line: str) -> None:
    shared.start()
    before = shared.status()
    assert before.state is ServerState.RUNNING
    endpoint = shared.start()
    assert shared.status() == before
    assert endpoint.uri == before.uri
    assert check_server(endpoint).version == before.version == shared.release.version
    assert shared.release.version.startswith(line)
    assert shared.environment() == endpoint.environment()
    assert stat.S_IMODE(shared.folders.password.stat().st_mode) == 0o600


def test_it_listens_on_loopback_alone(shared: LocalServer) -> None:
    shared.start()
    found = processes.running(shared.folders)
    assert found is not None
    listening = [connection for connection in found.net_connections("inet") if connection.status == "LISTEN"]
    assert {str(next(iter(one.laddr))).removeprefix("::ffff:") for one in listening} == {"127.0.0.1"}


def test_all_is_well(shared: LocalServer) -> None:
    shared.start()
    findings = diagnose(shared)
    assert bad(findings) == []
    assert {"java", "jars", "disk", "password", "process", "answer"} <= {finding.name for finding in findings}
    assert bad(diagnose_endpoint(shared.endpoint(), SystemClock())) == []
    assert bad(diagnose_endpoint(shared.endpoint(), ClockOfTomorrow())) == ["clock"]


def test_wrong_password(shared: LocalServer) -> None:
    shared.start()
    right = shared.folders.password.read_text()
    shared.folders.password.write_text("another password")
    with pytest.raises(LocalPasswordRefused, match="password"):
        shared.start()
    assert bad(diagnose(shared)) == ["answer"]
    shared.folders.password.write_text(right)
    assert shared.start().password == right


@pytest.mark.long
def test_data_survives_kill_9_of_the_server(shared: LocalServer, tmp_path: Path) -> None:
    endpoint = shared.start()
    write(endpoint, "MERGE (:Witness {seen: 42})")
    killed = shared.status().pid
    assert killed is not None
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: shared.status().state is ServerState.STOPPED)
    assert bad(diagnose(shared)) == ["process"]
    with pytest.raises(LocalServerNotRunning, match="twin neo4j start"):
        shared.environment()
    again = with_spoilt_archives(shared, tmp_path).start()
    assert again == endpoint
    assert shared.status().pid != killed
    assert write(endpoint, "MATCH (w:Witness) RETURN w.seen") == (("42",),)
    assert bad(diagnose(shared)) == []


@pytest.mark.long
def test_a_torn_log_is_told_and_cut_off_on_demand(shared: LocalServer) -> None:
    """What follows the last record that Neo4j was told is written: as a disk leaves it that is full in the middle."""
    write(shared.start(), "MERGE (:Witness {seen: 42})")
    os.kill(shared.status().pid or 0, signal.SIGKILL)
    wait_until(lambda: shared.status().state is ServerState.STOPPED)
    logs = shared.folders.data / "transactions" / "neo4j"
    newest = max(logs.glob("neostore.transaction.db.*"), key=lambda each: int(each.suffix[1:]))
    torn = newest.read_bytes() + b"\xff" * 50
    newest.write_bytes(torn)
    with pytest.raises(LogTorn, match="--repair"):
        shared.start()
    assert shared.status().state is ServerState.STOPPED
    assert bad(diagnose(shared)) == ["transaction log"]
    assert write(shared.start(repair=True), "MATCH (w:Witness) RETURN w.seen") == (("42",),)
    assert (shared.folders.home / "transactions-before-repair-1" / "neo4j" / newest.name).read_bytes() == torn
    assert bad(diagnose(shared)) == []
    shared.stop()
    shared.start()


@pytest.mark.long
def test_kill_9_of_the_starter_while_it_starts(shared: LocalServer, jar_cache: Path, line: str) -> None:
    write(shared.start(), "MERGE (:Witness {seen: 42})")
    assert shared.stop()
    assert not shared.stop()
    data_dir = shared.folders.home.parent
    killed = starter(data_dir, jar_cache, line)
    wait_until(lambda: processes.running(shared.folders) is not None)
    killed.kill()
    killed.communicate()
    launched = shared.status().pid
    assert launched is not None
    endpoint = shared.start()
    assert shared.status().pid == launched
    assert write(endpoint, "MATCH (w:Witness) RETURN w.seen") == (("42",),)


def test_stops_and_says_what_it_cannot_start_with(shared: LocalServer, jar_cache: Path, line: str) -> None:
    """Each refusal comes before anything is launched, and leaves the data as it was."""
    shared.stop()
    data_dir = shared.folders.home.parent
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        asking = local(data_dir, jar_cache, line, port=port)
        with pytest.raises(PortTaken, match=str(port)):
            asking.start()
        assert bad(diagnose(asking)) == ["port"]
        with pytest.raises(NotNeo4j):
            check_server(Endpoint(uri=f"bolt://127.0.0.1:{port}", user="neo4j", password="x"), timeout=0.5)
    full = LocalServer(data_dir=data_dir, cache_dir=jar_cache, line=line, free=lambda _: 1000)
    with pytest.raises(DiskFull):
        full.start()
    assert bad(diagnose(full)) == ["disk"]
    known = shared.folders.version.read_text()
    shared.folders.version.write_text("2999.01.0")
    with pytest.raises(DataNewer, match=r"2999\.01\.0"):
        shared.start()
    assert bad(diagnose(shared)) == ["data version"]
    shared.folders.version.write_text(known)
    secret = shared.folders.password.read_text()
    shared.folders.password.unlink()
    with pytest.raises(LocalPasswordRefused, match="missing"):
        shared.start()
    assert bad(diagnose(shared)) == ["password"]
    shared.folders.password.write_text(secret)
    shared.folders.password.chmod(0o644)
    assert bad(diagnose(shared)) == ["password"]
    shared.folders.password.chmod(0o600)
    assert shared.status().state is ServerState.STOPPED
    assert bad(diagnose(shared)) == []


def test_no_network_on_the_first_start(tmp_path: Path, line: str) -> None:
    server = local(tmp_path, tmp_path / "cache", line)
    with pytest.raises(RepositoryUnreachable, match="TWIN_NEO4J_JARS"):
        server.start()
    assert bad(diagnose(server)) == ["jars"]
    assert not server.folders.data.exists()
    assert not list(server.folders.jars(server.release.version).glob("*.jar*"))
    assert not server.stop()


def test_data_directory_that_cant_be_written(tmp_path: Path, jar_cache: Path, line: str) -> None:
    (tmp_path / "neo4j").write_text("a file where the folder should be")
    server = local(tmp_path, jar_cache, line)
    with pytest.raises(FolderNotWritable, match="TWIN_DATA_DIR"):
        server.start()
    assert "data directory" in bad(diagnose(server))


def with_spoilt_archives(server: LocalServer, tmp_path: Path) -> LocalServer:
    """Return the same server on the same jars, with class archives that are garbage but look as they were left."""
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / "jars").symlink_to(server.folders.cache / "jars")
    spoilt = local(server.folders.home.parent, cache, server.line)
    archive = spoilt.launcher().archive
    cache.joinpath("archives").mkdir()
    for path in (archive.base, archive.classes):
        path.write_bytes(b"\xf0\x0b\xab\xa2" + b"garbage " * 4096)
    archive.stamp()
    assert archive.usable()
    return spoilt


def write(endpoint: Endpoint, statement: str) -> tuple[tuple[str, ...], ...]:
    with opened(endpoint) as driver:
        return answered(driver, statement).rows
