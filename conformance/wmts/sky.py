"""Two images of the same stars, one in galactic coordinates, lie on top of each other in GDAL.

Places are reckoned with astropy from the stars' catalog alone; the images say theirs by their WCS.
"""

import json
import re

import numpy as np
from faults import Fault, mirrored, picture, text
from gate import Gate, Site, demand
from images import SKY, STARS
from numpy.typing import NDArray
from PIL import Image
from wmts.gdal import gdal, gdal_version
from wmts.service import capabilities_urls, sky_set

NEAR = 12  # pixels around a star, which hold all of its light and nothing else
LARGEST = 0.1  # pixels that a star may be off


def _map(site: Site, identifier: str) -> tuple[NDArray[np.float64], tuple[float, float], float]:
    """Brightness, top left corner and degrees per pixel of a layer on the sky."""
    dataset = f"WMTS:{capabilities_urls(site.base)[0]},layer={identifier}"
    dataset += f",tilematrixset={sky_set(site.base, identifier)}"
    info = json.loads(gdal("gdalinfo", "-json", dataset))
    demand("CRS84" in json.dumps(info["coordinateSystem"]), f"{identifier} is not in CRS84")
    left, across, _, top, _, down = info["geoTransform"]
    demand(np.isclose(across, -down, rtol=1e-9), f"{identifier}: pixels {across} by {down}")
    output = site.work / "sky.png"
    output.unlink(missing_ok=True)
    gdal("gdal_translate", "-q", "-of", "PNG", dataset, str(output))
    with Image.open(output) as image:
        bands = np.asarray(image.convert("RGBA")).astype(float)
    corner = bands[0, 0]
    demand(identifier != SKY[1] or corner[3] == 0, f"{identifier}: its corner is not transparent")
    return bands[:, :, 0], (left, top), across


def _check(site: Site) -> str:
    worst, found = 0.0, 0
    for identifier in SKY:
        bright, (left, top), pixel = _map(site, identifier)
        for ascension, declination in STARS:
            longitude = (180 - ascension) % 360 - 180
            x, y = (longitude - left) / pixel, (top - declination) / pixel
            column, row = int(x), int(y)
            cut = bright[row - NEAR : row + NEAR + 1, column - NEAR : column + NEAR + 1]
            demand(cut.shape == (2 * NEAR + 1,) * 2, f"{identifier}: no star at {x:.1f},{y:.1f}")
            light = np.clip(cut - 25, 0, None)
            demand(light.sum() > 0, f"{identifier}: no star at {x:.1f},{y:.1f}")
            rows, columns = np.mgrid[0 : 2 * NEAR + 1, 0 : 2 * NEAR + 1] + 0.5
            off_x = (light * columns).sum() / light.sum() + column - NEAR - x
            off_y = (light * rows).sum() / light.sum() + row - NEAR - y
            off = float(np.hypot(off_x, off_y))
            demand(off <= LARGEST, f"{identifier}: star at {x:.1f},{y:.1f} is off by {off:.2f}")
            worst, found = max(worst, off), found + 1
    return f"{found} stars of an equatorial and a galactic image within {worst:.3f} pixels"


def _shifted(match: re.Match[str]) -> str:
    return f"<TopLeftCorner>{float(match[1]) + 0.002} {match[2]}<"


SKY_TILES = Gate(
    name="gdal-sky",
    tool=gdal_version,
    run=_check,
    faults=(
        Fault(
            "the sky moved by seven arcseconds",
            "star at|no star",
            text(r"<TopLeftCorner>(-180) (90)<", _shifted, "Capabilities"),
        ),
        Fault("pictures mirrored", "star at|no star|transparent", picture(mirrored)),
    ),
)
