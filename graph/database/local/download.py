"""Jars from a Maven repository: many at a time, each checked while it arrives and renamed only when it is right."""

from __future__ import annotations

import hashlib
import ssl
import threading
from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

from graph.database.local.errors import JarMissing, RepositoryUnreachable
from graph.database.local.jars import require_right
from graph.database.local.progress import Progress, Report
from graph.database.local.release import Jar

PARALLEL: Final = 16
_ATTEMPTS: Final = 3
_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})  # answers that may be others a moment later
_FOLDER_ADVICE: Final = (
    "Connect this machine to the network and try again; or bring the jars from a machine that has it and set "
    "TWIN_NEO4J_JARS to their folder (docs/local-server.md)"
)


def default_repository() -> str:
    """Return the address of Maven Central, as jgo knows it."""
    from jgo.constants import MAVEN_CENTRAL_URL  # slow to import, and not needed once the jars are here

    return MAVEN_CENTRAL_URL


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositorySource:
    """A Maven repository over HTTP: `mirror`, or Maven Central. `timeout` in seconds, for each answer to arrive."""

    mirror: str | None = None
    timeout: float = 30.0

    @property
    def place(self) -> str:
        """The address of the repository."""
        return (self.mirror or default_repository()).rstrip("/")

    def probe(self, jars: Sequence[Jar]) -> None:
        """Ask for the first jar's head; raises JarMissing or RepositoryUnreachable."""
        address = f"{self.place}/{jars[0].path}"
        try:
            httpx.head(address, timeout=self.timeout, follow_redirects=True, verify=_trust()).raise_for_status()
        except httpx.HTTPStatusError as error:
            raise _refused(address, error) from error
        except httpx.TransportError as error:
            raise _unreachable(jars[0], self.place, error) from error

    def fetch(self, jars: Sequence[Jar], into: Path, report: Report) -> None:
        """Download the jars into `into`; raises ChecksumWrong, JarMissing or RepositoryUnreachable.

        The first failure ends the others. Files that were whole and right by then stay, nothing else does.
        """
        wanted = sorted(jars, key=lambda jar: -jar.size)  # the largest first: nothing long is left for the end
        limits = httpx.Limits(max_connections=PARALLEL, max_keepalive_connections=PARALLEL)
        with httpx.Client(timeout=self.timeout, limits=limits, follow_redirects=True, verify=_trust()) as client:
            _Download(client, self.place, into, _Meter(report, sum(jar.size for jar in wanted))).run(wanted)


def _trust() -> ssl.SSLContext:
    """Trust certifi's certificates and the machine's own, which know a company's proxy."""
    context = httpx.create_ssl_context()
    context.load_default_certs()
    return context


class _Meter:
    """Adds up what all threads received."""

    def __init__(self, report: Report, total: int) -> None:
        self._report = report
        self._total = total
        self._done = 0
        self._lock = threading.Lock()

    def add(self, count: int) -> None:
        with self._lock:
            self._done += count  # what is fetched twice counts once more, but is never shown beyond the whole
            self._report(Progress(step="Downloading Neo4j", done=min(self._done, self._total), total=self._total))


class _Download:
    """One run over a list of jars."""

    def __init__(self, client: httpx.Client, address: str, into: Path, meter: _Meter) -> None:
        self._client = client
        self._address = address
        self._into = into
        self._meter = meter
        self._given_up = threading.Event()

    def run(self, jars: list[Jar]) -> None:
        with ThreadPoolExecutor(PARALLEL, thread_name_prefix="jars") as pool:
            pending = [pool.submit(self._one, jar) for jar in jars]
            try:
                done, _ = wait(pending, return_when=FIRST_EXCEPTION)
            finally:
                self._given_up.set()
                pool.shutdown(cancel_futures=True)
        for future in done:
            future.result()

    def _one(self, jar: Jar) -> None:
        address = f"{self._address}/{jar.path}"
        temporary = self._into / f".{jar.name}.part"
        try:
            require_right(jar, self._received(jar, address, temporary), where=address)
            temporary.replace(self._into / jar.name)
        finally:
            temporary.unlink(missing_ok=True)

    def _received(self, jar: Jar, address: str, temporary: Path) -> str:
        """Write what the address holds to `temporary` and return its SHA-256, trying again after passing faults."""
        fault: httpx.HTTPError | None = None
        for _ in range(_ATTEMPTS):
            try:
                return self._stream(address, temporary)
            except httpx.HTTPStatusError as error:
                if error.response.status_code not in _PASSING:
                    raise _refused(address, error) from error
                fault = error
            except httpx.TransportError as error:
                fault = error
            if self._given_up.is_set():
                break
        raise _unreachable(jar, self._address, fault) from fault

    def _stream(self, address: str, temporary: Path) -> str:
        digest = hashlib.sha256()
        with self._client.stream("GET", address) as response, temporary.open("wb") as file:
            response.raise_for_status()
            for chunk in response.iter_bytes(1 << 18):
                if self._given_up.is_set():
                    raise httpx.ReadError("Another download failed")
                file.write(chunk)
                digest.update(chunk)
                self._meter.add(len(chunk))
        return digest.hexdigest()


def _refused(address: str, error: httpx.HTTPStatusError) -> JarMissing:
    return JarMissing(
        f"{address} can't be had: the repository answered {error.response.status_code}",
        hint="If that is a mirror, see that it holds all of Maven Central; or set TWIN_NEO4J_JARS to a folder of jars",
    )


def _unreachable(jar: Jar, place: str, fault: Exception | None) -> RepositoryUnreachable:
    return RepositoryUnreachable(f"{jar.name} can't be downloaded from {place}", actual=str(fault), hint=_FOLDER_ADVICE)
