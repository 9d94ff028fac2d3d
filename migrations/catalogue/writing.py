"""Writes a site into a folder, and touches nothing there that it did not write itself.

A manifest in the folder names every file with its digest. What is not in it, or was changed since, belongs to somebody
else: it is written over only when that is asked for, and never removed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from graph.files import replacing
from migrations.errors import CatalogueRefused

MANIFEST: Final = "catalogue.json"
_FORMAT: Final = "twin-catalogue/1"
_NAMED: Final = 5


class _Manifest(BaseModel):
    """The manifest's file: digests by path."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: str = _FORMAT
    files: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was done in the folder; `kept` are pages of nothing any more that somebody changed, and that stay for it."""

    folder: Path
    written: int
    unchanged: int
    removed: int
    kept: tuple[str, ...]


def write_site(files: Iterable[tuple[str, bytes]], folder: Path, *, force: bool = False) -> Written:
    """Write the files of a site (path with slashes, bytes) into `folder`; what is there already is left as it is.

    Args:
        files: the whole site.
        folder: is made where it isn't there.
        force: write over what this function did not write.

    Raises:
        CatalogueRefused: something is in the way; nothing was written.
        OSError: the folder can't be written.
    """
    site = dict(files)
    before = _manifest(folder)
    _refuse_folder(folder, before, force=force)
    _refuse_links(folder, {*site, *before})
    there = {path: _digest_of(folder / path) for path in sorted({*site, *before})}
    if not force:
        _refuse_foreign(folder, site, before, there)
    after = {path: _digest(content) for path, content in sorted(site.items())}
    gone = [path for path in sorted(set(before) - set(site)) if there[path] is not None]
    kept = [path for path in gone if there[path] != before[path]]
    changed = [path for path in after if there[path] != after[path]]
    # Whoever is stopped in between leaves a manifest that still names all that is his.
    _write_manifest(folder, {**before, **after})
    for path in changed:
        _write(folder / path, site[path])
    removed = [path for path in gone if path not in kept]
    for path in removed:
        (folder / path).unlink()
        with suppress(OSError):  # others lie there as well
            (folder / path).parent.rmdir()
    _write_manifest(folder, after)
    return Written(
        folder=folder,
        written=len(changed),
        unchanged=len(after) - len(changed),
        removed=len(removed),
        kept=tuple(kept),
    )


def _manifest(folder: Path) -> Mapping[str, str]:
    """Return what an earlier run wrote; nothing where there was none. A manifest that can't be ours names nothing."""
    try:
        text = (folder / MANIFEST).read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    try:
        read = _Manifest.model_validate_json(text)
    except ValidationError:
        return {}
    return {path: digest for path, digest in read.files.items() if _inside(path)} if read.format == _FORMAT else {}


def _inside(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return bool(parts) and path == "/".join(parts) and ".." not in parts and "\\" not in path and ":" not in path


def _refuse_folder(folder: Path, before: Mapping[str, str], *, force: bool) -> None:
    if folder.exists() and not folder.is_dir():
        raise _refusal(f"{folder} is a file", folder, hint="Name a folder with --out")
    if not force and not before and folder.is_dir() and any(folder.iterdir()):
        raise _refusal(
            f"{folder} holds something else",
            folder,
            hint="Name another folder with --out; --force writes into this one and leaves alone what it doesn't write",
        )


def _refuse_links(folder: Path, paths: Iterable[str]) -> None:
    """Refuse a folder in the folder that leads elsewhere: what lies there is nobody's to write over."""
    for name in sorted({PurePosixPath(path).parts[0] for path in paths if "/" in path}):
        if (folder / name).is_symlink():
            raise _refusal(f"{folder / name} leads elsewhere", folder, hint="Remove the link, or name another folder")


def _refuse_foreign(
    folder: Path, site: Mapping[str, bytes], before: Mapping[str, str], there: Mapping[str, str | None]
) -> None:
    foreign = [path for path in sorted(site) if there[path] is not None and there[path] != before.get(path)]
    strange = [path for path in foreign if there[path] != _digest(site[path])]
    if strange:
        more = f" and {len(strange) - _NAMED} more" if len(strange) > _NAMED else ""
        raise _refusal(
            f"Files in {folder} were written or changed by somebody else: {', '.join(strange[:_NAMED])}{more}",
            folder,
            hint="Name another folder with --out; --force writes over them",
        )


def _refusal(message: str, folder: Path, *, hint: str) -> CatalogueRefused:
    return CatalogueRefused(
        message,
        place=str(folder),
        expected="a folder that does not exist, an empty one, or one that this verb wrote",
        hint=f"{hint}. Nothing was written",
    )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        path.unlink()  # or what it leads to would be written over
    path.write_bytes(content)


def _write_manifest(folder: Path, files: Mapping[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"format": _FORMAT, "files": dict(sorted(files.items()))}, indent=1, ensure_ascii=False)
    with replacing(folder / MANIFEST, mode=0o644) as file:
        file.write(f"{text}\n".encode())


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_of(path: Path) -> str | None:
    """Return the digest of a file, None where there is none; a folder in its place is somebody else's."""
    try:
        return _digest(path.read_bytes())
    except FileNotFoundError:
        return None
    except (IsADirectoryError, NotADirectoryError):
        return "something else"
