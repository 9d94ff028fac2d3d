"""The service with a watcher of its event loop: each line on standard input is answered by the longest blocks since.

`python -m benchmarks.neo4j_graphql.watched`; settings as always. The watcher asks to be woken each millisecond.
How much later it comes is how long others held the loop, or the machine held the process; the processor time that the
loop's thread took meanwhile is what the service itself did without a pause.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import Final

import orjson

from app.serve import print_ready, serve
from app.settings import load_settings

PAUSE: Final = 0.001


@dataclass(slots=True)
class Watcher:
    """Longest blocks of a loop in seconds: on the clock, and of processor time."""

    blocked: float = 0.0
    worked: float = 0.0
    tasks: list[asyncio.Task[None]] = field(default_factory=list[asyncio.Task[None]])

    def start(self, url: str) -> None:
        """Watch the running loop, and say that the service is ready."""
        self.tasks.append(asyncio.get_running_loop().create_task(self._watch()))
        threading.Thread(target=self._answer, daemon=True).start()
        print_ready(url)

    async def _watch(self) -> None:
        while True:
            clock, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(PAUSE)
            self.blocked = max(self.blocked, time.perf_counter() - clock - PAUSE)
            self.worked = max(self.worked, time.thread_time() - worked)

    def _answer(self) -> None:
        for _ in sys.stdin:
            print(orjson.dumps([self.blocked, self.worked]).decode(), flush=True)
            self.blocked = self.worked = 0.0


if __name__ == "__main__":
    serve(load_settings(), on_ready=Watcher().start)
