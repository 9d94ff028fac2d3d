"""One start of the server, from settings to first answer; whoever calls holds the lock."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass, replace
from itertools import count
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
from graph.database.local.folders import Folders, write_whole
from graph.database.local.jars import JarFolder
from graph.database.local.java import Java
from graph.database.local.ports import free_port, holder
from graph.database.local.progress import Progress, Report
from graph.database.local.reach import check_server, fault_of_database, listens
from graph.errors import DatabaseUnavailable

_POLL: Final = 0.02

RECOVERY_HEAP: Final = 4096
"""MB of Java heap to read a torn transaction log with: where a disk filled up in the middle of a record, Neo4j takes
what follows for a length, asks for up to 2 GB at once, and only then sees that the record was never finished."""


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
            kept = keep_logs(self.folders)
            self.report(Progress(step=f"The transaction logs as they were are kept in {kept}"))
        return self._start(port)

    def ready(self, found: psutil.Process, port: int) -> Endpoint:
        """Wait until the server answers; one that doesn't in time is ended."""
        endpoint = endpoint_of(self.folders, port)
        deadline = time.monotonic() + self.patience
        while time.monotonic() < deadline:
            if process.is_gone(found):
                self.folders.pid.unlink(missing_ok=True)
                raise self._failed("Neo4j ended while it was starting")
            if listens(LOOPBACK, port) and self._answers(endpoint):
                self._require_database(found, endpoint)
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
        return self._start(port)

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

    def _start(self, port: int) -> Endpoint:
        """Start; where the server ends at once, try again with memory, on a fresh port, or without the archive."""
        archive = self.archive
        flags = archive.flags()
        with_archive = archive.usable()
        try:
            return self._launched(port, flags)
        except StartFailed as failure:
            if "OutOfMemoryError" in (failure.actual or "") and self.memory.heap < RECOVERY_HEAP:
                self.report(Progress(step=f"Neo4j had too little memory; once more with {RECOVERY_HEAP} MB of heap"))
                return replace(self, memory=replace(self.memory, heap=RECOVERY_HEAP)).start(port)
            taken = "already in use" in (failure.actual or "")
            if taken and self.fixed_port:
                raise port_taken(port) from failure
            if not (taken or with_archive):
                raise
        archive.discard()
        return self._launched(free_port() if taken else port, [])

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

    def _answers(self, endpoint: Endpoint) -> bool:
        try:
            check_password(self.folders, endpoint)
        except DatabaseAuthFailed:
            raise
        except DatabaseUnavailable:
            return False
        return True

    def _require_database(self, found: psutil.Process, endpoint: Endpoint) -> None:
        """End a server that answers without its database, and say why there is none."""
        fault = fault_of_database(endpoint)
        if fault is None:
            return
        process.end(found, timeout=self.patience)
        if not process.log_unreadable(self.folders):
            hint = process.log_advice(self.folders)
            raise StartFailed("Neo4j runs, but its database doesn't", actual=fault, hint=hint)
        raise LogTorn(
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


def keep_logs(folders: Folders) -> Path:
    """Copy the transaction logs to a folder of their own in the home, and return it."""
    kept = next(
        place for number in count(1) if not (place := folders.home / f"transactions-before-repair-{number}").exists()
    )
    return shutil.copytree(folders.data / "transactions", kept)


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
