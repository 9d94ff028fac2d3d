"""A shell that runs the commands of a page one after the other, in a folder and an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

END = "end-of-command"

# What `make` does here is what its recipes run once everything is set up; test_makefile.py holds the two together.
MAKE = """
make() {
  case "$*" in
    demo) twin demo ;;
    "demo ONCE=1") twin demo --once ;;
    *) echo "make $* is not run from the pages" >&2; return 1 ;;
  esac
}
"""


# What tests of our own bring along and an installation hasn't: Neo4j's driver imports pandas wherever it is.
ABSENT = Path(__file__).parent / "absent"


class Shell:
    """One bash; variables and folder last from command to command."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self._folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("TWIN_")}
        # A home of its own, but with what setting up has compiled: who follows the pages has it too.
        kept.setdefault("XDG_CACHE_HOME", str(Path.home() / ".cache"))
        # Commands of pages are short: without bytecode each would compile all that it imports.
        kept.pop("PYTHONDONTWRITEBYTECODE", None)
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, (kept.get("PYTHONPATH"), str(ABSENT))))
        path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env={**kept, "HOME": str(folder), "PATH": path, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.run(MAKE)

    def run(self, command: str) -> tuple[str, int]:
        """Run a command and return what it printed on both streams, and its exit code."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{command}\nprintf '\\n{END} %s\\n' $?\n")
        self._process.stdin.flush()
        lines: list[str] = []
        for line in self._process.stdout:
            if line.startswith(END):
                return "".join(lines).removesuffix("\n"), int(line.split()[1])
            lines.append(line)
        raise AssertionError(f"the shell ended at {command!r}: {''.join(lines)}")

    def serve(self, command: str, *, until: str, seconds: float = 60) -> str:
        """Start a command that goes on until it is stopped; return what it printed up to the line with `until`."""
        log = self._folder / "served.log"
        self.run(f"{command} > {log} 2>&1 &")
        deadline = time.monotonic() + seconds
        while until not in (log.read_text() if log.exists() else ""):
            assert time.monotonic() < deadline, f"{command} printed only: {log.read_text()}"
            time.sleep(0.1)
        return log.read_text()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        started = psutil.Process(self._process.pid).children(recursive=True)
        for each in started:
            each.terminate()
        psutil.wait_procs(started, timeout=30)
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
        assert self._process.stdout is not None
        self._process.stdout.close()
