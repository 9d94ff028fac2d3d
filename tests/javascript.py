"""A package of JavaScript for tests: a copy of its folder with what its lock file names, and node in it."""

from __future__ import annotations

import asyncio
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from app.http.graphiql.build import npm

MADE = shutil.ignore_patterns("node_modules", "dist", "gql")


@dataclass(frozen=True, slots=True)
class Package:
    """A copy of a package in `folder`."""

    folder: Path

    @classmethod
    async def copied(cls, source: Path, folder: Path) -> Package:
        """Copy a package without what was made in it, and install what its lock file names."""
        shutil.copytree(source, folder, ignore=MADE)
        package = cls(folder)
        await package.npm("ci", "--ignore-scripts")
        return package

    async def npm(self, *arguments: str) -> str:
        """Run npm, and return what it printed."""
        command, path = npm()
        return await self._run(path, *command, *arguments)

    async def node(self, *arguments: str) -> str:
        """Run node, and return what it printed."""
        _, path = npm()
        return await self._run(path, shutil.which("node", path=path) or "node", *arguments)

    async def tool(self, name: str, *arguments: str) -> str:
        """Run a program of an installed package, and return what it printed."""
        _, path = npm()
        return await self._run(path, str(self.folder / "node_modules" / ".bin" / name), *arguments)

    async def _run(self, path: str, *command: str) -> str:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=self.folder,
            env={**os.environ, "PATH": path},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        out, _ = await process.communicate()
        assert process.returncode == 0, out.decode()[-4_000:]
        return out.decode()
