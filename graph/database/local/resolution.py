"""Makes a lock file anew: `python -m graph.database.local.resolution 2026.08.1`, or `... GROUP:ARTIFACT:VERSION FILE`.

For maintainers, when a newer Neo4j comes out (or Kafka, which tests alone run). jgo resolves `org.neo4j:neo4j` as Maven
does (compile and runtime scope, every platform's native parts), each jar is fetched and checked against the
repository's own SHA-1, and what is pinned is the SHA-256 of those bytes. The order of the lines is the order of the
class path. Takes some minutes: hundreds of small files, one after the other.
"""

from __future__ import annotations

import hashlib
import io
import sys
import tempfile
import zipfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

import httpx
from jgo.constants import MAVEN_CENTRAL_URL
from jgo.maven import MavenContext

from graph.database.local.release import Jar

# Test libraries that leak into the runtime scope through jProcesses and byte-buddy-agent; nothing loads them.
UNUSED: Final = frozenset({"junit", "hamcrest", "mockito-core", "byte-buddy", "byte-buddy-agent", "objenesis"})


def resolve(coordinate: str, cache: Path) -> list[str]:
    """Return the Maven paths of all jars that `group:artifact:version` runs on, sorted; `cache` holds the POMs read."""
    context = MavenContext(repo_cache=cache, timeout=60)
    wanted = context.create_dependency(coordinate)
    own, further = context.resolver.resolve([wanted])
    artifacts = [
        dependency.artifact
        for dependency in (*own, *further)
        if dependency in own or dependency.scope in ("compile", "runtime")
    ]
    kept = [artifact for artifact in artifacts if artifact.artifactId not in UNUSED]
    return sorted((artifact.component.path_prefix / artifact.filename).as_posix() for artifact in kept)


def fetch(client: httpx.Client, path: str) -> tuple[str, bytes]:
    """Return a path and the jar it leads to, checked against the repository's SHA-1."""
    body = client.get(f"{MAVEN_CENTRAL_URL}/{path}").raise_for_status().content
    said = client.get(f"{MAVEN_CENTRAL_URL}/{path}.sha1").raise_for_status().text.split()[0]
    found = hashlib.sha1(body, usedforsecurity=False).hexdigest()
    if found != said:
        raise ValueError(f"{path}: the repository says SHA-1 {said}, its file has {found}")
    return path, body


def pinned(bodies: Iterable[tuple[str, bytes]]) -> list[Jar]:
    """Return the jars pinned and in order: what names further jars in its manifest stands at the end.

    With such a jar before those it names, the JVM of Java 21 refuses its own class archive ("shared class paths
    mismatch").
    """
    ordered = sorted(bodies, key=lambda item: (_names_others(item[1]), item[0]))
    return [Jar(path=path, size=len(body), sha256=hashlib.sha256(body).hexdigest()) for path, body in ordered]


def _names_others(jar: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(jar)) as opened:
        try:
            manifest = opened.read("META-INF/MANIFEST.MF")
        except KeyError:
            return False
    return b"\nClass-Path:" in manifest


def lock_text(version: str, jars: list[Jar]) -> str:
    """Return the text of Neo4j's lock file."""
    return _locked(f"Neo4j Community {version}: org.neo4j:neo4j", version, jars)


def _locked(title: str, arguments: str, jars: list[Jar]) -> str:
    head = (
        f"# Jars of {title} with its compile and runtime dependencies.\n"
        f"# Made by `python -m graph.database.local.resolution {arguments}`; don't edit.\n"
        "# Each line: SHA-256, bytes, path in a Maven repository.\n"
    )
    return head + "".join(f"{jar.sha256} {jar.size} {jar.path}\n" for jar in jars)


def main(version: str, file: str | None = None) -> None:
    """Write the lock file of a version of Neo4j beside this module, or that of a coordinate to `file`."""
    coordinate = version if file else f"org.neo4j:neo4j:{version}"
    with tempfile.TemporaryDirectory() as cache, httpx.Client(timeout=60) as client, ThreadPoolExecutor(16) as pool:
        paths = resolve(coordinate, Path(cache))
        jars = pinned(pool.map(partial(fetch, client), paths))
    target = Path(file) if file else Path(__file__).parent / "locks" / f"neo4j-{version}.lock"
    text = _locked(coordinate, f"{coordinate} {file}", jars) if file else lock_text(version, jars)
    target.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
