"""Viewers in headless Chromium, loaded from another origin, show the right colors."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import web
import workshop
from faults import Fault, black, header, mirrored, picture, status
from gate import Gate, Site, demand
from images import FIELD, SQUARES
from numpy.typing import NDArray
from wmts.service import capabilities_urls, colors

VIEW = (900, 700)
TOLERANCE = 10  # JPEG

BACKGROUND = (255, 0, 255)  # of the pages: what lies outside of an image must let it through

Look = tuple[int, int, int, int]


@dataclass(frozen=True)
class Spot:
    """A pixel of the image, or beyond its edge, and the color that must be seen there."""

    x: int
    y: int
    color: tuple[int, ...]


def _looks(width: int, height: int) -> tuple[Look, ...]:
    """Show the whole image, its middle at full resolution, its bottom right corner enlarged."""
    middle = (width // 2 - 200, height // 2 - 150, 400, 300)
    return (0, 0, width * 17 // 16, height * 17 // 16), middle, (width - 130, height - 90, 160, 120)


def _spots(look: Look, pixels: NDArray[np.uint8]) -> list[Spot]:
    """Choose pixels with one color all around, spread over a region, and some beyond the edge.

    Around them is more than what one pixel of the level shown covers, for JPEG bleeds over edges.
    """
    x, y, width, height = look
    bottom, right = pixels.shape[:2]
    radius = max(6, max(width, height) // 60)
    columns = range(x + radius, min(x + width, right) - radius, max(1, width // 29))
    rows = range(y + radius, min(y + height, bottom) - radius, max(1, height // 23))
    found = [Spot(column, bottom + radius, BACKGROUND) for column in columns]
    found += [Spot(right + radius, row, BACKGROUND) for row in rows]
    for row in rows:
        for column in columns:
            near = pixels[row - radius : row + radius + 1, column - radius : column + radius + 1]
            if (near == pixels[row, column]).all():
                found.append(Spot(column, row, tuple(pixels[row, column].tolist())))
    return found


def drive(site: Site, name: str, page: str, identifier: str) -> int:
    """Open a page, look at three regions, compare colors; gives the number of pixels compared."""
    known = site.pictures[identifier]
    looks = _looks(known.width, known.height)
    spots = [_spots(look, known.pixels) for look in looks]
    shots = [site.work / f"{name}-{number}.png" for number in range(len(looks))]
    wanted = []
    for look, among, shot in zip(looks, spots, shots, strict=True):
        # A pixel's middle is half a pixel from its corner.
        middles = [(spot.x + 0.5, spot.y + 0.5) for spot in among]
        wanted.append({"region": look, "points": middles, "shot": str(shot)})
    result = perform(site, "drive", name, {"url": page, "looks": wanted})
    compared = 0
    for shot, among, places in zip(shots, spots, result["places"], strict=True):
        compared += _compare(shot.name, colors(shot.read_bytes()), among, places)
    return compared


def perform(site: Site, script: str, name: str, task: dict[str, Any]) -> dict[str, Any]:
    """Run one of our scripts of a browser; any problem on the page fails the gate."""
    path = site.work / f"{name}.json"
    fixed = {"chromium": workshop.chromium(), "size": VIEW}
    path.write_text(json.dumps(fixed | task), encoding="utf-8")
    source = workshop.HERE / "browsers" / f"{script}.mjs"
    command: list[str | Path] = [workshop.program("node", "nodejs"), source, path]
    done = workshop.run(command, timeout=180)
    demand(done.returncode == 0, done.stderr.strip()[-700:])
    result: dict[str, Any] = json.loads(done.stdout)
    demand(not result["problems"], "\n".join(result["problems"][:5]))
    return result


def _compare(
    what: str, shown: NDArray[np.uint8], spots: list[Spot], places: list[tuple[float, float]]
) -> int:
    inside = outside = 0
    for spot, (left, top) in zip(spots, places, strict=True):
        if not (0 <= left < shown.shape[1] and 0 <= top < shown.shape[0]):
            continue
        got = shown[int(top), int(left)].astype(int)
        off = np.abs(got - spot.color).max()
        said = f"pixel {spot.x},{spot.y} is {got.tolist()}, wanted {list(spot.color)}"
        demand(off <= TOLERANCE, f"{what}: {said}")
        outside += spot.color == BACKGROUND
        inside += spot.color != BACKGROUND
    demand(inside >= 30, f"{what}: only {inside} of {len(spots)} known pixels are on the screen")
    demand(outside or "-1." in what, f"{what}: nothing beyond the edge is on the screen")
    return inside + outside


def _iiif(name: str, versions: tuple[int, ...], site: Site) -> str:
    compared = 0
    for version in versions:
        for identifier in (FIELD, SQUARES):
            info = f"{site.base}/iiif/{version}/{web.segment(identifier)}/info.json"
            page = web.query(f"{site.pages}/browsers/{name}.html", info=info)
            compared += drive(site, f"{name}-v{version}", page, identifier)
    return (
        f"Image API {' and '.join(map(str, versions))}: {compared} known pixels, no error, no 4xx"
    )


def _wmts(site: Site) -> str:
    compared = 0
    for encoding, url in zip(("KVP", "REST"), capabilities_urls(site.base), strict=True):
        page = f"{site.pages}/browsers/openlayers-wmts.html"
        page = web.query(page, capabilities=url, layer=FIELD, encoding=encoding)
        compared += drive(site, f"openlayers-wmts-{encoding}", page, FIELD)
    return f"optionsFromCapabilities, KVP and REST: {compared} known pixels, no error, no 4xx"


def chromium_version() -> str:
    """Name and version of the browser and of what drives it."""
    browser = workshop.run([workshop.chromium(), "--version"]).stdout.split()
    number = next((word for word in browser if word[:1].isdigit()), "")
    return f"Chromium {number}, {workshop.node_package('playwright-core')}"


def tool(package: str) -> str:
    """Name and version of a viewer and of its browser."""
    return f"{workshop.node_package(package)}, {chromium_version()}"


FAULTS = (
    Fault("pictures mirrored", "wanted", picture(mirrored)),
    Fault("pictures black", r"is \[0, 0, 0\]", picture(black)),
    Fault("no CORS header", "CORS", header("access-control-allow-origin")),
    Fault("one column of tiles is missing", "404", status(404, 200, r"/256,0,|/0/0/1|TileCol=1")),
)


def _gate(name: str, package: str, run: Callable[[Site], str]) -> Gate:
    return Gate(name=name, tool=partial(tool, package), run=run, faults=FAULTS)


VIEWERS = (
    _gate("openseadragon", "openseadragon", partial(_iiif, "openseadragon", (2, 3))),
    _gate("leaflet-iiif", "leaflet-iiif", partial(_iiif, "leaflet-iiif", (2, 3))),
    _gate("openlayers-iiif", "ol", partial(_iiif, "openlayers-iiif", (2, 3))),
    _gate("openlayers-wmts", "ol", _wmts),
)
