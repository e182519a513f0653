"""Take all pictures in the documentation, of the demonstration image.

    python conformance/pictures.py [NAME]...

Run it after `run.py`, which installs the viewers. It writes to ``docs/images``.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree as ET

import server
import web
import workshop
from browsers.objects import IGNORED
from charts import longitude
from hips.aladin import FLAGS
from hips.aladin import IGNORED as EMPTY_TILES
from PIL import Image
from wmts.gdal import gdal
from wmts.qgis import environment
from wmts.service import NAMES, capabilities_urls, sky_set

IMAGES = workshop.HERE.parent / "docs" / "images"
SIZE = (1100, 700)
FILLED = (1000, 750)  # aspect ratio of the image, so that viewers without a frame show nothing else
SCALE = 0.8  # in the documentation
LARGEST = 150_000  # bytes of a picture
# Mirador opens the panel of layers shortly before there is one.
TROUBLE = [*IGNORED, "^console: MUI"]


@dataclass(frozen=True)
class Place:
    """Address and position of the first image of the demonstration.

    Parameters
    ----------
    base : str
        ``http://host:port`` of the server.
    identifier : str
        Identifier of the image.
    center : tuple of float
        Right ascension and declination, degrees.
    """

    base: str
    identifier: str
    center: tuple[float, float]

    @property
    def manifest(self) -> str:
        """Address of its manifest."""
        return f"{self.base}/iiif/presentation/3/{web.segment(self.identifier)}/manifest"

    @property
    def info(self) -> str:
        """Address of its info.json."""
        return f"{self.base}/iiif/3/{web.segment(self.identifier)}/info.json"


@dataclass(frozen=True)
class Shot:
    """A page to open; `task` is that of ``open.mjs``, or of ``drive.mjs`` where it has looks."""

    url: str
    size: tuple[int, int] = SIZE
    scale: float = SCALE
    task: dict[str, Any] = field(default_factory=dict)


@contextmanager
def demonstration(folder: Path) -> Iterator[str]:
    """Run `celestile demo` for pages of any origin; yield its base URL."""
    port = web.free_port()
    command = [Path(sys.executable).parent / "celestile", "demo", "--no-browser", "--cors", "*"]
    command += ["--cache-dir", folder / "cache", "--port", str(port)]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            list(map(str, command)), stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        base = f"http://127.0.0.1:{port}"
        for _ in range(300):
            try:
                if web.fetch(f"{base}/healthz").status == 200:
                    break
            except OSError:
                time.sleep(0.2)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=20)


def place(base: str) -> Place:
    """Find the first image of the demonstration, and its center from the capabilities."""
    identifier = json.loads(web.fetch(f"{base}/api").text)["start"]
    url = f"{capabilities_urls(base)[0]}&layer={web.segment(identifier)}"
    root = ET.fromstring(web.fetch(url).body)
    box = "wmts:Contents/wmts:Layer/ows:WGS84BoundingBox"
    corners = [root.findtext(f"{box}/ows:{name}Corner", "", NAMES) for name in ("Lower", "Upper")]
    (west, south), (east, north) = (map(float, corner.split()) for corner in corners)
    return Place(base, identifier, (-(west + east) / 2 % 360, (south + north) / 2))


def pages(of: Place, pages: str) -> dict[str, Shot]:
    """Return the page of each viewer."""
    capabilities = f"{capabilities_urls(of.base)[0]}&layer={web.segment(of.identifier)}"
    universal = f"{pages}/universalviewer.html#?manifest={quote(of.manifest, safe='')}"
    degrees = {"looks": [{"region": (*of.center, 0.2), "points": []}], "flags": FLAGS}
    level = {"looks": [{"region": (*of.center, 12), "points": []}]}
    return {
        "viewer": Shot(
            f"{of.base}/#image={web.segment(of.identifier)}", (1360, 800), 1, {"canvas": False}
        ),
        "openseadragon": Shot(web.query(f"{pages}/openseadragon.html", info=of.info), FILLED),
        "leaflet-iiif": Shot(
            web.query(f"{pages}/leaflet-iiif.html", info=of.info),
            FILLED,
            task={"looks": [{"region": (602, 489, 1000, 750), "points": []}]},
        ),
        "openlayers": Shot(
            web.query(f"{pages}/openlayers-sky.html", capabilities=capabilities), task=level
        ),
        "mirador": Shot(web.query(f"{pages}/mirador.html", manifest=of.manifest, panel="layers")),
        "universalviewer": Shot(universal),
        "tify": Shot(web.query(f"{pages}/tify.html", manifest=of.manifest, panel="info")),
        "aladin-lite": Shot(
            web.query(
                f"{pages}/aladin-lite.html", hips=f"{of.base}/hips/{web.segment(of.identifier)}"
            ),
            task=degrees | {"ignored": EMPTY_TILES},
        ),
    }


def photograph(name: str, shot: Shot, folder: Path) -> Path:
    """Open a page and take its picture."""
    output = folder / f"{name}.png"
    task: dict[str, Any] = {"chromium": workshop.chromium(), "size": shot.size, "url": shot.url}
    task["words"] = []
    task |= {"tiles": True, "shot": str(output), "ignored": TROUBLE} | shot.task
    for look in task.get("looks", ()):
        look["shot"] = str(output)
    path = folder / f"{name}.json"
    path.write_text(json.dumps(task), encoding="utf-8")
    script = workshop.HERE / "browsers" / f"{'drive' if 'looks' in task else 'open'}.mjs"
    done = workshop.run([workshop.program("node", "nodejs"), script, path], timeout=180)
    if done.returncode or json.loads(done.stdout)["problems"]:
        sys.exit(f"{name}: {(done.stderr or done.stdout).strip()[-500:]}")
    return output


def gdal_picture(of: Place, folder: Path) -> Path:
    """Make a map of the sky with GDAL, at a quarter of its full size."""
    output = folder / "gdal.png"
    url = f"{of.base}/wmts/1.0.0/WMTSCapabilities.xml"
    dataset = f"WMTS:{url},layer={of.identifier},tilematrixset={sky_set(of.base, of.identifier)}"
    gdal("gdal_translate", "-q", "-of", "PNG", "-outsize", "25%", "25%", dataset, str(output))
    return output


def qgis_picture(of: Place, folder: Path) -> Path:
    """Draw the image at its position on the sky with QGIS."""
    output = folder / "qgis.png"
    width, height = SIZE
    pixel = 180 / 256 / 2**11  # degrees
    middle, declination = float(longitude(of.center[0])), of.center[1]
    drawn = {"layer": of.identifier, "style": "default", "dimensions": []}
    task = {
        "url": capabilities_urls(of.base)[0],
        "layers": [drawn | {"matrix_set": sky_set(of.base, of.identifier)}],
        "crs": "OGC:CRS84",
        "extent": (
            middle - width / 2 * pixel,
            declination - height / 2 * pixel,
            middle + width / 2 * pixel,
            declination + height / 2 * pixel,
        ),
        "size": SIZE,
        "output": str(output),
    }
    path = folder / "qgis.json"
    path.write_text(json.dumps(task), encoding="utf-8")
    with tempfile.TemporaryDirectory() as home:
        workshop.script(
            workshop.SYSTEM_PYTHON,
            "wmts/render_qgis.py",
            path,
            env=environment(Path(home)),
            cwd=home,
        )
    return output


def publish(name: str, taken: Path, scale: float) -> None:
    """Write a picture into the documentation, with a small file size."""
    output = IMAGES / f"{name}.webp"
    with Image.open(taken) as image:
        size = (round(image.width * scale), round(image.height * scale))
        flat = Image.new("RGBA", image.size, "white")
        flat.alpha_composite(image.convert("RGBA"))
        small = flat.convert("RGB").resize(size, Image.Resampling.LANCZOS)
        small.save(output, quality=80, method=6)
    if output.stat().st_size > LARGEST:
        sys.exit(f"{output.name} has {output.stat().st_size} bytes")
    print(f"{output.name}: {output.stat().st_size} bytes", flush=True)


def main() -> None:
    """Open every viewer and save its picture."""
    folder = workshop.WORK / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    with demonstration(folder) as base, server.pages(workshop.HERE) as served:
        of = place(base)
        shots = pages(of, f"{served}/browsers")
        drawn = {"gdal": gdal_picture, "qgis": qgis_picture}
        wanted = sys.argv[1:] or [*shots, *drawn]
        unknown = sorted(set(wanted) - {*shots, *drawn})
        if unknown:
            sys.exit(f"there is no {unknown[0]}; there are {', '.join([*shots, *drawn])}")
        for name in wanted:
            draw = drawn.get(name)
            taken = draw(of, folder) if draw else photograph(name, shots[name], folder)
            publish(name, taken, SCALE if draw else shots[name].scale)


if __name__ == "__main__":
    main()
