from __future__ import annotations

import stat
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from graph.database.local.configuration import Memory, java_arguments, memory_for, neo4j_conf, quoted_argument
from graph.database.local.credentials import password, read_password, readable_by_others
from graph.database.local.endpoint import Endpoint
from graph.database.local.folders import Folders, write_whole
from graph.database.local.java import environment
from graph.database.local.release import Version

MEMORY = Memory(heap=1024, page_cache=512)


def settings(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines())


def test_listens_on_loopback_alone_and_tells_nobody() -> None:
    folders = Folders.of(Path("/data"))
    for version in ("5.26.30", "2026.08.1"):
        conf = settings(neo4j_conf(folders, version=Version.parse(version), port=7999, memory=MEMORY))
        assert conf["server.bolt.listen_address"] == "127.0.0.1:7999"
        assert conf["server.default_listen_address"] == "127.0.0.1"
        for off in (
            "server.http.enabled",
            "server.https.enabled",
            "dbms.usage_report.enabled",
            "client.allow_telemetry",
            "dbms.security.allow_csv_import_from_file_urls",
        ):
            assert conf[off] == "false"
        assert not any("0.0.0.0" in value for value in conf.values())
        assert ("server.fleet_discovery.enabled" in conf) == (version != "5.26.30")


def test_memory_grows_with_the_machine_within_bounds() -> None:
    assert memory_for(2 << 30) == Memory(heap=512, page_cache=256)
    assert memory_for(24 << 30) == Memory(heap=1536, page_cache=1536)
    assert memory_for(1 << 40) == Memory(heap=4096, page_cache=8192)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
def test_argument_files_keep_any_path(text: str) -> None:
    quoted = quoted_argument(text)
    assert quoted[0] == quoted[-1] == '"'
    assert quoted[1:-1].replace('\\"', '"').replace("\\\\", "\\") == text


def test_java_arguments_hold_the_class_path_last() -> None:
    folders = Folders.of(Path("/data with blanks"))
    lines = java_arguments(folders, memory=MEMORY, options=["-XX:Some"], classpath=[Path("/a"), Path("/b c")])
    assert lines.splitlines()[-3:] == ['"-XX:Some"', '"-cp"', '"/a:/b c"']
    assert '"-Xmx1024m"' in lines


def test_java_runs_without_our_environment() -> None:
    assert not {"JAVA_TOOL_OPTIONS", "JAVA_HOME", "_JAVA_OPTIONS"} & environment(Path("/home")).keys()


def test_password_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    folders = Folders.of(tmp_path)
    folders.make()
    assert read_password(folders) is None
    made = password(folders)
    assert len(made) == 32
    assert made.isalnum()
    assert password(folders) == made == read_password(folders)
    assert stat.S_IMODE(folders.password.stat().st_mode) == 0o600
    assert not readable_by_others(folders.password)
    folders.password.chmod(0o640)
    assert readable_by_others(folders.password)


def test_a_written_file_is_old_or_new(tmp_path: Path) -> None:
    write_whole(tmp_path / "file", "old")
    write_whole(tmp_path / "file", "new", mode=0o644)
    assert (tmp_path / "file").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_endpoint_hides_its_password() -> None:
    endpoint = Endpoint(uri="bolt://127.0.0.1:7999", user="neo4j", password="secret1234", database="twin")
    assert "secret1234" not in repr(endpoint)
    assert endpoint.port == 7999
    assert endpoint.environment()["TWIN_NEO4J_DATABASE"] == "twin"
    assert Endpoint(uri="neo4j://host", user="neo4j", password="x").port == 7687
