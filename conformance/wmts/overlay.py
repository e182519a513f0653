"""Two images of one region, one in galactic coordinates, at their places in one client.

One is drawn in red and the other in green, and their light is added: a star that both have is
yellow, and each color is compared with what astropy reads from the file of that image.
"""

import numpy as np
import web
from browsers.viewers import BACKGROUND, perform, tool
from charts import agrees, around, longitude, values, worst
from faults import Fault, brighter, mirrored, opaque, picture, text
from gate import Gate, Site, demand
from images import SKY, STARS
from numpy.typing import NDArray
from ogcapi.service import sky_tileset
from wmts.qgis import qgis_version, render
from wmts.service import capabilities_urls, colors, sky_set
from wmts.sky import LARGEST, MOVED, TOLERANCE

COLORS = {SKY[0]: "ff0000", SKY[1]: "00ff00"}
MIDDLE = (83.785, -5.425)  # beside the middle of both images: their edges are to be seen
LEVEL = 12  # the finest of both
PIXEL = 180 / 256 / 2**LEVEL  # degrees
# QGIS repeats a column of a tile here and there, where one of the screen lies between two.
EXEMPT = 1e-4


def _layers() -> dict[str, str]:
    """Names of both images, each in a view of one color, and their identifiers."""
    view = "limits=0,255;stretch=linear"
    return {f"{name};mix=1:{color};{view}": name for name, color in COLORS.items()}


def _capabilities(site: Site) -> str:
    """Address of capabilities of these two layers, as the documentation has it."""
    asked = "".join(f"&layer={web.segment(name)}" for name in _layers())
    return f"{capabilities_urls(site.base)[0]}{asked}"


def _judge(
    site: Site, what: str, shown: NDArray[np.uint8], left: float, top: float, exempt: float = 0
) -> tuple[float, int]:
    """Compare a picture with the files; `left` and `top` are degrees on the map at its corner."""
    height, width = shown.shape[:2]
    rows, columns = np.mgrid[0:height, 0:width] + 0.5
    sky = -(left + columns * PIXEL) % 360.0, top - rows * PIXEL
    places = [((float(longitude(ra)) - left) / PIXEL, (top - dec) / PIXEL) for ra, dec in STARS]
    inside, farthest, compared = [], 0.0, 0
    for channel, name in enumerate(COLORS):
        bright = shown[:, :, channel].astype(float)
        farthest = max(farthest, worst(f"{what}, {name}", bright, places, LARGEST))
        wanted = values(site.work / "data" / name, *sky)
        compared += agrees(f"{what}, {name}", bright, wanted, TOLERANCE, exempt)
        inside.append(np.isfinite(wanted))
    beyond = ~around(inside[0] | inside[1], 3)
    demand(beyond.sum() > 1000, f"{what}: nothing beyond both images is on the screen")
    through = (shown[beyond] == BACKGROUND).all()
    demand(through, f"{what}: beyond both images the background does not show")
    # What only one image has is not darkened by the other.
    for one, other in ((0, 1), (1, 0)):
        alone = inside[one] & ~around(inside[other], 3)
        demand(alone.sum() > 100, f"{what}: nothing of one image alone is on the screen")
        clear = (shown[alone][:, [other, 2]] == 0).all()
        demand(clear, f"{what}: one image alone has the color of another")
    return farthest, compared


def _openlayers(site: Site) -> str:
    tilesets = [f"{site.base}/ogc/collections/{web.segment(name)}" for name in _layers()]
    asked: dict[str, dict[str, object]] = {
        "wmts": {"capabilities": _capabilities(site)},
        "ogcapi": {"tileset": [sky_tileset(address) for address in tilesets]},
    }
    found = []
    for name, parameters in asked.items():
        shot = site.work / f"openlayers-sky-{name}.png"
        page = web.query(f"{site.pages}/browsers/openlayers-sky.html", **parameters)
        look = {"region": (*MIDDLE, LEVEL), "points": (MIDDLE,), "shot": str(shot)}
        result = perform(site, "drive", f"openlayers-sky-{name}", {"url": page, "looks": [look]})
        (((x, y),),) = result["places"]
        left, top = float(longitude(MIDDLE[0])) - x * PIXEL, MIDDLE[1] + y * PIXEL
        found.append(_judge(site, name, colors(shot.read_bytes()), left, top))
    return _said(found, "WMTS and OGC API, ")


def _qgis(site: Site) -> str:
    width, height = 900, 700
    # Whole pixels of the grid, whose corner is at -180, 90.
    column = round((float(longitude(MIDDLE[0])) + 180) / PIXEL) - width // 2
    row = round((90 - MIDDLE[1]) / PIXEL) - height // 2
    left, top = -180 + column * PIXEL, 90 - row * PIXEL
    layers = [
        {"layer": name, "style": "default", "matrix_set": sky_set(site.base, identifier)}
        for name, identifier in _layers().items()
    ]
    task = {
        "url": _capabilities(site),
        "layers": [layer | {"dimensions": []} for layer in layers],
        "crs": "OGC:CRS84",
        "extent": (left, top - height * PIXEL, left + width * PIXEL, top),
        "size": (width, height),
    }
    drawn, said = render(site, task)
    demand(said.count("crs OGC:CRS84") == len(layers), f"QGIS reads another CRS: {said[:400]}")
    return _said([_judge(site, "QGIS", drawn, left, top, EXEMPT)], "")


def _said(found: list[tuple[float, int]], how: str) -> str:
    farthest, compared = max(far for far, _ in found), sum(count for _, count in found)
    return (
        f"{how}an equatorial and a galactic image on top of each other: stars within"
        f" {farthest:.3f} pixels, {compared} pixels as astropy has them, transparent beyond"
    )


FAULTS = (
    Fault("pictures mirrored", "star at|no star", picture(mirrored)),
    Fault("pixels 8 steps too bright", "pixels differ", picture(brighter)),
    Fault("black in place of transparency", "beyond|alone|differ", picture(opaque)),
)

MOVED_SET = Fault(
    "the sky of OGC API moved by seven arcseconds",
    "ogcapi, .*(star at|no star)",
    text(r"-180\.0,(\s*90\.0)", r"-179.998,\1", "tileMatrixSets/sky"),
)

OVERLAYS = (
    Gate(
        name="openlayers-sky",
        tool=lambda: tool("ol"),
        run=_openlayers,
        faults=(*FAULTS, MOVED, MOVED_SET),
    ),
    Gate(name="qgis-sky", tool=qgis_version, run=_qgis, faults=(*FAULTS, MOVED)),
)
