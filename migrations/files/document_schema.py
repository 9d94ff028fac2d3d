"""The JSON Schema of migration files, for editors: the file's own fields, and the operations of each phase."""

from __future__ import annotations

from typing import cast

from pydantic import JsonValue

from migrations.files.document import MigrationDocument
from migrations.operations import OPERATIONS, Phase

Schema = dict[str, JsonValue]


def migration_schema() -> Schema:
    """Return the JSON Schema of `twin-migration/1`; each operation may stand in the phases that the table names."""
    schema = cast("Schema", MigrationDocument.model_json_schema(by_alias=True))
    definitions = cast("Schema", schema.setdefault("$defs", {}))
    for kind in OPERATIONS.values():
        arguments = cast("Schema", kind.arguments.model_json_schema(by_alias=True, ref_template="#/$defs/{model}"))
        definitions.update(cast("Schema", arguments.pop("$defs", {})))
        definitions[kind.name] = {**arguments, "description": kind.purpose}
    properties = cast("Schema", schema["properties"])
    for phase in Phase:
        listed = cast("Schema", properties[phase.value])
        listed["items"] = _operation(phase)
    return schema


def _operation(phase: Phase) -> Schema:
    names = [kind.name for kind in OPERATIONS.values() if phase in kind.phases]
    return {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "additionalProperties": False,
        "properties": {name: {"$ref": f"#/$defs/{name}"} for name in names},
    }
