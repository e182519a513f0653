"""What the documentation says to paste works as it stands: its addresses, commands and programs.

The pages speak of images that the test images hold under the same names; only `https://HOST` is
put in place.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import web
import workshop
from faults import Fault, status
from gate import Gate, Site, demand, equal
from PIL import Image
from wmts.gdal import gdal_version

PAGES = workshop.HERE.parent / "docs" / "how-to"
HOST = "https://HOST"
ADDRESS = re.compile(rf"{HOST}[^\s`'\"<>|\\]*")
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Of a template of tiles: one that is there.
TILE = {"%(z)s": "2", "%(y)s": "1", "%(x)s": "1"}


def _addresses(text: str) -> Iterator[str]:
    """Give every address on a page, without what punctuation or GDAL puts behind it."""
    for found in ADDRESS.findall(text):
        address = found.partition(",layer=")[0].rstrip(".,;)")
        for name, value in TILE.items():
            address = address.replace(name, value)
        if "IDENTIFIER" not in address:
            yield address


def blocks(page: str, language: str, base: str) -> list[str]:
    """Give the code blocks of a page, ready to be pasted."""
    text = (PAGES / page).read_text(encoding="utf-8").replace(HOST, base)
    return [body for found, body in BLOCK.findall(text) if found == language]


def _fetched(site: Site) -> int:
    told = {
        (address.replace(HOST, site.base), page.name)
        for page in sorted(PAGES.glob("*.md"))
        for address in _addresses(page.read_text(encoding="utf-8"))
    }
    for address, page in sorted(told):
        equal(f"{page}: status of {address}", web.fetch(address).status, 200)
    return len(told)


def _gdal(site: Site) -> int:
    """Run the commands of the page of GDAL, each in the same folder."""
    commands = [
        line.partition("  #")[0].strip()
        for body in blocks("gdal.md", "sh", site.base)
        for line in body.replace("\\\n", "").splitlines()
        if line.startswith("gdal")
    ]
    with tempfile.TemporaryDirectory() as folder:
        for command in commands:
            environment = {**os.environ, "GDAL_ENABLE_WMS_CACHE": "NO"}
            done = workshop.run(["sh", "-c", command], cwd=folder, env=environment)
            said = f"gdal.md: {command}: {(done.stdout + done.stderr)[-500:]}"
            demand(done.returncode == 0 and "ERROR" not in done.stderr, said)
        with Image.open(Path(folder) / "sky.png") as sky:
            demand(sky.getchannel("A").getextrema() != (0, 0), "gdal.md: sky.png is empty")
    return len(commands)


def _owslib(site: Site) -> None:
    for body in blocks("mapproxy.md", "python", site.base):
        done = workshop.run(
            [workshop.PYTHON, "-c", f"{body}\nassert tile.read()[:4] == b'\\x89PNG'"]
        )
        demand(done.returncode == 0, f"mapproxy.md, OWSLib: {done.stderr[-600:]}")


def _mapproxy(site: Site) -> None:
    folder = site.work / "documents"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for body in blocks("mapproxy.md", "yaml", site.base):
        path = folder / "mapproxy.yaml"
        path.write_text(body, encoding="utf-8")
        source = (
            "import sys; from mapproxy.wsgiapp import make_wsgi_app as make;"
            "from werkzeug.test import Client;"
            "answer = Client(make(sys.argv[1])).get('/wmts/m51/pixels/02/1/1.png');"
            "sys.exit(0 if answer.status_code == 200 else answer.get_data(as_text=True))"
        )
        done = workshop.run([workshop.PYTHON, "-c", source, path], cwd=folder)
        demand(done.returncode == 0, f"mapproxy.md, MapProxy: {done.stderr[-600:]}")


def _check(site: Site) -> str:
    addresses, commands = _fetched(site), _gdal(site)
    _owslib(site)
    _mapproxy(site)
    return (
        f"{addresses} addresses, {commands} commands of GDAL, a program of OWSLib and a"
        " configuration of MapProxy, as they stand on the pages"
    )


HOW_TO = Gate(
    name="documentation",
    tool=lambda: f"{gdal_version()}, {workshop.python_package('OWSLib')}",
    run=_check,
    faults=(
        Fault("no surveys", "aladin.md: status of", status(404, 200, "/hips/")),
        Fault("no capabilities of a folder", "status of .*m51/WMTS", status(404, 200, "/m51/WMTS")),
        Fault(
            "no tiles by keys",
            "gdal.md: gdal_translate|OWSLib: ",
            status(404, 200, "(?i)request=GetTile"),
        ),
        Fault("no collections", "status of .*/ogc/coll", status(404, 200, "/ogc/collections")),
    ),
)
