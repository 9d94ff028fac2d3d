"""A Mosquitto of the test run, on loopback, where the machine has one."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

LEFT_OUT = "no Mosquitto on this machine (Debian: apt-get install mosquitto)"


def program() -> str | None:
    """Where Mosquitto is; Debian puts it where only root's path looks."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


class Broker:
    """A broker that can be ended and started again; what it holds stays in its folder.

    `access` is who may come in, in the words of its configuration.
    """

    def __init__(self, folder: Path, access: str = "allow_anonymous true") -> None:
        self.port = _free_port()
        self._configuration = folder / "mosquitto.conf"
        self._configuration.write_text(
            f"listener {self.port} 127.0.0.1\n{access}\npersistence true\n"
            f"persistence_location {folder}/\nautosave_interval 1\nmax_inflight_messages 1000\n"
            "max_queued_messages 100000\nlog_type none\n"
            "user root\n"  # else as root it becomes another user, who can't write to the folder
        )
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address."""
        return f"mqtt://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it; returns when it answers."""
        found = program()
        assert found is not None
        self._process = subprocess.Popen(
            [found, "-c", str(self._configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until = time.monotonic() + 10
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError("Mosquitto doesn't answer")

    def stop(self) -> None:
        """End it cleanly: it writes down what it holds."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(10)
            self._process = None


@contextmanager
def mosquitto(folder: Path, access: str = "allow_anonymous true") -> Generator[Broker | None]:
    """Yield a running broker, or None where there is none."""
    if program() is None:
        yield None
        return
    broker = Broker(folder, access)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
