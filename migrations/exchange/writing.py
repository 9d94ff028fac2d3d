"""Ontology documents as YAML text."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from ruamel.yaml import YAML

_WIDTH = 118


def document_text(document: Mapping[str, Any], *, comment: str = "") -> str:
    """Return an ontology document as YAML, in the order of its parts, with lines of `comment` before it."""
    yaml = YAML()
    yaml.width = _WIDTH
    yaml.default_flow_style = False
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(document, out)  # pyright: ignore[reportUnknownMemberType] - ruamel types no parameters
    return "".join(f"# {line}".rstrip() + "\n" for line in comment.splitlines()) + out.getvalue()
