"""Where the ontology project is that nobody named: the folder one stands in, or one above it, as git finds its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

WHEREABOUTS: Final = "working folder"
"""What `twin doctor` calls this, where it says where a setting came from."""

_DOCUMENTS: Final = ("ontology.yaml", "ontology")
_VERSIONS: Final = "versions"


def settings_around() -> dict[str, object]:
    """Return the settings that the working folder stands for: its project, where it has one."""
    try:
        project = project_around(Path.cwd())
    except OSError:  # somebody has taken the folder away, or lets nobody look
        return {}
    return {} if project is None else {"ontology": project}


def project_around(folder: Path) -> Path | None:
    """Return the project that a folder is or lies in; None where there is none.

    A project has an ontology (`ontology.yaml`, or a folder `ontology`) and a folder `versions`. It is sought upwards as
    far as folders belong to who asks: versions may hold functions that are run with all rights of who runs `twin`.
    """
    user = os.getuid()
    for each in (folder, *folder.parents):
        if each.stat().st_uid != user:
            return None
        if (each / _VERSIONS).is_dir() and any((each / name).exists() for name in _DOCUMENTS):
            return each
    return None
