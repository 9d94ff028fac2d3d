"""The local server: started on demand, shared by all processes that name the same data directory, stopped by word."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

import psutil
from filelock import FileLock, Timeout

from graph.database.local import process
from graph.database.local.configuration import LOOPBACK, Memory, memory_for
from graph.database.local.download import RepositorySource
from graph.database.local.endpoint import Endpoint
from graph.database.local.errors import DataNewer, LocalServerBusy, LocalServerNotRunning
from graph.database.local.folders import (
    ROOM_TO_RUN,
    Folders,
    FreeBytes,
    free_bytes,
    require_room,
    room_running_out,
)
from graph.database.local.jars import FolderSource, JarFolder, JarSource
from graph.database.local.java import Java, bundled
from graph.database.local.launcher import (
    Launcher,
    check_password,
    data_version,
    endpoint_of,
    kept_logs,
    note_answer,
    port_taken,
)
from graph.database.local.ports import free_port, is_free
from graph.database.local.process import Record
from graph.database.local.progress import Progress, Report, unreported
from graph.database.local.reach import listens
from graph.database.local.release import NEWEST_LINE, Release, Version, release

_POLL: Final = 0.02


class ServerState(StrEnum):
    """What the local server does."""

    RUNNING = "running"
    STARTING = "starting"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """The local server at one moment; what is None isn't known or doesn't apply to a stopped one."""

    state: ServerState
    home: Path
    version: str | None
    uri: str | None
    pid: int | None
    started: datetime | None


class LocalServer:
    """The Neo4j of one data directory.

    `line` is a line ("2026", "5.26") or a version that we pin; `jars` a folder to take the jars from, `mirror` a Maven
    repository to take them from instead of Maven Central; `port` asks for one port, otherwise a free one is chosen and
    kept; `cache_dir` shares jars and class archives between data directories; `java_options` are for the JVM, after
    ours; `patience` is how many seconds a start, or another process that starts it, may take. Its methods block: call
    them in a thread where there is an event loop.
    """

    def __init__(
        self,
        *,
        data_dir: Path,
        line: str = NEWEST_LINE,
        jars: Path | None = None,
        mirror: str | None = None,
        port: int | None = None,
        cache_dir: Path | None = None,
        memory: Memory | None = None,
        java_options: Sequence[str] = (),
        progress: Report = unreported,
        free: FreeBytes = free_bytes,
        patience: float = 120.0,
    ) -> None:
        self.folders: Final = Folders.of(data_dir, cache_dir)
        self.line: Final = line
        self.asked_port: Final = port
        self.free: Final = free
        self.source: Final[JarSource] = RepositorySource(mirror=mirror) if jars is None else FolderSource(folder=jars)
        self._memory = memory
        self._java_options = tuple(java_options)
        self._report = progress
        self._patience = patience

    @property
    def java(self) -> Java:
        """The Java it runs on."""
        return bundled()

    @property
    def release(self) -> Release:
        """The Neo4j it starts; raises ReleaseUnknown."""
        return release(self.line)

    @property
    def jar_folder(self) -> JarFolder:
        """The jars it runs on."""
        chosen = self.release
        return JarFolder(folder=self.folders.jars(chosen.version), release=chosen, free=self.free)

    def start(self, *, repair: bool = False) -> Endpoint:
        """Return where the server answers, after starting it if it doesn't run; raises a DatabaseUnavailable.

        A server that runs is taken as it is, whoever started it and whatever its version and port. With `repair`, a
        transaction log that can't be read to its end (LogTorn) is kept aside and cut off where reading ends.
        """
        if process.running(self.folders) is not None and (record := process.read_record(self.folders)) is not None:
            endpoint = endpoint_of(self.folders, record.port)
            if listens(LOOPBACK, record.port):
                check_password(self.folders, endpoint)
                note_answer(self.folders)
                return endpoint
        self.folders.make()
        with self._locked():
            return self._started(repair=repair)

    def stop(self, timeout: float = 60.0) -> bool:
        """Stop the server and return whether one ran; killed after `timeout` seconds, which Neo4j recovers from."""
        if not self.folders.home.exists():
            return False
        with self._locked():
            found = process.running(self.folders)
            if found is not None:
                self._report(Progress(step="Stopping Neo4j"))
                process.end(found, timeout=timeout)
            self.folders.pid.unlink(missing_ok=True)
            if found is not None and not self.jar_folder.unchecked():
                self.launcher().archive.adopt()
            return found is not None

    def status(self) -> ServerStatus:
        """Return what the server does, changing nothing."""
        found = process.running(self.folders)
        record = process.read_record(self.folders)
        if found is None or record is None:
            version = record.version if record is not None else None
            return ServerStatus(
                state=ServerState.STOPPED, home=self.folders.home, version=version, uri=None, pid=None, started=None
            )
        return ServerStatus(
            state=ServerState.RUNNING if listens(LOOPBACK, record.port) else ServerState.STARTING,
            home=self.folders.home,
            version=record.version,
            uri=f"bolt://{LOOPBACK}:{record.port}",
            pid=found.pid,
            started=datetime.fromtimestamp(found.create_time(), UTC),
        )

    def endpoint(self) -> Endpoint:
        """Return where the running server answers; raises LocalServerNotRunning."""
        record = process.read_record(self.folders)
        if process.running(self.folders) is None or record is None:
            raise LocalServerNotRunning(
                f"The local Neo4j in {self.folders.home} is not running", hint="Start it with `twin neo4j start`"
            )
        return endpoint_of(self.folders, record.port)

    @property
    def kept_logs(self) -> list[Path]:
        """Where transaction logs were kept that `start(repair=True)` cut off, oldest first."""
        return kept_logs(self.folders)

    def environment(self) -> dict[str, str]:
        """Return the variables that lead other tools to the running server; raises LocalServerNotRunning."""
        return self.endpoint().environment()

    @contextmanager
    def _locked(self) -> Generator[None]:
        lock = FileLock(self.folders.lock)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            self._report(Progress(step="Waiting for another process that starts or stops Neo4j"))
            self._wait_for(lock)
        try:
            yield
        finally:
            lock.release()

    def _wait_for(self, lock: FileLock) -> None:
        try:
            lock.acquire(timeout=self._patience * 5, poll_interval=_POLL)
        except Timeout as error:
            raise LocalServerBusy(
                f"Another process has been starting or stopping the local Neo4j in {self.folders.home} for too long",
                hint="See what holds the file `lock` there, end it, and try again",
            ) from error

    def _started(self, *, repair: bool) -> Endpoint:
        """Start the server; the lock is held."""
        found = process.running(self.folders)
        record = process.read_record(self.folders)
        if found is not None and record is not None:
            return self.launcher().ready(found, record.port)
        self.folders.pid.unlink(missing_ok=True)
        self.java.require()
        self._check_data_version()
        require_room(self.folders.home, ROOM_TO_RUN, what="to run Neo4j", free=self.free)
        port = self._port(record)
        self.jar_folder.complete(self.source, self._report)
        with room_running_out(self.folders.home):
            return self.launcher(repair=repair).start(port)

    def launcher(self, *, repair: bool = False) -> Launcher:
        """Return what starts the server once its lock is held."""
        return Launcher(
            java=self.java,
            folders=self.folders,
            jars=self.jar_folder,
            memory=self._memory or memory_for(psutil.virtual_memory().total),
            java_options=self._java_options,
            fixed_port=self.asked_port is not None,
            patience=self._patience,
            report=self._report,
            free=self.free,
            repair=repair,
        )

    def _port(self, record: Record | None) -> int:
        if self.asked_port is not None:
            if not is_free(self.asked_port):
                raise port_taken(self.asked_port)
            return self.asked_port
        return record.port if record is not None and is_free(record.port) else free_port()

    def _check_data_version(self) -> None:
        written = data_version(self.folders)
        if written is not None and Version.parse(written) > self.release.number:
            raise DataNewer(
                f"The data in {self.folders.home} was written by a newer Neo4j than the one to start",
                expected=f"data of Neo4j {self.release.version} or older",
                actual=written,
                hint="Use the twin-topology that wrote it, or set TWIN_DATA_DIR to another folder",
            )
