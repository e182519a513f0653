"""External programs: installed from pinned lists, or looked up on the PATH.

Python programs are installed in ``.work/venv`` and viewers in ``node_modules``, only if the pinned
lists have changed. Programs of the operating system must be on the PATH.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from gate import MissingToolError, demand

HERE = Path(__file__).resolve().parent
WORK = HERE / ".work"
VENV = WORK / "venv"
PYTHON = VENV / "bin" / "python"
SYSTEM_PYTHON = Path("/usr/bin/python3")  # Debian's QGIS is built for this one
SCHEMAS = WORK / "schemas"
ONLINE = "http://schemas.opengis.net/"
# The schema of GetFeatureInfo refers to one element of GML, which no document of ours uses.
GML = """<schema xmlns="http://www.w3.org/2001/XMLSchema" targetNamespace="http://www.opengis.net/gml">
<element name="_FeatureCollection" abstract="true"/>
</schema>
"""
REPAIR = re.compile(r'(name="(?:Min|Max)Tile(?:Row|Col)" type=")positiveInteger')


def run(
    command: Sequence[str | Path], *, timeout: float = 120, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a program without input; return its output, whatever the exit code."""
    return subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=timeout,
        check=False,
        **options,
    )


def program(name: str, package: str) -> str:
    """Return the path of a program of the operating system."""
    found = shutil.which(name)
    if found is None:
        raise MissingToolError(f"{name} is not on the PATH; apt-get install {package}")
    return found


def script(python: Path, path: str, *arguments: str | Path, **options: Any) -> str:
    """Run one of our files with another interpreter; return its output.

    Its folder is not on the module path, because `wmts/qgis.py` is not the package `qgis`.
    """
    done = run([python, "-P", HERE / path, *arguments], **options)
    said = (done.stdout + done.stderr).strip()
    demand(done.returncode == 0, f"{path}: {said[-900:]}")
    return done.stdout


def version(name: str, package: str, pattern: str, *arguments: str) -> str:
    """Return the name and version of a program of the operating system."""
    done = run([program(name, package), *arguments])
    found = re.search(pattern, done.stdout + done.stderr)
    return f"{name} {found.group(1) if found else 'of unknown version'}"


def chromium() -> str:
    """Return the path of Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found is not None:
            return found
    raise MissingToolError("no Chromium is on the PATH; apt-get install chromium")


def prepare() -> None:
    """Install the pinned packages, unless they are already installed.

    Raises
    ------
    MissingToolError
        If pip or npm fails; with the end of its output.
    """
    WORK.mkdir(exist_ok=True)
    if _stale(HERE / "requirements.txt", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        _install([sys.executable, "-m", "venv", VENV])
        _install([PYTHON, "-m", "pip", "install", "-q", "-r", HERE / "requirements.txt"])
        _fresh(HERE / "requirements.txt", VENV)
    if _stale(HERE / "package-lock.json", HERE / "node_modules"):
        _install([program("npm", "nodejs npm"), "ci", "--prefix", HERE, "--no-audit", "--no-fund"])
        _fresh(HERE / "package-lock.json", HERE / "node_modules")
    _unpack_schemas()


def _install(command: Sequence[str | Path]) -> None:
    done = run(command, timeout=900)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-600:]
        raise MissingToolError(f"`{' '.join(map(str, command))}` failed: {said}")


def _digest(listing: Path) -> str:
    return hashlib.sha256(listing.read_bytes()).hexdigest()


def _stale(listing: Path, installed: Path) -> bool:
    stamp = installed / ".made-from"
    return not stamp.exists() or stamp.read_text(encoding="utf-8") != _digest(listing)


def _fresh(listing: Path, installed: Path) -> None:
    (installed / ".made-from").write_text(_digest(listing), encoding="utf-8")


def _unpack_schemas() -> None:
    """Copy the OGC's schemas from MapProxy and correct a known error.

    The copy requires positive tile indices although the first index is 0. The OGC corrected this to
    nonNegativeInteger in an erratum. Imports from the network are replaced by local copies.
    """
    shutil.rmtree(SCHEMAS, ignore_errors=True)
    source = next((VENV / "lib").glob("python3*/site-packages/mapproxy/test/schemas"), None)
    if source is None:
        raise MissingToolError(f"MapProxy's schemas are missing; delete {VENV} and run again")
    SCHEMAS.mkdir()
    for part in ("wmts", "ows", "xlink"):
        shutil.copytree(source / part, SCHEMAS / part)
    shutil.copy(source / "xml.xsd", SCHEMAS)
    repaired = 0
    for schema in SCHEMAS.rglob("*.xsd"):
        text = schema.read_text(encoding="utf-8")
        text, count = REPAIR.subn(r"\1nonNegativeInteger", text)
        repaired += count
        beside = "/".join([".."] * (len(schema.relative_to(SCHEMAS).parts) - 1))
        text = text.replace(f'schemaLocation="{ONLINE}', f'schemaLocation="{beside}/')
        schema.write_text(text, encoding="utf-8")
    gml = SCHEMAS / "gml" / "3.1.1" / "base"
    gml.mkdir(parents=True)
    (gml / "gml.xsd").write_text(GML, encoding="utf-8")
    if repaired != 4:  # minimum and maximum of row and column
        raise MissingToolError(f"{repaired} tile limits in MapProxy's schemas, expected 4")


@cache
def python_package(name: str) -> str:
    """Return the name and version of a package in `VENV`."""
    source = f"import importlib.metadata as m; print(m.version({name!r}))"
    done = run([PYTHON, "-c", source])
    if done.returncode:
        raise MissingToolError(f"{name} is not in {VENV}; delete that folder and run again")
    return f"{name} {done.stdout.strip()}"


@cache
def node_package(name: str) -> str:
    """Return the name and version of a package in ``node_modules``."""
    manifest = HERE / "node_modules" / name / "package.json"
    if not manifest.exists():
        raise MissingToolError(f"{name} is missing; npm ci --prefix conformance")
    return f"{name} {json.loads(manifest.read_text(encoding='utf-8'))['version']}"
