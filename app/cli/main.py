"""`twin`: reads the command line, runs a verb, and turns every refusal into one message and an exit code.

Exit codes: 0 done, 1 failed, 2 changes or problems found (plan, lint, drift, check), 64 wrong usage, 130 interrupted.
Modules of verbs import little, so that help and small verbs start at once; a verb imports what it works with.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import typer
from typer.exceptions import TyperException

from app.cli import documents, lookup, neo4j, project, serving, tokens, upkeep
from app.cli.analysis import compare, impact, maintenance, reliability, root_cause
from app.cli.console import print_error, print_failure, tell
from app.cli.data import bulk, reconcile
from app.cli.ontology import group as ontology
from app.cli.state import alarms, dead_letters, history, ingest, simulating
from graph.errors import TwinError

DONE, FAILED, USAGE, INTERRUPTED = 0, 1, 64, 130

_EPILOG = (
    "Settings come from TWIN_* in the environment or twin.toml; `twin doctor` prints where each came from.\n\n"
    "Exit codes: 0 done, 1 failed, 2 changes or problems found, 64 wrong usage, 130 interrupted."
)


def application() -> typer.Typer:
    """Return the command line with all its verbs."""
    twin = typer.Typer(
        name="twin",
        help="What you have, what contains what, what depends on what, and what happens if this fails.",
        epilog=_EPILOG,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode="rich",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    for verbs in (
        serving,
        lookup,
        impact,
        compare,
        maintenance,
        reliability,
        root_cause,
        bulk,
        reconcile,
        history,
        simulating,
        project,
        upkeep,
    ):
        verbs.register(twin)
    twin.add_typer(neo4j.application(), name="neo4j")
    twin.add_typer(ontology.application(), name="ontology")
    twin.add_typer(tokens.application(), name="token")
    twin.add_typer(documents.application(), name="documents")
    twin.add_typer(dead_letters.application(), name="dlq")
    twin.add_typer(alarms.application(), name="alarms")
    twin.add_typer(ingest.application(), name="ingest")
    return twin


def run(arguments: Sequence[str]) -> int:
    """Run the command line and return its exit code."""
    try:
        result = application()(list(arguments), prog_name="twin", standalone_mode=False)
        sys.stdout.flush()
    except TyperException as error:
        return _misused(error.format_message(), as_json="--json" in arguments)
    except TwinError as error:
        print_error(error, as_json="--json" in arguments)
        return FAILED
    except BrokenPipeError:
        return _unread()
    except OSError as error:
        return _broken(error, as_json="--json" in arguments)
    except (KeyboardInterrupt, typer.Abort):
        result = INTERRUPTED
    if result == INTERRUPTED:
        tell("interrupted")
    return result if isinstance(result, int) else DONE


def main() -> None:
    """Run the command line of this process and exit."""
    sys.exit(run(sys.argv[1:]))


def _misused(message: str, *, as_json: bool) -> int:
    if not message.strip():  # help was asked for by giving no verb, and has been printed
        return USAGE
    if as_json:
        print_failure("INPUT_INVALID", message)
    else:
        tell(f"error {message}")
        tell("  do       `twin --help` lists the verbs; each has a --help with examples")
    return USAGE


def _broken(error: OSError, *, as_json: bool) -> int:
    """Tell what the operating system refused: a file that isn't there, a folder that can't be written, a full disk."""
    what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
    if as_json:
        print_failure("UNAVAILABLE", what)
    else:
        tell(f"error {what}")
        tell("  do       check the path, the rights to it, and the room on its disk")
    return FAILED


def _unread() -> int:
    """End quietly when the reader of our output has left (`twin export | head`)."""
    # What is left in the buffer would fail once more when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
