"""Imports point down: each layer knows those below it, and nothing of those above."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[1] / "src" / "celestile"
LAYERS = (
    "errors",
    "compiled",
    "pixels",
    "pyramid",
    "render",
    "protocols",
    "assembly",
    "app",
    "cli",
)
"""From the bottom up."""

# What stands beside the layers, with the layer that it may import from at most.
BESIDE = {"demo": "pixels", "settings": "errors", "web": "protocols", "__main__": "cli"}
SETTINGS_READERS = ("app", "assembly", "cli", "settings")
FITS_MODULES = ("pixels/fits/file.py", "pixels/fits/write.py")

MODULES = sorted(path.relative_to(SOURCES).as_posix() for path in SOURCES.rglob("*.py"))


def imported(module: str) -> Iterator[str]:
    """Dotted names that a module imports, wherever in it; those of packages with their members."""
    for node in ast.walk(ast.parse((SOURCES / module).read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def part(module: str) -> str:
    """Top-level part that a module belongs to."""
    return module.split("/", maxsplit=1)[0].removesuffix(".py")


def rank(name: str) -> int:
    """Height of a top-level part."""
    return LAYERS.index(BESIDE.get(name, name))


@pytest.mark.parametrize("module", [name for name in MODULES if name != "__init__.py"])
def test_imports_point_down(module: str) -> None:
    here = part(module)
    for name in imported(module):
        words = name.split(".")
        if words[0] != "celestile" or len(words) < 2:
            continue
        if words[1] not in {part(other) for other in MODULES} or words[1] == here:
            continue
        if name.startswith("celestile.geometry"):
            continue
        if words[1] == "settings":
            assert here in SETTINGS_READERS, f"{module} reads the settings"
        elif words[1] in BESIDE:
            assert here in ("app", "cli", "__main__"), f"{module} imports {name}"
        else:
            assert rank(words[1]) <= rank(here), f"{module} imports {name} from above"


@pytest.mark.parametrize("module", MODULES)
def test_fits_is_read_and_written_in_one_place_each(module: str) -> None:
    if module not in FITS_MODULES:
        assert not [name for name in imported(module) if name.startswith("astropy.io")]


def test_geometry_is_pure_integers() -> None:
    allowed = ("collections", "dataclasses", "celestile.errors")
    assert all(name.startswith(allowed) for name in imported("geometry.py"))


def test_an_import_from_above_is_noticed() -> None:
    assert rank("render") > rank("pyramid") > rank("pixels") > rank("errors")
    assert "celestile.errors.CelestileError" in set(imported("app.py"))
