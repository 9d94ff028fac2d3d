"""Remakes the parts of the documentation that are made from code: `python -m docs.generate`.

Some files are made as a whole. Of a page, a part stands between `<!-- begin NAME -->` and `<!-- end NAME -->`; the
rest is written by hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, cast

from pydantic import SecretStr
from pydantic_core import PydanticUndefined

from app.graphql import build_schema, printed
from app.settings import PREFIX, Settings
from graph.codes import Code, codes
from graph.ontology import json_schema
from migrations import OPERATIONS, Project
from migrations.drift import MEANINGS
from migrations.files import migration_schema
from migrations.gate import operations_schema
from migrations.governance import governance_schema
from migrations.lint import PHRASES, RULES
from migrations.operations import Phase

HERE: Final = Path(__file__).parent


def error_table() -> str:
    """Return the table of codes, by area."""
    head = "| code | meaning | HTTP | exit | page |\n|---|---|---|---|---|"
    rows = [
        f"| `{code.code}` | {code.meaning} | {code.http_status} | {code.exit_code} | [repair](#{code.code.lower()}) |"
        for code in codes()
    ]
    return "\n".join([head, *rows])


def drift_table() -> str:
    """Return the table of the kinds of drift."""
    head = "| kind | means | repair |\n|---|---|---|"
    rows = [
        f"| `{kind}`{' (a note)' if each.note else ''} | {each.meaning} | {each.repair} |".replace("<name>", "NAME")
        for kind, each in MEANINGS.items()
    ]
    return "\n".join([head, *rows])


def lint_table() -> str:
    """Return the table of lint's rules."""
    head = "| rule | level | what | why | mend |\n|---|---|---|---|---|"
    rows = [f"| `{code}` | {rule.level} | {rule.title} | {rule.why} | {rule.mend} |" for code, rule in RULES.items()]
    return "\n".join([head, *rows])


def breaks_table() -> str:
    """Return the table of what breaks consumers."""
    head = "| backward: what a consumer uses | forward: what a consumer uses |\n|---|---|"
    return "\n".join([head, *(f"| {backward} | {forward} |" for backward, forward in PHRASES.values())])


def error_sections() -> str:
    """Return a section for each code: what it means and what to do."""
    areas = dict.fromkeys(code.area for code in codes())
    parts: list[str] = []
    for area in areas:
        parts.append(f"## {area}")
        parts += [_section(code) for code in codes() if code.area == area]
    return "\n\n".join(parts)


def settings_table() -> str:
    """Return the table of settings."""
    rows = ["| setting | default | unit | meaning |", "|---|---|---|---|"]
    for name, field in Settings.model_fields.items():
        unit = cast("Mapping[str, str]", field.json_schema_extra or {}).get("unit", "-")
        rows.append(f"| `{PREFIX}{name.upper()}` | {_default(name, field.default)} | {unit} | {field.description} |")
    return "\n".join(rows)


def operations_table() -> str:
    """Return the table of a migration's operations."""
    rows = ["| operation | phases | does | to data | undone |", "|---|---|---|---|---|"]
    for kind in OPERATIONS.values():
        phases = ", ".join(f"`{phase}`" for phase in Phase if phase in kind.phases)
        rows.append(f"| `{kind.name}` | {phases} | {kind.purpose} | {kind.data} | {kind.undone} |")
    return "\n".join(rows)


PARTS: Final[Mapping[str, Mapping[str, Callable[[], str]]]] = {
    "errors.md": {"table": error_table, "sections": error_sections},
    "migrations.md": {
        "operations": operations_table,
        "breaks": breaks_table,
        "lint": lint_table,
        "drift": drift_table,
    },
    "settings.md": {"table": settings_table},
}


def remade(page: str) -> str:
    """Return the text of a page with its generated parts made anew."""
    text = (HERE / page).read_text(encoding="utf-8")
    for name, make in PARTS[page].items():
        begin, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = f"{before}{begin}\n{make()}\n{end}{after}"
    return text


def schema_sdl() -> str:
    """Return the GraphQL schema of the bundled ontology."""
    return printed(build_schema(Project.bundled().desired))


def ontology_schema() -> str:
    """Return the JSON Schema of ontology documents."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def pretty(schema: Mapping[str, object]) -> str:
    """Return a JSON Schema as text."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


WHOLE: Final[Mapping[str, Callable[[], str]]] = {
    "schema.graphql": schema_sdl,
    "schemas/twin-ontology-1.json": ontology_schema,
    "schemas/twin-migration-1.json": lambda: pretty(migration_schema()),
    "schemas/twin-governance-1.json": lambda: pretty(governance_schema()),
    "schemas/twin-operations-1.json": lambda: pretty(operations_schema()),
}


def main() -> None:
    """Write all of it anew."""
    for page in PARTS:
        (HERE / page).write_text(remade(page), encoding="utf-8")
    for file, make in WHOLE.items():
        (HERE / file).write_text(make(), encoding="utf-8")


def _section(code: Code) -> str:
    return f"### {code.code}\n\n{code.meaning}. HTTP {code.http_status}, exit code {code.exit_code}.\n\n{code.repair}."


def _default(name: str, default: object) -> str:
    if name == "data_dir":
        return "the user's data folder"
    if default is None or default is PydanticUndefined or isinstance(default, SecretStr):
        return "-"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


if __name__ == "__main__":
    main()
