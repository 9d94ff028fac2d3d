from __future__ import annotations

import io
import os
import subprocess
import sys
import time
import zipfile
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from graph.database.local import LocalServer, Memory, ServerState
from graph.database.local.credentials import password
from graph.database.local.diagnosis import diagnose
from graph.database.local.errors import StartFailed
from graph.database.local.folders import Folders, free_bytes
from graph.database.local.jars import JarFolder
from graph.database.local.java import Java
from graph.database.local.launcher import RECOVERY_HEAP, Launcher
from graph.database.local.process import Record, end, is_gone, last_words, launch, read_record, running, write_record
from graph.database.local.progress import unreported
from graph.database.local.release import Release


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    made = Folders.of(tmp_path)
    made.make()
    return made


@pytest.mark.parametrize("text", ["", "not a number", "999999999", "-1", "our own"])
def test_a_pid_that_is_not_our_server_is_stale(folders: Folders, text: str) -> None:
    folders.pid.write_text(str(os.getpid()) if text == "our own" else text)
    write_record(folders, Record(port=7999, version="2026.08.1"))
    assert running(folders) is None
    server = LocalServer(data_dir=folders.home.parent)
    assert server.status().state is ServerState.STOPPED
    assert not server.stop()
    assert not folders.pid.exists()
    assert psutil.pid_exists(os.getpid())


def test_a_stale_pid_is_found_by_the_doctor(folders: Folders) -> None:
    folders.pid.write_text("999999999")
    server = LocalServer(data_dir=folders.home.parent, mirror="http://127.0.0.1:9")
    finding = next(finding for finding in diagnose(server) if finding.name == "process")
    assert not finding.ok
    assert "twin neo4j start" in (finding.advice or "")
    assert folders.pid.exists()


@pytest.mark.parametrize("text", ["", "[]", "null", '{"port": "x", "version": "1"}', '{"port": 1}', "{"])
def test_a_record_that_cant_be_read_is_none(folders: Folders, text: str) -> None:
    folders.state.write_text(text)
    assert read_record(folders) is None
    write_record(folders, Record(port=7999, version="2026.08.1"))
    assert read_record(folders) == Record(port=7999, version="2026.08.1")


def test_end_asks_first_and_kills_after_the_time_is_up() -> None:
    waits = "import time\nprint('up', flush=True)\ntime.sleep(60)"
    deaf = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{waits}"
    for program, willing in ((waits, True), (deaf, False)):
        with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as started:
            assert started.stdout is not None
            assert started.stdout.readline() == "up\n"
            found = psutil.Process(started.pid)
            assert not is_gone(found)
            assert end(found, timeout=10.0 if willing else 0.1) is willing
            assert is_gone(found)
            assert end(found, timeout=0.1)


def test_a_server_that_ends_at_once_is_told_with_its_last_words(folders: Folders, small_release: Release) -> None:
    jars = folders.jars(small_release.version)
    jars.mkdir(parents=True)
    jars.joinpath(small_release.main_jar).write_bytes(main_jar())
    java = Java(launcher=folders.home / "no-java", version=(21,))
    with suppress(StartFailed):  # or it ends a moment after its shell was taken for it
        launch(java, folders, small_release, 7999)
    deadline = time.monotonic() + 10
    while running(folders) is not None and time.monotonic() < deadline:
        time.sleep(0.01)
    assert running(folders) is None
    assert "no-java" in last_words(folders)


def test_a_start_that_lacks_memory_is_tried_once_more_with_as_much_as_there_is(
    folders: Folders, small_release: Release
) -> None:
    jars = folders.jars(small_release.version)
    jars.mkdir(parents=True)
    jars.joinpath(small_release.main_jar).write_bytes(main_jar())
    tries, java = folders.home / "tries", folders.home / "java"
    java.write_text(f"""#!/bin/sh
        case "$*" in *org.example.Main*)
            grep -o 'Xmx[0-9]*' {folders.java_arguments} >> {tries}
            echo 'Terminating due to java.lang.OutOfMemoryError: Java heap space'
        esac
        exit 3
    """)
    java.chmod(0o755)
    password(folders)
    launcher = Launcher(
        java=Java(launcher=java, version=(21,)),
        folders=folders,
        jars=JarFolder(folder=jars, release=small_release, free=free_bytes),
        memory=Memory(heap=64, page_cache=8),
        java_options=(),
        fixed_port=False,
        patience=10.0,
        report=unreported,
    )
    with pytest.raises(StartFailed, match="Java heap space"):
        launcher.launch(7999)
    first, second = (int(line.removeprefix("Xmx")) for line in tries.read_text().split())
    assert first == 64 < second <= RECOVERY_HEAP


def test_last_words_are_the_telling_ones(folders: Folders) -> None:
    assert last_words(folders) == "nothing was logged"
    log = ["INFO started", "2026 ERROR Failed to start", "Caused by: the reason", "INFO stopped"]
    (folders.logs / "neo4j.log").write_text("\n".join(log))
    assert last_words(folders) == "2026 ERROR Failed to start / Caused by: the reason"


def main_jar() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as opened:
        opened.writestr("META-INF/services/org.neo4j.server.startup.EntryPoint", "org.example.Main\n")
    return body.getvalue()
