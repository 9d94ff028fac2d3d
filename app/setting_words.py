"""Words that settings may have."""

from __future__ import annotations

from enum import StrEnum


class Auth(StrEnum):
    """Who may call the service."""

    TOKEN = "token"  # noqa: S105 - the name of a way, not a secret
    NONE = "none"


class Documents(StrEnum):
    """Which documents are executed."""

    ANY = "any"
    TRUSTED = "trusted"


class LogFormat(StrEnum):
    """What a log line looks like."""

    AUTO = "auto"
    JSON = "json"
    CONSOLE = "console"


class LogLevel(StrEnum):
    """The least that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
