"""One start of the server, from settings to first answer; whoever calls holds the lock."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psutil

from graph.database.errors import DatabaseAuthFailed
from graph.database.local import process
from graph.database.local.archive import Archive
from graph.database.local.configuration import LOOPBACK, Memory, java_arguments, neo4j_conf
from graph.database.local.credentials import USER, password, read_password
from graph.database.local.endpoint import Endpoint
from graph.database.local.errors import LocalPasswordRefused, LogTorn, PortTaken, StartFailed
from graph.database.local.folders import Folders, FreeBytes, free_bytes, require_room, write_whole
from graph.database.local.jars import JarFolder
from graph.database.local.java import Java
from graph.database.local.ports import free_port, holder
from graph.database.local.progress import Progress, Report
from graph.database.local.reach import check_server, fault_of_database, listens
from graph.errors import DatabaseUnavailable

_POLL: Final = 0.02
_KEPT: Final = "transactions-before-repair"

RECOVERY_HEAP: Final = 4096
"""MB of Java heap, at most, to read a torn transaction log with: where a disk filled up in the middle of a record,
Neo4j takes what follows for a length, asks for up to 2 GB at once, and only then sees that it was never finished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Launcher:
    """Starts the server of `folders`; `fixed_port` says that its port may not be changed, `patience` is in seconds.

    `repair` has Neo4j cut a transaction log off where it can't be read any further; the logs are copied before.
    """

    java: Java
    folders: Folders
    jars: JarFolder
    memory: Memory
    java_options: tuple[str, ...]
    fixed_port: bool
    patience: float
    report: Report
    free: FreeBytes = free_bytes
    repair: bool = False

    @property
    def archive(self) -> Archive:
        """The class archive for these jars."""
        classpath = tuple(self.jars.classpath())
        return Archive(java=self.java, folders=self.folders, classpath=classpath, digest=self.jars.release.digest)

    def start(self, port: int) -> Endpoint:
        """Launch the server and wait for its first answer; raises StartFailed, PortTaken, LocalPasswordRefused."""
        if self.folders.first_start.exists() or not (self.folders.data / "databases" / "system").exists():
            return self._first_start(port)
        endpoint_of(self.folders, port)  # without a password there is no use in starting
        if self.repair:
            kept = keep_logs(self.folders, self.free)
            self.report(Progress(step=f"The transaction logs as they were are kept in {kept}"))
        return self.launch(port)

    def ready(self, found: psutil.Process, port: int) -> Endpoint:
        """Wait until the server answers; one that doesn't in time is ended."""
        endpoint = endpoint_of(self.folders, port)
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            if process.is_gone(found):
                self.folders.pid.unlink(missing_ok=True)
                raise self._failed("Neo4j ended while it was starting")
            if listens(LOOPBACK, port) and self._answers(found, endpoint):
                note_answer(self.folders)
                return endpoint
            time.sleep(_POLL)
        process.end(found, timeout=10.0)
        raise self._failed(f"Neo4j did not answer within {self.patience:.0f} seconds")

    def _first_start(self, port: int) -> Endpoint:
        """Set the password and start. Until the first answer the data counts as half-made and is thrown away."""
        half_made = self.folders.first_start.exists() and not process.has_run(self.folders)
        if half_made and self.folders.data.exists():
            shutil.rmtree(self.folders.data)
        write_whole(self.folders.first_start, "")
        password(self.folders)
        self._configure(port, [])
        self._set_password()
        return self.launch(port)

    def _set_password(self) -> None:
        admin = [f"@{self.folders.java_arguments}", "-XX:TieredStopAtLevel=1", "org.neo4j.cli.AdminTool"]
        secret = f"@{self.folders.password}"  # read by the tool itself, so that no command line shows it
        done = self.java.run([*admin, "dbms", "set-initial-password", secret], home=self.folders.home)
        if done.returncode != 0:
            said = " ".join((done.stderr or done.stdout).split())[:500]
            raise StartFailed(
                "Neo4j did not take its first password",
                actual=said,
                hint="`twin doctor` looks closer; then start again",
            )

    def launch(self, port: int) -> Endpoint:
        """Start on data that is ready for it.

        Where the server ends at once, it is tried again: with more memory, on a fresh port, or without the archive.
        """
        archive = self.archive
        flags = archive.flags()
        with_archive = archive.usable()
        try:
            return self._launched(port, flags)
        except StartFailed as failure:
            more = self._more_heap()
            if "Java heap space" in (failure.actual or "") and more > 1.5 * self.memory.heap:
                self.report(Progress(step=f"Neo4j had too little memory; once more with {more} MB of heap"))
                return replace(self, memory=replace(self.memory, heap=more)).launch(port)
            taken = "already in use" in (failure.actual or "")
            if taken and self.fixed_port:
                raise port_taken(port) from failure
            if not (taken or with_archive):
                raise
        archive.discard()
        return self._launched(free_port() if taken else port, [])

    def _more_heap(self) -> int:
        """MB of heap that a recovery may take: never more than half of what nobody uses."""
        return min(RECOVERY_HEAP, psutil.virtual_memory().available // 2 // 1_000_000)

    def _launched(self, port: int, archive_flags: list[str]) -> Endpoint:
        release = self.jars.release
        self.report(Progress(step=f"Starting Neo4j {release.version}"))
        self._configure(port, archive_flags)
        shutil.rmtree(self.folders.run, ignore_errors=True)
        self.folders.run.mkdir(mode=0o700, exist_ok=True)
        (self.folders.logs / "neo4j.log").unlink(missing_ok=True)  # an error's text is this start's own
        launched = process.launch(self.java, self.folders, release, port)
        try:
            return self.ready(launched, port)
        except LocalPasswordRefused:
            process.end(launched, timeout=self.patience)
            raise

    def _configure(self, port: int, archive_flags: list[str]) -> None:
        folders, version = self.folders, self.jars.release.number
        arguments = java_arguments(
            folders,
            memory=self.memory,
            options=(*archive_flags, *self.java_options),
            classpath=self.jars.classpath(),
        )
        settings = neo4j_conf(folders, version=version, port=port, memory=self.memory, repair=self.repair)
        write_whole(folders.configuration / "neo4j.conf", settings)
        write_whole(folders.java_arguments, arguments)

    def _answers(self, found: psutil.Process, endpoint: Endpoint) -> bool:
        """Whether server and database answer; raises where the server does and the database never will."""
        try:
            check_password(self.folders, endpoint)
            fault = fault_of_database(endpoint)
        except DatabaseAuthFailed:
            raise
        except DatabaseUnavailable:
            return False
        if fault is not None:
            process.end(found, timeout=self.patience)
            self.folders.pid.unlink(missing_ok=True)
            raise self._closed(fault)
        return True

    def _closed(self, fault: str) -> StartFailed | LogTorn:
        """Why a server has answered without its database."""
        if not process.log_unreadable(self.folders):
            hint = process.log_advice(self.folders)
            return StartFailed("Neo4j runs, but its database doesn't", actual=fault, hint=hint)
        return LogTorn(
            "The transaction log of the database can't be read to its end, as after a disk that was full",
            actual=fault,
            hint="Copy the data directory or put a backup back; or `twin neo4j start --repair`, which keeps the log "
            "aside and cuts off what can't be read: after a full disk that is one transaction that nobody was told "
            "is done",
        )

    def _failed(self, message: str) -> StartFailed:
        return StartFailed(message, actual=process.last_words(self.folders), hint=process.log_advice(self.folders))


def endpoint_of(folders: Folders, port: int) -> Endpoint:
    """Return the endpoint at a port with the password in our file; raises LocalPasswordRefused without one."""
    known = read_password(folders)
    if known is None:
        raise LocalPasswordRefused(
            f"The password file {folders.password} is missing or empty", hint=_password_advice(folders)
        )
    return Endpoint(uri=f"bolt://{LOOPBACK}:{port}", user=USER, password=known)


def keep_logs(folders: Folders, free: FreeBytes) -> Path:
    """Copy the transaction logs to a folder of their own in the home, and return it; raises DiskFull."""
    logs = folders.data / "transactions"
    size = sum(each.stat().st_size for each in logs.rglob("*") if each.is_file())
    require_room(folders.home, size, what="to keep the transaction logs as they are", free=free)
    kept = folders.home / f"{_KEPT}-{len(kept_logs(folders)) + 1}"
    half_made = folders.home / f"{_KEPT}.part"
    shutil.rmtree(half_made, ignore_errors=True)
    shutil.copytree(logs, half_made)
    return half_made.rename(kept)


def kept_logs(folders: Folders) -> list[Path]:
    """Return where transaction logs were kept before they were cut off, oldest first."""
    return sorted(folders.home.glob(f"{_KEPT}-*"), key=lambda each: int(each.name.removeprefix(f"{_KEPT}-")))


def note_answer(folders: Folders) -> None:
    """Note that the running server answered: from now on its data is in use, by the version that runs."""
    record = process.read_record(folders)
    if record is not None and data_version(folders) != record.version:
        write_whole(folders.version, record.version, mode=0o644)
    folders.first_start.unlink(missing_ok=True)


def data_version(folders: Folders) -> str | None:
    """Return the version of the Neo4j that last ran on the data, None where none did."""
    try:
        return folders.version.read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def check_password(folders: Folders, endpoint: Endpoint) -> None:
    """Log in to the local server; raises LocalPasswordRefused, or DatabaseUnavailable where it doesn't answer."""
    try:
        check_server(endpoint)
    except DatabaseAuthFailed as error:
        raise LocalPasswordRefused(
            f"The local Neo4j does not accept the password in {folders.password}", hint=_password_advice(folders)
        ) from error


def port_taken(port: int) -> PortTaken:
    """Return the error for a port that was asked for and can't be had."""
    return PortTaken(
        f"Port {port} on {LOOPBACK} is taken",
        actual=holder(port),
        hint="End that program, or ask for another port; without one, a free port is chosen",
    )


def _password_advice(folders: Folders) -> str:
    return (
        "Put the right password back into that file; without it, run `twin neo4j stop` and move the folder "
        f"{folders.home} away to begin with an empty database"
    )
