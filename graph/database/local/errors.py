"""What can go wrong with the local server, each with one sentence and what to do.

DatabaseUnavailable
├── LocalServerError
│   ├── JarsUnavailable              the jars of Neo4j can't be had
│   │   ├── ChecksumWrong            a jar is not the one that is pinned
│   │   ├── RepositoryUnreachable    no network, or the mirror does not answer
│   │   ├── JarMissing               the repository or the folder of jars lacks a file
│   │   └── ReleaseUnknown           no jars are pinned for that version
│   ├── JavaUnusable                 the Java that comes with us does not run
│   ├── PortTaken                    another program listens on the port that was asked for
│   ├── DiskFull                     too little room on the disk
│   ├── FolderNotWritable            the data directory can't be written
│   ├── DataNewer                    the data was written by a newer Neo4j
│   ├── LocalServerBusy              another process holds the server's lock for too long
│   ├── LocalServerNotRunning        asked for what only a running server has
│   ├── LogTorn                      the transaction log can't be read to its end
│   └── StartFailed                  Neo4j ended or stayed silent while it started
├── NotNeo4j                         something else answers
├── Neo4jTooOld                      a Neo4j before 5.26
└── DatabaseAuthFailed
    └── LocalPasswordRefused         the data does not know the password in our file
"""

from __future__ import annotations

from graph.database.errors import DatabaseAuthFailed
from graph.errors import DatabaseUnavailable


class LocalServerError(DatabaseUnavailable):
    """The local Neo4j server can't be had."""

    code = "LOCAL_SERVER"


class JarsUnavailable(LocalServerError):
    """The jars of Neo4j can't be had."""

    code = "LOCAL_JARS"


class ChecksumWrong(JarsUnavailable):
    """A jar differs from the one that is pinned."""

    code = "LOCAL_CHECKSUM"


class RepositoryUnreachable(JarsUnavailable):
    """The repository of jars does not answer."""

    code = "LOCAL_NO_NETWORK"


class JarMissing(JarsUnavailable):
    """The repository, or the folder of jars, lacks a pinned file."""

    code = "LOCAL_JAR_MISSING"


class ReleaseUnknown(JarsUnavailable):
    """No jars are pinned for the version or line that was asked for."""

    code = "LOCAL_RELEASE_UNKNOWN"


class JavaUnusable(LocalServerError):
    """The Java runtime that is installed with us does not run."""

    code = "LOCAL_JAVA"


class PortTaken(LocalServerError):
    """Another program listens on the port that was asked for."""

    code = "LOCAL_PORT_TAKEN"


class DiskFull(LocalServerError):
    """Too little room on the disk."""

    code = "LOCAL_DISK_FULL"


class FolderNotWritable(LocalServerError):
    """The data directory can't be written."""

    code = "LOCAL_NOT_WRITABLE"


class DataNewer(LocalServerError):
    """The data was written by a newer Neo4j than the one to be started."""

    code = "LOCAL_DATA_NEWER"


class LocalServerBusy(LocalServerError):
    """Another process starts or stops the server and does not come to an end."""

    code = "LOCAL_BUSY"


class LocalServerNotRunning(LocalServerError):
    """The local server is not running."""

    code = "LOCAL_NOT_RUNNING"


class LogTorn(LocalServerError):
    """The transaction log of the database can't be read to its end, so Neo4j doesn't open the database."""

    code = "LOCAL_LOG_TORN"


class StartFailed(LocalServerError):
    """Neo4j ended, or did not answer in time, while it started."""

    code = "LOCAL_START_FAILED"


class NotNeo4j(DatabaseUnavailable):
    """Something answers at the address, but not Neo4j."""

    code = "DATABASE_FOREIGN"


class Neo4jTooOld(DatabaseUnavailable):
    """A Neo4j older than the lines we work with."""

    code = "DATABASE_TOO_OLD"


class LocalPasswordRefused(DatabaseAuthFailed):
    """The local server does not accept the password in our password file."""

    code = "LOCAL_PASSWORD"
