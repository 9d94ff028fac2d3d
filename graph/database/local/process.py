"""The server's process: launched apart from us, found again by its record, ended by its id.

The process belongs to nobody: a shell of a moment starts it in a session of its own and writes its id before anything
else can go wrong, so a starter killed at any point leaves either no server or one that is found. A process is ours if
it has that id and its command line names our argument file: an id that the system gave to another program later is
recognised. (Its creation time would say less: it shifts when the machine's clock is set.)
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import time
import zipfile
from dataclasses import asdict, dataclass
from typing import Final, cast

import psutil

from graph.database.local.errors import StartFailed
from graph.database.local.folders import Folders, write_whole
from graph.database.local.java import Java, environment
from graph.database.local.release import Release

_ENTRY_POINT: Final = "META-INF/services/org.neo4j.server.startup.EntryPoint"
_LAUNCH: Final = (
    'umask 077; log=$1; pid=$2; shift 2; "$@" </dev/null >"$log" 2>&1 & echo $! >"$pid.new"; mv "$pid.new" "$pid"'
)
_POLL: Final = 0.02
_TAIL: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The server that runs or ran last: its port, and its version as it is written."""

    port: int
    version: str


def read_record(folders: Folders) -> Record | None:
    """Return the record, None where there is none that can be read."""
    try:
        noted = cast("dict[str, object]", json.loads(folders.state.read_text(encoding="utf-8")))
        return Record(port=int(str(noted["port"])), version=str(noted["version"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_record(folders: Folders, record: Record) -> None:
    """Write the record."""
    write_whole(folders.state, json.dumps(asdict(record)))


def running(folders: Folders) -> psutil.Process | None:
    """Return the process of this home's server, None where it doesn't run."""
    try:
        pid = int(folders.pid.read_text(encoding="ascii"))
        process = psutil.Process(pid)
        alive = process.status() != psutil.STATUS_ZOMBIE
        marked = f"@{folders.java_arguments}" in process.cmdline()
    except (OSError, ValueError, psutil.Error):
        return None
    return process if alive and marked else None


def launch(java: Java, folders: Folders, release: Release, port: int) -> psutil.Process:
    """Start the server's process and record it; raises StartFailed where it is gone at once."""
    write_record(folders, Record(port=port, version=release.version))
    server = java.command(
        f"@{folders.java_arguments}",
        main_class(folders, release),
        f"--home-dir={folders.home}",
        f"--config-dir={folders.configuration}",
    )
    shell = ["/bin/sh", "-c", _LAUNCH, "sh", str(folders.logs / "console.log"), str(folders.pid), *server]
    done = subprocess.run(  # noqa: S603 - arguments are ours
        shell, cwd=folders.home, env=environment(folders.home), start_new_session=True, check=False
    )
    if done.returncode != 0:
        raise StartFailed("Neo4j could not be launched", actual=last_words(folders), hint=log_advice(folders))
    return _started(folders)


def main_class(folders: Folders, release: Release) -> str:
    """Return the server's main class, which the release's main jar names."""
    with zipfile.ZipFile(folders.jars(release.version) / release.main_jar) as jar:
        return jar.read(_ENTRY_POINT).decode("utf-8").split()[0]


def _started(folders: Folders) -> psutil.Process:
    """Return the process just launched; while the shell becomes Java it has no command line for a moment."""
    pid = int(folders.pid.read_text(encoding="ascii"))
    deadline = time.monotonic() + 5.0
    while psutil.pid_exists(pid) and time.monotonic() < deadline:
        process = running(folders)
        if process is not None:
            return process
        time.sleep(_POLL)
    raise StartFailed("Neo4j ended as soon as it was started", actual=last_words(folders), hint=log_advice(folders))


def ended(process: psutil.Process, *, within: float) -> bool:
    """Wait until the process is gone, or a zombie nobody reaps, for at most `within` seconds; say whether it is."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if is_gone(process):
            return True
        time.sleep(_POLL)
    return is_gone(process)


def is_gone(process: psutil.Process) -> bool:
    """Say whether a process has ended."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def end(process: psutil.Process, *, timeout: float) -> bool:
    """Ask the process to end and wait; kill it after `timeout` seconds. Returns whether it ended by itself."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process.terminate()
        if ended(process, within=timeout):
            return True
        process.kill()
        ended(process, within=10.0)
        return False
    return True


def has_run(folders: Folders) -> bool:
    """Say whether Neo4j came up the last time it was launched."""
    try:
        return " Started." in (folders.logs / "neo4j.log").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def log_unreadable(folders: Folders) -> bool:
    """Say whether Neo4j told, when it opened a database last, that its transaction log can't be read to the end."""
    try:
        with (folders.logs / "debug.log").open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - _TAIL))
            return b"recovery not possible" in log.read().rpartition(b"Starting 'DatabaseId{")[2]
    except FileNotFoundError:
        return False


def last_words(folders: Folders) -> str:
    """Return the last telling lines of what Neo4j printed and logged, for an error's text."""
    said: list[str] = []
    for name in ("console.log", "neo4j.log"):
        try:
            lines = (folders.logs / name).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        telling = [line for line in lines[-200:] if " ERROR " in line or "rror:" in line or "Caused by" in line]
        said += (telling or lines)[-3:]
    return " / ".join(line.strip() for line in said)[:600] or "nothing was logged"


def log_advice(folders: Folders) -> str:
    """Return what to do about a server that does not start."""
    return f"See {folders.logs / 'neo4j.log'} and console.log beside it; `twin doctor` looks closer"
