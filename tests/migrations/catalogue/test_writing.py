from __future__ import annotations

import json
from pathlib import Path

import pytest

from migrations.catalogue import MANIFEST, write_site
from migrations.errors import CatalogueRefused

SITE = {"index.html": b"first", "types/Pump.html": b"pump", "types/Well.html": b"well"}


def content(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != MANIFEST
    }


def test_a_site_is_written_and_written_again(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "site"
    first = write_site(SITE.items(), folder)
    assert (first.written, first.unchanged, first.removed) == (3, 0, 0)
    assert content(folder) == SITE
    before = (folder / MANIFEST).read_bytes()
    again = write_site(SITE.items(), folder)
    assert (again.written, again.unchanged, again.removed) == (0, 3, 0)
    assert (folder / MANIFEST).read_bytes() == before


def test_what_is_no_page_any_more_goes_with_its_folder(tmp_path: Path) -> None:
    write_site(SITE.items(), tmp_path)
    done = write_site({"index.html": b"second"}.items(), tmp_path)
    assert (done.written, done.removed, done.kept) == (1, 2, ())
    assert content(tmp_path) == {"index.html": b"second"}
    assert not (tmp_path / "types").exists()


def test_a_page_of_nothing_that_was_changed_by_hand_stays(tmp_path: Path) -> None:
    write_site(SITE.items(), tmp_path)
    (tmp_path / "types/Well.html").write_bytes(b"mine")
    done = write_site({"index.html": b"first"}.items(), tmp_path, force=True)
    assert done.kept == ("types/Well.html",)
    assert content(tmp_path) == {"index.html": b"first", "types/Well.html": b"mine"}


def test_another_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_bytes(b"mine")
    (tmp_path / "index.html").write_bytes(b"mine too")
    with pytest.raises(CatalogueRefused, match="holds something else"):
        write_site(SITE.items(), tmp_path)
    assert content(tmp_path) == {"notes.txt": b"mine", "index.html": b"mine too"}
    write_site(SITE.items(), tmp_path, force=True)
    assert content(tmp_path) == {**SITE, "notes.txt": b"mine"}
    write_site({"index.html": b"x"}.items(), tmp_path)
    assert content(tmp_path) == {"index.html": b"x", "notes.txt": b"mine"}


@pytest.mark.parametrize("path", ["types/Pump.html", "types/New.html"])
def test_what_others_wrote_among_the_pages_is_not_written_over(tmp_path: Path, path: str) -> None:
    write_site(SITE.items(), tmp_path)
    (tmp_path / path).write_bytes(b"mine")
    changed = {**SITE, "types/New.html": b"new", "types/Pump.html": b"another pump"}
    with pytest.raises(CatalogueRefused, match=path):
        write_site(changed.items(), tmp_path)
    assert (tmp_path / path).read_bytes() == b"mine"
    write_site(changed.items(), tmp_path, force=True)
    assert content(tmp_path) == changed


def test_a_link_never_leads_out(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "Pump.html").write_bytes(b"mine")
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "types").symlink_to(outside)
    with pytest.raises(CatalogueRefused, match="leads elsewhere"):
        write_site(SITE.items(), folder, force=True)
    (folder / "types").unlink()
    (folder / "index.html").symlink_to(outside / "Pump.html")
    write_site(SITE.items(), folder, force=True)
    assert content(folder) == SITE
    assert content(outside) == {"Pump.html": b"mine"}


@pytest.mark.parametrize("named", ["../mine.txt", "/mine.txt", "types/../../mine.txt", "", "C:mine.txt"])
def test_a_manifest_that_names_what_lies_outside_removes_nothing(tmp_path: Path, named: str) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_bytes(b"first")
    folder = tmp_path / "site"
    write_site(SITE.items(), folder)
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"][named] = manifest["files"]["index.html"]
    (folder / MANIFEST).write_text(json.dumps(manifest))
    write_site(SITE.items(), folder)
    assert mine.read_bytes() == b"first"


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "other/1", "files": {"index.html": "x"}}'])
def test_a_manifest_of_somebody_else_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / MANIFEST).write_text(text)
    with pytest.raises(CatalogueRefused):
        write_site(SITE.items(), tmp_path)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "site").write_bytes(b"mine")
    with pytest.raises(CatalogueRefused, match="is a file"):
        write_site(SITE.items(), tmp_path / "site", force=True)
