"""Where a Neo4j answers and as whom to speak to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Address, user, password and database (None: the server's default); the password never prints."""

    uri: str
    user: str
    password: str = field(repr=False)
    database: str | None = None

    @property
    def host(self) -> str:
        """The host's name or address."""
        return urlsplit(self.uri).hostname or "localhost"

    @property
    def port(self) -> int:
        """The port, 7687 where the address names none."""
        return urlsplit(self.uri).port or 7687

    def environment(self) -> dict[str, str]:
        """Return the variables that tell twin, and other tools, about this server."""
        variables = {
            "TWIN_NEO4J_URI": self.uri,
            "TWIN_NEO4J_USER": self.user,
            "TWIN_NEO4J_PASSWORD": self.password,
        }
        return variables if self.database is None else {**variables, "TWIN_NEO4J_DATABASE": self.database}
