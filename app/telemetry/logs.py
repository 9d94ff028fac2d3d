"""Structured logs on standard error: JSON for machines, coloured lines on a terminal. Secrets are never logged."""

from __future__ import annotations

import logging
import sys
from typing import IO, Final

import orjson
import structlog
from structlog.typing import EventDict, Processor

_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}


def configure_logs(*, level: str, as_json: bool | None, stream: IO[str] | None = None) -> None:
    """Send our logs and those of our libraries to `stream` (standard error).

    `level` is debug, info, warning or error; `as_json` None means JSON unless the stream is a terminal.
    """
    out = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    machine = not out.isatty() if as_json is None else as_json
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    _send(out, _LEVELS[level], shared=shared, endings=_machine() if machine else _person())


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
    return orjson.dumps(event, default=str, option=orjson.OPT_NON_STR_KEYS).decode()
