"""One start of the server, from settings to first answer; whoever calls holds the lock."""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from typing import Final

import psutil

from graph.database.errors import DatabaseAuthFailed
from graph.database.local import process
from graph.database.local.archive import Archive
from graph.database.local.configuration import LOOPBACK, Memory, java_arguments, neo4j_conf
from graph.database.local.credentials import USER, password, read_password
from graph.database.local.endpoint import Endpoint
from graph.database.local.errors import LocalPasswordRefused, PortTaken, StartFailed
from graph.database.local.folders import Folders, write_whole
from graph.database.local.jars import JarFolder
from graph.database.local.java import Java
from graph.database.local.ports import free_port, holder
from graph.database.local.progress import Progress, Report
from graph.database.local.reach import check_server, listens
from graph.errors import DatabaseUnavailable

_POLL: Final = 0.02


@dataclass(frozen=True, slots=True, kw_only=True)
class Launcher:
    """Starts the server of `folders`; `fixed_port` says that its port may not be changed, `patience` is in seconds."""

    java: Java
    folders: Folders
    jars: JarFolder
    memory: Memory
    java_options: tuple[str, ...]
    fixed_port: bool
    patience: float
    report: Report

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
        """Start; where the server ends at once, try again without the class archive, on a fresh port if need be."""
        archive = self.archive
        flags = archive.flags()
        with_archive = archive.usable()
        try:
            return self._launched(port, flags)
        except StartFailed as failure:
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
        settings = neo4j_conf(folders, version=version, port=port, memory=self.memory)
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
