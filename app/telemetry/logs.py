"""Structured logs on standard error: JSON for machines, coloured lines on a terminal. Secrets are never logged."""

from __future__ import annotations

import logging
import sys
import threading
from contextlib import suppress
from typing import IO, Final

import orjson
import structlog
from structlog.typing import EventDict, Processor

_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure_logs(*, level: str, as_json: bool | None, stream: IO[str] | None = None) -> None:
    """Send our logs and those of our libraries to `stream` (standard error).

    `level` is debug, info, warning or error; `as_json` None means JSON unless the stream is a terminal.
    Our own lines are written straight away, without `logging`, which makes a record of each and looks for its caller.
    """
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    endings = _machine() if (not out.isatty() if as_json is None else as_json) else _person()
    lock = threading.Lock()

    def lines(name: str = "twin") -> _Lines:
        return _Lines(out, name, lock)

    structlog.configure(
        processors=[*shared, *endings],
        logger_factory=lines,
        wrapper_class=structlog.make_filtering_bound_logger(_LEVELS[level]),
        cache_logger_on_first_use=False,
    )
    _send(out, _LEVELS[level], shared=shared, endings=endings)


class _Lines:
    """A logger as structlog wants one, that writes each line at once."""

    __slots__ = ("_lock", "_stream", "name")

    def __init__(self, stream: IO[str], name: str, lock: threading.Lock) -> None:
        self._stream = stream
        self._lock = lock
        self.name = name

    def write(self, line: str) -> None:
        # Where nobody reads the log any more, nobody can be told, and no request shall fail for it.
        with self._lock, suppress(OSError, ValueError):
            self._stream.write(f"{line}\n")
            self._stream.flush()

    debug = info = warning = error = critical = exception = write


def _send(out: IO[str], level: int, *, shared: list[Processor], endings: list[Processor]) -> None:
    handler = logging.StreamHandler(out)
    strip: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *endings]
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=strip))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    for chatty in ("uvicorn.access", "uvicorn.error", "neo4j"):
        logging.getLogger(chatty).setLevel(max(level, logging.WARNING))


def _machine() -> list[Processor]:
    # Stack traces without local variables: those may hold tokens and passwords.
    frames = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [structlog.processors.ExceptionRenderer(frames), _json]


def _person() -> list[Processor]:
    return [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]


def _json(_logger: object, _method: str, event: EventDict) -> str:
    try:
        return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:  # a number beyond 64 bits, or half a pair of surrogates: no line is worth an error of its own
        texts = {str(key): value if isinstance(value, str) else repr(value) for key, value in event.items()}
        return orjson.dumps(
            {key: text.encode("utf-8", "backslashreplace").decode() for key, text in texts.items()}
        ).decode()
