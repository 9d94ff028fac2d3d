"""The server's settings: neo4j.conf and the JVM's argument file, as text made from a few values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from graph.database.local.folders import Folders
from graph.database.local.release import Version

LOOPBACK: Final = "127.0.0.1"
_YEARLY: Final = Version((2025,))  # the first release numbered by its year
_MEGABYTE: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Memory the server may take: Java heap and page cache, in MB."""

    heap: int
    page_cache: int


def memory_for(machine: int) -> Memory:
    """Return what suits a machine with `machine` bytes of memory that runs more than the database.

    A sixteenth each: heap between 512 MB and 4 GB, page cache between 256 MB and 8 GB.
    """
    share = machine // _MEGABYTE // 16
    return Memory(heap=min(max(share, 512), 4096), page_cache=min(max(share, 256), 8192))


def neo4j_conf(folders: Folders, *, version: Version, port: int, memory: Memory, repair: bool = False) -> str:
    """Return the text of neo4j.conf: Bolt on loopback alone, nothing that speaks to the outside.

    With `repair`, a transaction log is cut off where it can't be read any further.
    """
    settings = {
        "server.default_listen_address": LOOPBACK,
        "server.bolt.listen_address": f"{LOOPBACK}:{port}",
        "server.bolt.advertised_address": f"{LOOPBACK}:{port}",
        "server.bolt.tls_level": "DISABLED",
        "server.http.enabled": "false",
        "server.https.enabled": "false",
        "server.directories.data": folders.data,
        "server.directories.logs": folders.logs,
        "server.directories.run": folders.run,
        "server.memory.heap.initial_size": f"{min(memory.heap, 512)}m",
        "server.memory.heap.max_size": f"{memory.heap}m",
        "server.memory.pagecache.size": f"{memory.page_cache}m",
        "dbms.usage_report.enabled": "false",
        "client.allow_telemetry": "false",
        "dbms.security.allow_csv_import_from_file_urls": "false",  # or Cypher could read the password file
        "db.logs.query.enabled": "OFF",  # would hold every parameter of every statement
        "db.tx_log.preallocate": "false",  # or an empty database takes 516 MB
        "db.tx_log.rotation.retention_policy": "keep_none",
        **({"internal.dbms.tx_log.fail_on_corrupted_log_files": "false"} if repair else {}),
        **(_yearly() if version >= _YEARLY else _lts()),
    }
    return "".join(f"{name}={_escaped(str(value))}\n" for name, value in settings.items())


def _yearly() -> dict[str, str]:
    return {
        "dbms.fleet_manager.enabled": "false",
        "server.fleet_discovery.enabled": "false",  # broadcasts on the network
        "internal.dbms.bolt.netty_server_shutdown_quiet_period_duration": "0s",  # or each stop takes 10 s
    }


def _lts() -> dict[str, str]:
    return {"internal.dbms.bolt.netty_server_shutdown_quiet_period": "0"}


def _escaped(value: str) -> str:
    """Return a value as a Java properties file wants it."""
    return value.replace("\\", "\\\\")


def java_arguments(folders: Folders, *, memory: Memory, options: Sequence[str], classpath: Sequence[Path]) -> str:
    """Return the text of the JVM's argument file, class path included."""
    opened = ("java.nio", "java.io", "sun.nio.ch", "java.util.concurrent")
    arguments = [
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in opened),
        "--enable-native-access=ALL-UNNAMED",
        f"-Xms{min(memory.heap, 512)}m",
        f"-Xmx{memory.heap}m",
        "-XX:+UseG1GC",
        "-XX:+ExitOnOutOfMemoryError",  # a server without memory answers wrongly; a dead one is started again
        "-XX:ReservedCodeCacheSize=512m",  # compiled plans and adapters of a long run fill the usual half of that
        "-XX:-OmitStackTraceInFastThrow",
        "-XX:-UsePerfData",
        f"-XX:ErrorFile={folders.logs}/java-error-%p.log",
        "-Dfile.encoding=UTF-8",
        "-Djava.awt.headless=true",
        f"-Djava.io.tmpdir={folders.run}",
        "-Djdk.nio.maxCachedBufferSize=1024",
        "-Dio.netty.tryReflectionSetAccessible=true",
        "-Dlog4j2.disable.jmx=true",
        *options,
        "-cp",
        ":".join(str(path) for path in classpath),
    ]
    return "".join(f"{quoted_argument(argument)}\n" for argument in arguments)


def quoted_argument(text: str) -> str:
    """Return `text` as one argument of a Java argument file."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
