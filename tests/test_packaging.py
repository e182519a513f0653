"""What goes into the wheel: the built client, complete in itself."""

import importlib.util
import os
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Addresses that name something and load nothing: a namespace, and a link to click on.
HARMLESS = {
    "http://www.w3.org/2000/svg",
    "https://leafletjs.com",
    "https://github.com/mattiaverga/OpenNGC",
    "https://creativecommons.org/licenses/by-sa/4.0/",
}


@pytest.fixture(scope="module")
def hook():
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def client(tmp_path):
    """A client with one source, built a moment later."""
    files = ("src/map.js", 100), ("package.json", 100), ("dist/index.html", 200)
    for name, time in (*files, ("dist/objects.json", 200)):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
        os.utime(file, (time, time))
    return tmp_path


def test_client_that_is_younger_than_its_sources_is_current(hook, client):
    assert hook.is_current(client)


@pytest.mark.parametrize("name", ["src/map.js", "package.json"])
def test_client_with_a_younger_source_is_built_again(hook, client, name):
    os.utime(client / name, (300, 300))
    assert not hook.is_current(client)


def test_client_without_its_list_of_objects_is_built_again(hook, client):
    (client / "dist" / "objects.json").unlink()
    assert not hook.is_current(client)


def test_build_without_the_list_of_objects_fails(hook, client, monkeypatch):
    (client / "dist" / "objects.json").unlink()
    npm = client / "npm"
    npm.write_text("#!/bin/sh\necho no stars tonight >&2\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{client}:/bin:/usr/bin")
    with pytest.raises(RuntimeError, match=r"Building the client failed: no stars tonight$"):
        hook.build(client)


def test_client_that_was_never_built_is_not_current(hook, client):
    (client / "dist" / "index.html").unlink()
    assert not hook.is_current(client)


def test_missing_node_is_told(hook, client, monkeypatch):
    monkeypatch.setenv("PATH", str(client))
    with pytest.raises(RuntimeError, match=r"^Node >= 20 is needed .* npm was not found$"):
        hook.build(client)


def test_failing_build_tells_why(hook, client, monkeypatch):
    npm = client / "npm"
    npm.write_text("#!/bin/sh\necho the sky fell >&2\nexit 3\n")
    npm.chmod(0o755)
    monkeypatch.setenv("PATH", f"{client}:/bin:/usr/bin")
    with pytest.raises(RuntimeError, match=r"Building the client failed .*: the sky fell$"):
        hook.build(client)


def test_built_client_loads_nothing_from_outside():
    files = [file for file in (ROOT / "client" / "dist").rglob("*") if file.is_file()]
    files = [file for file in files if file.suffix not in (".br", ".gz")]  # the same, compressed
    if not files:
        pytest.skip("the client is not built; npm --prefix client run build builds it")
    found = set()
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        found |= set(re.findall(r"(?:https?:)?//[\w-]+(?:\.[\w-]+)+[^\s\"'`)<>\\]*", text))
    assert found - HARMLESS == set()
