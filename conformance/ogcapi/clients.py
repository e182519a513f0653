"""GDAL's OGCAPI driver and OpenLayers' OGCMapTile show the pixels that the FITS file holds."""

import json

import numpy as np
import web
from browsers.viewers import FAULTS, drive, tool
from faults import Fault, brighter, picture, status, text
from gate import Gate, Site, demand, equal
from images import FIELD, SKY, SQUARES
from ogcapi.service import PIXELS, collection, document, tileset
from PIL import Image
from wmts.gdal import gdal, gdal_version
from wmts.service import shows

TITLES = {FIELD: "field.fits", SQUARES: SQUARES}
OPEN = ("-oo", "API=TILES", "-oo", "CACHE=NO")


def _gdal(site: Site) -> str:
    """Translate whole images at full resolution and compare every pixel."""
    for identifier, title in TITLES.items():
        known = site.pictures[identifier]
        dataset = f"OGCAPI:{collection(site.base, title)}"
        info = json.loads(gdal("gdalinfo", "-json", *OPEN, dataset))
        equal(f"size of {dataset}", info["size"], [known.width, known.height])
        output = site.work / "gdal-ogcapi.png"
        output.unlink(missing_ok=True)
        gdal("gdal_translate", "-q", "-of", "PNG", *OPEN, dataset, str(output))
        with Image.open(output) as image:
            bands = np.asarray(image.convert("RGBA"))
        demand((bands[:, :, 3] == 255).all(), f"{identifier}: transparent pixels in the image")
        shows(f"{identifier} from {dataset}", bands[:, :, :3], known.pixels)
    for name in SKY:
        _on_the_sky(f"{site.base}/ogc/collections/{web.segment(name)}")
    said = gdal("gdalinfo", f"OGCAPI:{site.base}/ogc")
    demand("SUBDATASET_3_NAME=OGCAPI:" in said, f"not all images are listed: {said[-500:]}")
    return (
        "gdalinfo of the landing page, gdal_translate of two images: every pixel equal;"
        " bounds of maps of the sky"
    )


def _on_the_sky(address: str) -> None:
    """GDAL reads a map of the sky whose bounds are those that the tileset announces."""
    (box,) = document(address)["extent"]["spatial"]["bbox"]
    info = json.loads(gdal("gdalinfo", "-json", *OPEN, f"OGCAPI:{address}"))
    corners, step, rise = (
        info["cornerCoordinates"],
        info["geoTransform"][1],
        info["geoTransform"][5],
    )
    demand(abs(step + rise) < step / 1e6, f"cells of {address} in GDAL: {step} by {rise}")
    found = [*corners["lowerLeft"], *corners["upperRight"]]
    far = max(abs(one - other) for one, other in zip(found, box, strict=True))
    demand(far <= 2 * step, f"bounds of {address} in GDAL: {found}, announced {box}")


def _openlayers(site: Site) -> str:
    compared = 0
    for media_type in ("image/png", "image/webp"):
        url = tileset(collection(site.base, TITLES[FIELD]), PIXELS)
        page = f"{site.pages}/browsers/openlayers-ogcapi.html"
        page = web.query(page, tileset=url, type=media_type)
        compared += drive(site, f"openlayers-ogcapi-{media_type[6:]}", page, FIELD)
    return f"OGCMapTile, PNG and WebP: {compared} known pixels, no error, no 4xx"


GRID = Fault(
    "grid moved by 8 pixels",
    "pixels differ|transparent pixels|size of",
    text(
        r'("(?:pointOfOrigin|topLeftCorner)": \[\s*)0,',
        lambda found: f"{found[1]}{8 / 111319.49079327358},",
        "tileMatrixSets/degrees",
    ),
)

ROWS = Fault(
    "limits of the sky omit rows",
    "bounds of|cells of",
    text(
        r'"maxTileRow": (\d+)',
        lambda found: f'"maxTileRow": {int(found[1]) * 7 // 8}',
        "tiles/WorldCRS84Quad",
    ),
)

HOLE = Fault("one column of tiles is missing", "404", status(404, 200, r"/tiles/.*/1\?f="))

OGCAPI = (
    Gate(
        name="gdal-ogcapi",
        tool=gdal_version,
        run=_gdal,
        faults=(GRID, ROWS, Fault("pixels 8 steps too bright", "pixels differ", picture(brighter))),
    ),
    Gate(
        name="openlayers-ogcapi",
        tool=lambda: tool("ol"),
        run=_openlayers,
        faults=(*FAULTS[:-1], HOLE),
    ),
)
