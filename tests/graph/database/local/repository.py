"""A Maven repository on loopback that a test can spoil."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Repository:
    """A Maven repository with a few small files; a test spoils what it likes."""

    address: str
    files: dict[str, bytes]
    cut_off: set[str] = field(default_factory=set[str])
    refused: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    asked: list[str] = field(default_factory=list[str])


CONTENT = {f"org/example/part{n}/1.0/part{n}-1.0.jar": f"part {n}".encode() * 1000 * (n + 1) for n in range(5)}


class Handler(BaseHTTPRequestHandler):
    """Answers from the repository of its server."""

    def do_GET(self) -> None:
        assert isinstance(self.server, RepositoryServer)
        there = self.server.repository
        path = self.path.removeprefix("/maven/")
        there.asked.append(path)
        if there.refused.get(path):
            self.send_error(there.refused[path].pop(0))
            return
        body = there.files.get(path)
        if body is None:
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body[: len(body) // 2] if path in there.cut_off else body)

    def do_HEAD(self) -> None:
        self.do_GET()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name in the base class
        """Say nothing."""


class RepositoryServer(ThreadingHTTPServer):
    """Serves one repository."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.repository = Repository(address=f"http://127.0.0.1:{self.server_port}/maven", files=dict(CONTENT))


@contextmanager
def served() -> Generator[Repository]:
    """Serve a repository while the block runs."""
    with RepositoryServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server.repository
        server.shutdown()
        thread.join()
