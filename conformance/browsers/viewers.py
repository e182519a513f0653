"""Viewers in headless Chromium, loaded from another origin, show the right colors."""

import json
from collections.abc import Callable
from functools import partial

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

# The whole image; its middle at about full resolution; the right and bottom edge enlarged.
Look = tuple[int, int, int, int]


def _looks(width: int, height: int) -> tuple[Look, ...]:
    middle = (width // 2 - 200, height // 2 - 150, 400, 300)
    return (0, 0, width, height), middle, (width - 160, height - 120, 160, 120)


def _points(look: Look, pixels: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Choose pixels with one color all around, spread over a region.

    Around them is more than what one pixel of the level shown covers, for JPEG bleeds over edges.
    """
    x, y, width, height = look
    radius = max(6, max(width, height) // 60)
    found = []
    for row in range(y + radius, y + height - radius, max(1, height // 23)):
        for column in range(x + radius, x + width - radius, max(1, width // 29)):
            near = pixels[row - radius : row + radius + 1, column - radius : column + radius + 1]
            if (near == pixels[row, column]).all():
                found.append((column, row))
    return found


def drive(site: Site, name: str, page: str, identifier: str) -> int:
    """Open a page, look at three regions, compare colors; gives the number of pixels compared."""
    known = site.pictures[identifier]
    looks = _looks(known.width, known.height)
    points = [_points(look, known.pixels) for look in looks]
    shots = [site.work / f"{name}-{number}.png" for number in range(len(looks))]
    task: dict[str, object] = {
        "chromium": workshop.chromium(),
        "url": page,
        "size": VIEW,
    }
    wanted = []
    for look, among, shot in zip(looks, points, shots, strict=True):
        # A pixel's middle is half a pixel from its corner.
        middles = [(x + 0.5, y + 0.5) for x, y in among]
        wanted.append({"region": look, "points": middles, "shot": str(shot)})
    task["looks"] = wanted
    path = site.work / f"{name}.json"
    path.write_text(json.dumps(task), encoding="utf-8")
    node = workshop.program("node", "nodejs")
    done = workshop.run([node, workshop.HERE / "browsers" / "drive.mjs", path], timeout=180)
    demand(done.returncode == 0, done.stderr.strip()[-700:])
    result = json.loads(done.stdout)
    demand(not result["problems"], "\n".join(result["problems"][:5]))
    for shot, among, places in zip(shots, points, result["places"], strict=True):
        _compare(f"{page} in {shot.name}", colors(shot.read_bytes()), known.pixels, among, places)
    return sum(map(len, points))


def _compare(
    what: str,
    shown: NDArray[np.uint8],
    pixels: NDArray[np.uint8],
    points: list[tuple[int, int]],
    places: list[tuple[float, float]],
) -> None:
    compared = 0
    for (x, y), (left, top) in zip(points, places, strict=True):
        if not (0 <= left < shown.shape[1] and 0 <= top < shown.shape[0]):
            continue
        compared += 1
        got = shown[int(top), int(left)].astype(int)
        off = np.abs(got - pixels[y, x]).max()
        wanted = pixels[y, x].tolist()
        demand(off <= TOLERANCE, f"{what}: pixel {x},{y} is {got.tolist()}, wanted {wanted}")
    demand(
        compared >= 30, f"{what}: only {compared} of {len(points)} known pixels are on the screen"
    )


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


def _tool(package: str) -> str:
    return f"{workshop.node_package(package)}, {chromium_version()}"


FAULTS = (
    Fault("pictures mirrored", "wanted", picture(mirrored)),
    Fault("pictures black", r"is \[0, 0, 0\]", picture(black)),
    Fault("no CORS header", "CORS", header("access-control-allow-origin")),
    Fault("one column of tiles is missing", "404", status(404, 200, r"/256,0,|/0/0/1|TileCol=1")),
)


def _gate(name: str, package: str, run: Callable[[Site], str]) -> Gate:
    return Gate(name=name, tool=partial(_tool, package), run=run, faults=FAULTS)


VIEWERS = (
    _gate("openseadragon", "openseadragon", partial(_iiif, "openseadragon", (2, 3))),
    _gate("leaflet-iiif", "leaflet-iiif", partial(_iiif, "leaflet-iiif", (2, 3))),
    _gate("openlayers-iiif", "ol", partial(_iiif, "openlayers-iiif", (2, 3))),
    _gate("openlayers-wmts", "ol", _wmts),
)
