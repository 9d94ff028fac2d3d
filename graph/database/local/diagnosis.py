"""What `twin doctor` finds out about the local server, or about one named in the settings, changing nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from graph.clock import Clock
from graph.database.local import process
from graph.database.local.configuration import LOOPBACK
from graph.database.local.credentials import read_password, readable_by_others
from graph.database.local.endpoint import Endpoint
from graph.database.local.errors import FolderNotWritable
from graph.database.local.folders import ROOM_TO_RUN, is_writable, nearest_existing, require_room
from graph.database.local.launcher import check_password, data_version, endpoint_of
from graph.database.local.ports import holder, is_free
from graph.database.local.reach import check_server, fault_of_database, listens, server_time
from graph.database.local.release import Version
from graph.database.local.server import LocalServer
from graph.errors import TwinError

SKEW_ALLOWED: Final = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing looked at: its name, whether it is well, what was seen, and what to do where it isn't."""

    name: str
    ok: bool
    seen: str
    advice: str | None = None


def diagnose(server: LocalServer) -> list[Finding]:
    """Look at everything a start of the local server needs; reads every jar, so it takes a second or two."""
    looks = (_java, _jars, _data_directory, _disk, _data_version, _transaction_log, _password, _process, _port, _answer)
    return [finding for look in looks for finding in _guarded(look, server)]


def diagnose_endpoint(endpoint: Endpoint, clock: Clock) -> list[Finding]:
    """Look at a server named in the settings: address, kind, version, password, and how far its clock is off."""
    try:
        info = check_server(endpoint)
    except TwinError as error:
        return [_bad("neo4j", error)]
    return [Finding(name="neo4j", ok=True, seen=f"{info.agent} at {endpoint.uri}"), _clock(endpoint, clock)]


def _guarded(look: Callable[[LocalServer], Iterator[Finding]], server: LocalServer) -> list[Finding]:
    name = look.__name__.strip("_").replace("_", " ")
    try:
        return list(look(server))
    except TwinError as error:
        return [_bad(name, error)]
    except OSError as error:
        return [Finding(name=name, ok=False, seen=str(error), advice="Give yourself the right to read it")]


def _bad(name: str, error: TwinError) -> Finding:
    facts = [f"expected {error.expected}" if error.expected else "", f"got {error.actual}" if error.actual else ""]
    detail = ", ".join(fact for fact in facts if fact)
    return Finding(
        name=name, ok=False, seen=error.message + (f" ({detail})" if detail else ""), advice=error.hint or None
    )


def _java(server: LocalServer) -> Iterator[Finding]:
    server.java.require()
    run = server.java.run(["-version"], home=nearest_existing(server.folders.home), timeout=30.0)
    said = " ".join((run.stderr or run.stdout).split("\n")[:1])
    yield Finding(name="java", ok=run.returncode == 0, seen=said, advice=None if run.returncode == 0 else "make setup")


def _jars(server: LocalServer) -> Iterator[Finding]:
    folder = server.jar_folder
    wrong, missing = folder.wrong(), folder.missing()
    if wrong:
        yield Finding(
            name="jars",
            ok=False,
            seen=f"{', '.join(jar.name for jar in wrong)} in {folder.folder} differ from what is pinned",
            advice="Delete them; the next start takes them anew",
        )
    if missing:
        server.source.probe(missing)
        yield Finding(
            name="jars",
            ok=True,
            seen=f"{len(missing)} of {len(folder.release.jars)} jars of Neo4j {folder.release.version} are not here",
            advice=f"The next start takes them from {server.source.place}",
        )
    if not wrong and not missing:
        seen = f"all {len(folder.release.jars)} jars of Neo4j {folder.release.version} in {folder.folder} are right"
        yield Finding(name="jars", ok=True, seen=seen)


def _data_directory(server: LocalServer) -> Iterator[Finding]:
    for folder in (server.folders.home, server.folders.cache):
        there = nearest_existing(folder)
        if not is_writable(there):
            raise FolderNotWritable(
                f"The folder {there} can't be written",
                hint="Give yourself the right to write there, or set TWIN_DATA_DIR to another folder",
            )
    yield Finding(name="data directory", ok=True, seen=f"{server.folders.home} can be written")


def _disk(server: LocalServer) -> Iterator[Finding]:
    missing = sum(jar.size for jar in server.jar_folder.missing())
    require_room(server.folders.home, ROOM_TO_RUN + missing, what="to run Neo4j", free=server.free)
    yield Finding(name="disk", ok=True, seen=f"{server.free(server.folders.home) // 1_000_000} MB are free")


def _data_version(server: LocalServer) -> Iterator[Finding]:
    written = data_version(server.folders)
    ours = server.release.version
    fits = written is None or Version.parse(written) <= Version.parse(ours)
    yield Finding(
        name="data version",
        ok=fits,
        seen=f"no data yet; Neo4j {ours}" if written is None else f"written by Neo4j {written}; ours is {ours}",
        advice=None if fits else "Use the twin-topology that wrote it, or set TWIN_DATA_DIR to another folder",
    )


def _transaction_log(server: LocalServer) -> Iterator[Finding]:
    if process.running(server.folders) is None and process.log_unreadable(server.folders):
        yield Finding(
            name="transaction log",
            ok=False,
            seen="Neo4j could not read it to its end when it was started last, as after a disk that was full",
            advice="Put a backup back, or `twin neo4j start --repair`: it keeps the log aside and cuts it off there",
        )


def _password(server: LocalServer) -> Iterator[Finding]:
    folders = server.folders
    if read_password(folders) is None:
        used = (folders.data / "databases" / "system").exists() and not folders.first_start.exists()
        advice = f"Put {folders.password} back, or move {folders.home} away to begin with an empty database"
        seen = "the password file is missing" if used else "none yet; the first start makes one"
        yield Finding(name="password", ok=not used, seen=seen, advice=advice if used else None)
    elif readable_by_others(folders.password):
        seen = f"others can read {folders.password}"
        yield Finding(name="password", ok=False, seen=seen, advice=f"chmod 600 {folders.password}")
    else:
        yield Finding(name="password", ok=True, seen=f"{folders.password}, readable by its owner alone")


def _process(server: LocalServer) -> Iterator[Finding]:
    found = process.running(server.folders)
    if found is not None:
        yield Finding(name="process", ok=True, seen=f"runs as process {found.pid}")
    elif server.folders.pid.exists():
        yield Finding(
            name="process",
            ok=False,
            seen=f"{server.folders.pid} names a server that is gone: it was killed, or the machine went down",
            advice="`twin neo4j start` clears that up; Neo4j recovers its data by itself",
        )
    elif server.folders.first_start.exists():
        yield Finding(
            name="process",
            ok=False,
            seen="the first start was interrupted",
            advice="`twin neo4j start` begins it again",
        )
    else:
        yield Finding(name="process", ok=True, seen="not running")


def _port(server: LocalServer) -> Iterator[Finding]:
    record = process.read_record(server.folders)
    port = server.asked_port or (record.port if record is not None else None)
    if port is None or process.running(server.folders) is not None:
        return
    if is_free(port):
        yield Finding(name="port", ok=True, seen=f"{port} is free")
    elif server.asked_port is None:
        seen = f"{port}, used last time, is taken: {holder(port)}"
        yield Finding(name="port", ok=True, seen=seen, advice="The next start takes another one")
    else:
        seen = f"{port} on {LOOPBACK} is taken: {holder(port)}"
        yield Finding(name="port", ok=False, seen=seen, advice="End that program or ask for another port")


def _answer(server: LocalServer) -> Iterator[Finding]:
    record = process.read_record(server.folders)
    if record is None or process.running(server.folders) is None:
        return
    endpoint = endpoint_of(server.folders, record.port)
    if not listens(LOOPBACK, record.port):
        advice = process.log_advice(server.folders)
        yield Finding(name="answer", ok=False, seen=f"nothing listens at {endpoint.uri} yet", advice=advice)
        return
    check_password(server.folders, endpoint)
    if (fault := fault_of_database(endpoint)) is not None:
        advice = "`twin neo4j stop`, then `twin neo4j start`, which says why if it is still so"
        yield Finding(name="answer", ok=False, seen=f"Neo4j answers, but not its database: {fault}", advice=advice)
        return
    yield Finding(name="answer", ok=True, seen=f"Neo4j {record.version} answers at {endpoint.uri}")


def _clock(endpoint: Endpoint, clock: Clock) -> Finding:
    """Compare clocks: the server looked at its own at some moment between our question and its answer."""
    try:
        asked, theirs, heard = clock.now(), server_time(endpoint), clock.now()
    except TwinError as error:
        return _bad("clock", error)
    off = max(asked - theirs, theirs - heard, timedelta())
    fits = off <= SKEW_ALLOWED
    side = "behind" if theirs < asked else "ahead of"
    seen = f"the server's clock is {off.total_seconds():.1f} s {side} ours" if off else "the server's clock is as ours"
    advice = "Set both machines' clocks by NTP: events are ordered and staleness is judged by time"
    return Finding(name="clock", ok=fits, seen=seen, advice=None if fits else advice)
