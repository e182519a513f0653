"""Two images of the same stars, one in galactic coordinates, lie on top of each other in GDAL.

Places and values are reckoned with astropy from the FITS files and the catalog of stars alone.
"""

import json
import re

import numpy as np
from charts import Floats, agrees, around, longitude, values, worst
from faults import Fault, brighter, mirrored, opaque, picture, text
from gate import Gate, Site, demand
from images import SKY, STARS
from PIL import Image
from wmts.gdal import gdal, gdal_version
from wmts.service import capabilities_urls, sky_set

LARGEST = 0.1  # pixels that a star may be off
TOLERANCE = 1.5  # levels; half of one is lost by rounding


def _map(site: Site, identifier: str, url: str) -> tuple[Floats, Floats, Floats]:
    """Red and opacity of a layer on the sky at full resolution, and GDAL's numbers of its grid."""
    dataset = f"WMTS:{url},layer={identifier},tilematrixset={sky_set(site.base, identifier)}"
    info = json.loads(gdal("gdalinfo", "-json", dataset))
    demand("CRS84" in json.dumps(info["coordinateSystem"]), f"{identifier} is not in CRS84")
    grid = np.array(info["geoTransform"])
    demand(np.isclose(grid[1], -grid[5], rtol=1e-9), f"{identifier}: pixels {grid[1]} by {grid[5]}")
    output = site.work / "sky.png"
    output.unlink(missing_ok=True)
    gdal("gdal_translate", "-q", "-of", "PNG", dataset, str(output))
    with Image.open(output) as image:
        bands = np.asarray(image.convert("RGBA")).astype(float)
    return bands[:, :, 0], bands[:, :, 3], grid


def _judge(site: Site, identifier: str, url: str) -> tuple[float, int]:
    """Compare stars and pixels; gives how far the worst star is off, and the pixels compared."""
    bright, opacity, (left, across, _, top, _, down) = _map(site, identifier, url)
    places = [((float(longitude(ra)) - left) / across, (dec - top) / down) for ra, dec in STARS]
    farthest = worst(identifier, bright, places, LARGEST)
    rows, columns = np.mgrid[0 : bright.shape[0], 0 : bright.shape[1]] + 0.5
    sky = -(left + columns * across) % 360.0, top + rows * down
    wanted = values(site.work / "data" / identifier, *sky)
    compared = agrees(identifier, bright, wanted, TOLERANCE)
    demand((opacity[np.isfinite(wanted)] == 255).all(), f"{identifier}: transparent pixels inside")
    # The outermost pixels have half of themselves beyond their centers.
    near = around(np.isfinite(wanted), 3)
    demand(identifier != SKY[1] or not near.all(), f"{identifier}: nothing beyond its edge")
    demand((opacity[~near] == 0).all(), f"{identifier}: what is beyond is not transparent")
    return farthest, compared


def _check(site: Site) -> str:
    found = [_judge(site, name, url) for url in capabilities_urls(site.base) for name in SKY]
    farthest, compared = max(far for far, _ in found), sum(count for _, count in found)
    return (
        f"{len(found) * len(STARS)} stars of an equatorial and a galactic image within"
        f" {farthest:.3f} pixels, {compared} pixels as astropy has them, transparent beyond"
    )


def _shifted(match: re.Match[str]) -> str:
    return f"<TopLeftCorner>{float(match[1]) + 0.002} {match[2]}<"


MOVED = Fault(
    "the sky moved by seven arcseconds",
    "star at|no star",
    text(r"<TopLeftCorner>(-180) (90)<", _shifted, "Capabilities"),
)

SKY_TILES = Gate(
    name="gdal-sky",
    tool=gdal_version,
    run=_check,
    faults=(
        MOVED,
        Fault("pictures mirrored", "star at|no star", picture(mirrored)),
        Fault("pixels 8 steps too bright", "pixels differ", picture(brighter)),
        Fault("black in place of transparency", "not transparent", picture(opaque)),
        Fault(
            "another name of the grid",
            "CRS84",
            text("OGC:1.3:CRS84", "OGC:1.3:CRS27", "Capabilities"),
        ),
    ),
)
