"""Imports point down, protocols do not know each other, and no two modules import each other.

The rules are functions over a table of imports, so that they are tried on made-up tables as well.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[1] / "src" / "celestile"

LAYERS = (
    "errors",
    "compiled",
    "geometry",
    "locks",
    "lru",
    "settings",
    "pixels.sky",
    "pixels.plane",
    "pixels.image",
    "pixels.display",
    "pixels.fits.data.faults",
    "pixels.fits.scaling",
    "pixels.fits",
    "pixels.planes",
    "pixels.axes",
    "pixels.mosaic",
    "pixels.patterns",
    "pixels.names",
    "pixels.resolver",
    "pixels.sources",
    "pixels",
    "pyramid",
    "render",
    "views",
    "service",
    "protocols.web",
    "protocols.tiles",
    "protocols",
    "assembly",
    "app",
    "demo",
    "cli",
    "__main__",
)
"""Rooms from the bottom up; the longest name that fits a module is its room."""

PROTOCOLS = ("data", "hips", "iiif", "ogcapi", "wmts")
SETTINGS_READERS = ("assembly", "app", "cli", "settings")
FITS_MODULES = ("pixels.fits.file", "pixels.fits.write")
WITH_EXCEPTIONS = {"demo": ("pixels.fits.write",)}
"""Rooms that import only these modules of Celestile."""

Imports = Mapping[str, Iterable[str]]
"""Names of modules without `celestile.`, and the dotted names that each imports."""


def read_imports(sources: Path) -> dict[str, set[str]]:
    """Every import of every module, wherever in it; members of packages with their package."""
    found = {}
    for path in sources.rglob("*.py"):
        name = ".".join(path.relative_to(sources).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = set(_imported(path.read_text("utf-8")))
    return found


def _imported(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(modules: Imports, name: str) -> str | None:
    """Module that an imported name is, or is in; None for what is not ours."""
    words = name.split(".")
    if words[0] != "celestile":
        return None
    for length in range(len(words), 1, -1):
        if (found := ".".join(words[1:length])) in modules:
            return found
    return None


def room(module: str) -> str:
    """Room that a module belongs to."""
    fitting = [each for each in LAYERS if module == each or module.startswith(f"{each}.")]
    return max(fitting, key=len, default="")


def faults(modules: Imports) -> list[str]:
    """All imports that break a rule, a sentence each."""
    found = []
    for module, names in modules.items():
        for target in {each for name in names if (each := ours(modules, name)) is not None}:
            found += [f"{module} imports {target}: {why}" for why in _broken(module, target)]
    return sorted(found + [f"circle: {' -> '.join(each)}" for each in circles(modules)])


def _broken(module: str, target: str) -> Iterator[str]:
    if not module:
        return
    here, there = room(module), room(target)
    if not here or not there:
        yield "one of them is not in LAYERS"
    elif LAYERS.index(there) > LAYERS.index(here):
        yield f"{there} is above {here}"
    top = module.split(".", maxsplit=1)[0]
    if target.split(".", maxsplit=1)[0] == "settings" and top not in SETTINGS_READERS:
        yield f"only {', '.join(SETTINGS_READERS)} may import the settings"
    for name, allowed in WITH_EXCEPTIONS.items():
        if top == name and target.split(".", maxsplit=1)[0] != name and target not in allowed:
            yield f"{name} imports {', '.join(allowed)} only"
        if target.split(".", maxsplit=1)[0] == name and top not in (name, "cli"):
            yield f"{name} is for the command line"
    siblings = [each.split(".")[1] for each in (module, target) if each.startswith("protocols.")]
    if len(siblings) == 2 and siblings[0] != siblings[1] and set(siblings) <= {*PROTOCOLS}:
        yield "a protocol does not import another one"


def circles(modules: Imports) -> list[list[str]]:
    """Modules that import each other, over whatever detour; each circle once."""
    graph = {
        module: sorted({t for n in names if (t := ours(modules, n)) not in (None, module)})
        for module, names in modules.items()
    }
    found: dict[frozenset[str], list[str]] = {}
    done: set[str] = set()

    def visit(module: str, trail: list[str]) -> None:
        if module in trail:
            circle = trail[trail.index(module) :]
            found.setdefault(frozenset(circle), [*circle, module])
            return
        if module in done:
            return
        for target in graph[module]:
            visit(target, [*trail, module])
        done.add(module)

    for module in graph:
        visit(module, [])
    return list(found.values())


MODULES = read_imports(SOURCES)


def test_imports_keep_to_the_rules() -> None:
    broken = faults(MODULES)
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("pixels.image", "celestile.render.tone.curve"),
        ("geometry", "celestile.pixels.image.Image"),
        ("pixels.sky.sky", "celestile.pixels.fits.file"),
        ("views.view", "celestile.service.service.Service"),
        ("service.service", "celestile.protocols.web.http.base_url"),
        ("protocols.web.http", "celestile.protocols.tiles.pixel_grid"),
        ("protocols.iiif.routes", "celestile.protocols.wmts.routes.routes"),
        ("protocols.hips.routes", "celestile.protocols.iiif.presentation.addresses.PREFIX"),
        ("service.service", "celestile.settings.Settings"),
        ("demo", "celestile.render.tone.curve"),
        ("app", "celestile.demo.ensure_demo"),
    ],
)
def test_a_bad_import_is_noticed(module: str, name: str) -> None:
    spoilt = {**MODULES, module: {*MODULES[module], name}}
    target = ours(MODULES, name)
    assert target is not None
    assert any(fault.startswith(f"{module} imports {target}: ") for fault in faults(spoilt))


def test_a_circle_is_noticed() -> None:
    made_up = {
        "render.a": {"celestile.render.b"},
        "render.b": {"celestile.render.c.name"},
        "render.c": {"celestile.render.a"},
        "render.d": {"celestile.render.a", "celestile.errors"},
        "errors": {"abc"},
    }
    assert circles(made_up) == [["render.a", "render.b", "render.c", "render.a"]]
    assert circles(made_up | {"render.c": set()}) == []


def test_a_module_in_no_room_is_noticed() -> None:
    assert faults({"attic": {"celestile.errors"}, "errors": set()}) == [
        "attic imports errors: one of them is not in LAYERS"
    ]


@pytest.mark.parametrize("module", sorted(MODULES))
def test_fits_is_read_and_written_in_one_place_each(module: str) -> None:
    if module not in FITS_MODULES:
        assert not [name for name in MODULES[module] if name.startswith("astropy.io")]


def test_geometry_is_pure_integers() -> None:
    allowed = ("collections", "dataclasses", "celestile.errors")
    assert all(name.startswith(allowed) for name in MODULES["geometry"])


@pytest.mark.parametrize("folder", ["pixels", "protocols"])
def test_the_large_folders_have_few_files_of_their_own(folder: str) -> None:
    assert len(list((SOURCES / folder).glob("*.py"))) <= 10
