from __future__ import annotations

import io
import zipfile

import pytest

from graph.database.local.errors import ReleaseUnknown
from graph.database.local.release import LTS_LINE, NEWEST_LINE, Version, parse_lock, pinned_versions, release
from graph.database.local.resolution import lock_text, pinned


@pytest.mark.parametrize("line", [NEWEST_LINE, LTS_LINE])
def test_pins_each_jar_once(line: str) -> None:
    chosen = release(line)
    assert chosen.version.startswith(f"{line}.")
    assert chosen.main_jar in {jar.name for jar in chosen.jars}
    assert len({jar.name for jar in chosen.jars}) == len(chosen.jars) > 200
    assert all(len(jar.sha256) == 64 and jar.size > 0 and not jar.path.startswith("/") for jar in chosen.jars)
    assert release(chosen.version) == chosen


def test_versions_compare_by_number() -> None:
    assert Version.parse("5.26.9") < Version.parse("5.26.30") < Version.parse("2026.08.1") < Version.parse("2026.10.0")
    assert list(pinned_versions()) == sorted(pinned_versions(), key=Version.parse)


@pytest.mark.parametrize("asked", ["4.4", "5", "5.26.0", "202"])
def test_unknown_release_names_those_we_have(asked: str) -> None:
    if asked == "5":
        assert release(asked).version.startswith("5.26.")
        return
    with pytest.raises(ReleaseUnknown, match=r"5\.26"):
        release(asked)


def jar(manifest: str) -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as opened:
        opened.writestr("META-INF/MANIFEST.MF", manifest)
    return body.getvalue()


def test_lock_reads_back_and_jars_that_name_others_come_last() -> None:
    plain, naming = jar("Manifest-Version: 1.0\r\n"), jar("Manifest-Version: 1.0\r\nClass-Path: other.jar\r\n")
    jars = pinned([("a/naming.jar", naming), ("b/plain.jar", plain)])
    assert [one.name for one in jars] == ["plain.jar", "naming.jar"]
    assert parse_lock("1.0", lock_text("1.0", jars)).jars == tuple(jars)
