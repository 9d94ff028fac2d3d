from __future__ import annotations

from pathlib import Path

import pytest

from graph.database.local.download import RepositorySource
from graph.database.local.errors import ChecksumWrong, DiskFull, FolderNotWritable, JarMissing, RepositoryUnreachable
from graph.database.local.jars import FolderSource, JarFolder
from graph.database.local.progress import Progress
from graph.database.local.release import Release
from tests.graph.database.local.repository import CONTENT, Repository


def folder_of(tmp_path: Path, release: Release) -> JarFolder:
    return JarFolder(folder=tmp_path / "jars", release=release)


def nothing_half_made(folder: JarFolder) -> bool:
    known = {jar.name for jar in folder.release.jars} | {".lock", "checked.json"}
    return {path.name for path in folder.folder.iterdir()} <= known and not folder.wrong()


def test_downloads_checks_and_remembers(tmp_path: Path, small_release: Release, repository: Repository) -> None:
    folder, seen = folder_of(tmp_path, small_release), list[Progress]()
    folder.complete(RepositorySource(mirror=repository.address), seen.append)
    assert [path.read_bytes() for path in folder.classpath()] == list(CONTENT.values())
    assert seen[-1].done == seen[-1].total == small_release.size
    folder.complete(RepositorySource(mirror="http://127.0.0.1:9"))
    assert len(repository.asked) == len(CONTENT)
    assert nothing_half_made(folder)


def test_takes_only_what_lacks(tmp_path: Path, small_release: Release, repository: Repository) -> None:
    folder = folder_of(tmp_path, small_release)
    folder.complete(RepositorySource(mirror=repository.address))
    folder.classpath()[1].unlink()
    folder.classpath()[2].write_bytes(b"spoilt")
    repository.asked.clear()
    folder.complete(RepositorySource(mirror=f"{repository.address}/"))
    assert sorted(repository.asked) == [jar.path for jar in small_release.jars[1:3]]
    assert not folder.wrong()


def test_wrong_checksum_names_the_file(tmp_path: Path, small_release: Release, repository: Repository) -> None:
    bad = small_release.jars[3]
    repository.files[bad.path] = b"x" * bad.size
    folder = folder_of(tmp_path, small_release)
    with pytest.raises(ChecksumWrong, match=bad.name) as caught:
        folder.complete(RepositorySource(mirror=repository.address))
    assert bad.sha256 in str(caught.value)
    assert nothing_half_made(folder)
    assert bad in folder.missing()


def test_missing_in_the_repository(tmp_path: Path, small_release: Release, repository: Repository) -> None:
    del repository.files[small_release.jars[0].path]
    folder = folder_of(tmp_path, small_release)
    with pytest.raises(JarMissing, match="404") as caught:
        folder.complete(RepositorySource(mirror=repository.address))
    assert "TWIN_NEO4J_JARS" in (caught.value.hint or "")
    assert nothing_half_made(folder)


def test_cut_off_is_no_jar(tmp_path: Path, small_release: Release, repository: Repository) -> None:
    repository.cut_off.add(small_release.jars[4].path)
    folder = folder_of(tmp_path, small_release)
    with pytest.raises(RepositoryUnreachable, match=small_release.jars[4].name):
        folder.complete(RepositorySource(mirror=repository.address))
    assert nothing_half_made(folder)
    repository.cut_off.clear()
    folder.complete(RepositorySource(mirror=repository.address))
    assert not folder.unchecked()


def test_tries_again_after_a_passing_fault(tmp_path: Path, small_release: Release, repository: Repository) -> None:
    repository.refused[small_release.jars[2].path] = [503, 429]
    folder = folder_of(tmp_path, small_release)
    folder.complete(RepositorySource(mirror=repository.address))
    assert not folder.unchecked()


def test_no_network_advises_a_folder(tmp_path: Path, small_release: Release) -> None:
    folder = folder_of(tmp_path, small_release)
    with pytest.raises(RepositoryUnreachable) as caught:
        folder.complete(RepositorySource(mirror="http://127.0.0.1:9"))
    assert "TWIN_NEO4J_JARS" in (caught.value.hint or "")
    assert nothing_half_made(folder)


@pytest.mark.parametrize("as_maven", [True, False])
def test_folder_of_jars_flat_or_as_maven_lays_it_out(tmp_path: Path, small_release: Release, as_maven: bool) -> None:
    brought = tmp_path / "brought"
    for jar in small_release.jars:
        place = brought / (jar.path if as_maven else jar.name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(CONTENT[jar.path])
    folder = folder_of(tmp_path, small_release)
    FolderSource(folder=brought).probe(small_release.jars)
    folder.complete(FolderSource(folder=brought))
    assert not folder.unchecked()


def test_folder_of_jars_is_checked_too(tmp_path: Path, small_release: Release) -> None:
    brought = tmp_path / "brought"
    brought.mkdir()
    for jar in small_release.jars[1:]:
        (brought / jar.name).write_bytes(CONTENT[jar.path])
    folder, source = folder_of(tmp_path, small_release), FolderSource(folder=brought)
    with pytest.raises(JarMissing, match=small_release.jars[0].name):
        folder.complete(source)
    (brought / small_release.jars[0].name).write_bytes(b"another file")
    for attempt in (lambda: folder.complete(source), lambda: source.probe(small_release.jars)):
        with pytest.raises(ChecksumWrong, match=small_release.jars[0].name):
            attempt()
    assert nothing_half_made(folder)


def test_disk_full_is_seen_before_the_download(tmp_path: Path, small_release: Release, repository: Repository) -> None:
    folder = JarFolder(folder=tmp_path / "jars", release=small_release, free=lambda _: 1_000_000)
    with pytest.raises(DiskFull, match="TWIN_DATA_DIR"):
        folder.complete(RepositorySource(mirror=repository.address))
    assert not repository.asked


def test_folder_that_cant_be_made(tmp_path: Path, small_release: Release, repository: Repository) -> None:
    (tmp_path / "jars").write_text("a file, not a folder")
    with pytest.raises(FolderNotWritable, match="TWIN_DATA_DIR"):
        folder_of(tmp_path, small_release).complete(RepositorySource(mirror=repository.address))


def test_sweeps_what_a_killed_process_left(tmp_path: Path, small_release: Release, repository: Repository) -> None:
    folder = folder_of(tmp_path, small_release)
    folder.folder.mkdir()
    (folder.folder / f".{small_release.jars[0].name}.part").write_bytes(b"half")
    folder.complete(RepositorySource(mirror=repository.address))
    assert nothing_half_made(folder)


def test_probe_takes_nothing(small_release: Release, repository: Repository) -> None:
    RepositorySource(mirror=repository.address).probe(small_release.jars)
    assert repository.asked == [small_release.jars[0].path]
    with pytest.raises(RepositoryUnreachable):
        RepositorySource(mirror="http://127.0.0.1:9").probe(small_release.jars)
    repository.files.clear()
    with pytest.raises(JarMissing):
        RepositorySource(mirror=repository.address).probe(small_release.jars)
