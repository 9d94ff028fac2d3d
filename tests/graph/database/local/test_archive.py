from __future__ import annotations

from pathlib import Path

import pytest

from graph.database.local import LocalServer
from graph.database.local.archive import Archive
from graph.database.local.java import Java

pytestmark = pytest.mark.neo4j  # needs the jars


@pytest.fixture
def archive(tmp_path: Path, jar_cache: Path, line: str) -> Archive:
    server = LocalServer(data_dir=tmp_path, cache_dir=jar_cache, line=line)
    server.jar_folder.complete(server.source)
    own = LocalServer(data_dir=tmp_path, line=line)  # archives of this test's own
    own.folders.make()
    return Archive(
        java=server.java,
        folders=own.folders,
        classpath=tuple(server.jar_folder.classpath()),
        digest=server.release.digest,
    )


def run(archive: Archive, flags: list[str]) -> None:
    """Run a short program on the class path of Neo4j; with -Xshare:on it fails where the archive does not fit."""
    classpath = ":".join(str(path) for path in archive.classpath)
    program = ["-cp", classpath, "org.neo4j.cli.AdminTool", "--help"]
    done = archive.java.run([*flags, *program], home=archive.folders.home)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.long
def test_made_by_one_run_used_by_the_next_and_refused_when_spoilt(archive: Archive) -> None:
    leaving = archive.flags()
    assert f"-XX:ArchiveClassesAtExit={archive.pending}" in leaving
    run(archive, leaving)
    assert archive.pending.exists()
    using = archive.flags()
    assert not archive.pending.exists()
    assert archive.usable()
    assert str(archive.classes) in using[0]
    run(archive, [using[0], "-Xshare:on"])

    whole = archive.classes.read_bytes()
    archive.classes.unlink()
    assert not archive.usable()
    archive.pending.write_bytes(whole[: len(whole) // 2])
    archive.adopt()
    assert not archive.usable()
    assert not archive.pending.exists()


def test_without_java_there_is_no_archive_and_no_error(archive: Archive) -> None:
    broken = Archive(
        java=Java(launcher=archive.folders.home / "no-java", version=(21,)),
        folders=archive.folders,
        classpath=archive.classpath,
        digest=archive.digest,
    )
    assert broken.flags() == []
    broken.discard()
