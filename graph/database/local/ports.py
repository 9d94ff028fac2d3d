"""Free and taken ports on the loopback address."""

from __future__ import annotations

import socket

import psutil

from graph.database.local.configuration import LOOPBACK


def is_free(port: int) -> bool:
    """Say whether a server could listen on this port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
        candidate.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            candidate.bind((LOOPBACK, port))
            candidate.listen()
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port that is free at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as candidate:
        candidate.bind((LOOPBACK, 0))
        port: int = candidate.getsockname()[1]
        return port


def holder(port: int) -> str:
    """Return who listens on a port, in words; other users' programs can't always be seen."""
    try:
        for connection in psutil.net_connections("tcp"):
            listening = connection.status == psutil.CONN_LISTEN and tuple(connection.laddr)[1:] == (port,)
            if listening and connection.pid:
                return f"process {connection.pid} ({psutil.Process(connection.pid).name()}) listens there"
    except (psutil.Error, OSError):
        pass
    return "another program listens there"
