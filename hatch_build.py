"""Includes the built client in wheels and source distributions, and builds it if needed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("src", "build.js", "objects.py", "package.json", "package-lock.json")


def newest(paths: list[Path]) -> float:
    """Return the latest modification time of files, and of all files in folders."""
    files = (file for path in paths for file in (path, *path.rglob("*")) if file.is_file())
    return max((file.stat().st_mtime for file in files), default=0.0)


def is_current(client: Path) -> bool:
    """Return whether the built client exists and is newer than all its sources."""
    page = client / "dist" / "index.html"
    if not (client / "dist" / "objects.json").is_file():
        return False
    return page.is_file() and page.stat().st_mtime >= newest([client / name for name in SOURCES])


def build(client: Path) -> None:
    """Build the client with npm.

    Raises
    ------
    RuntimeError
        If npm is missing or fails.
    """
    npm = shutil.which("npm")
    if npm is None:
        message = "Node >= 20 is needed to build Celestile from source: npm was not found"
        raise RuntimeError(message)
    for command in ([npm, "ci", "--no-audit", "--no-fund"], [npm, "run", "build"]):
        # The client's build runs Python for its list of objects: this one, with pyongc.
        environment = {**os.environ, "PYTHON": sys.executable}
        done = subprocess.run(
            command, cwd=client, capture_output=True, text=True, check=False, env=environment
        )
        if done.returncode:
            said = (done.stderr.strip() or done.stdout.strip())[-2000:]
            message = f"Building the client failed (Node >= 20 is needed): {said}"
            raise RuntimeError(message)
    if not (client / "dist" / "objects.json").is_file():
        message = f"Building the client failed: {done.stderr.strip()[-2000:]}"
        raise RuntimeError(message)


class ClientBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    """Builds ``client/dist`` before it is packaged."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the client if needed, and configure its place in the wheel."""
        root = Path(self.root)
        client = root / "client"
        # A source distribution contains the built client, so that it can be installed without Node.
        unpacked = (root / "PKG-INFO").is_file() and (client / "dist").is_dir()
        if not unpacked and not is_current(client):
            self.app.display_info("Building the client with npm")
            build(client)
        if self.target_name == "wheel" and version != "editable":
            build_data["force_include"][str(client / "dist")] = "celestile/client"
