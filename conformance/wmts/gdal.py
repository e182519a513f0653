"""GDAL opens the WMTS by its capabilities and reads the pixels that the FITS file holds."""

import json
import os

import numpy as np
import web
import workshop
from faults import Fault, brighter, picture, text
from gate import Gate, Site, demand, equal
from images import CUBE, FIELD
from PIL import Image
from wmts.service import Layer, capabilities_urls, colors, layer, shows, tile_url, truth

# Tiles kept on disk by an earlier run would be compared in place of ours.
ENVIRONMENT = {**os.environ, "GDAL_ENABLE_WMS_CACHE": "NO", "CPL_CURL_ENABLE_VSIMEM": "NO"}
APT = "gdal-bin"


def gdal(*command: str) -> str:
    """Run one of GDAL's programs, which must not complain; gives what it printed."""
    done = workshop.run([workshop.program(command[0], APT), *command[1:]], env=ENVIRONMENT)
    demand(done.returncode == 0, f"{' '.join(command)}: {(done.stdout + done.stderr)[-600:]}")
    demand("ERROR" not in done.stderr, f"{' '.join(command)}: {done.stderr[-600:]}")
    return done.stdout


def _dataset(url: str, of: Layer) -> str:
    return f"WMTS:{url},layer={of.identifier},tilematrixset={of.matrix_set}"


def _whole(site: Site, identifier: str, url: str) -> None:
    """Translate the whole layer at full resolution and compare every pixel."""
    of = layer(site.base, identifier)
    known = site.pictures[identifier]
    info = json.loads(gdal("gdalinfo", "-json", _dataset(url, of)))
    equal(f"size of {identifier} from {url}", info["size"], [known.width, known.height])
    output = site.work / "gdal.png"
    output.unlink(missing_ok=True)
    gdal("gdal_translate", "-q", "-of", "PNG", _dataset(url, of), str(output))
    with Image.open(output) as image:
        bands = np.asarray(image.convert("RGBA"))
    demand((bands[:, :, 3] == 255).all(), f"{identifier}: transparent pixels inside the image")
    shows(f"{identifier} from {url}", bands[:, :, :3], known.pixels)


def _tile(site: Site) -> None:
    """The tile that we send is the same part of the known pixels."""
    of = layer(site.base, FIELD)
    url = tile_url(site.base, of, of.finest, 1, 2)
    answer = web.fetch(url)
    equal(f"status of {url}", answer.status, 200)
    shows(url, colors(answer.body), truth(site.pictures[FIELD], of.finest, 1, 2))


def _location(site: Site) -> None:
    """`gdallocationinfo` sends GetFeatureInfo and prints our answer."""
    of = layer(site.base, FIELD)
    dataset = _dataset(capabilities_urls(site.base)[0], of)
    said = gdal("gdallocationinfo", "-xml", "-b", "1", dataset, "700", "300")
    column, row = 700 // 64, 300 // 64
    demand(str(30 + 12 * column) in said, f"gdallocationinfo at 700,300: {said[-500:]}")
    demand(str(40 + 15 * row) in said, f"gdallocationinfo at 700,300: {said[-500:]}")


def _check(site: Site) -> str:
    by_query, by_path = capabilities_urls(site.base)
    gdal("gdalinfo", f"WMTS:{by_query}")
    _whole(site, FIELD, by_query)
    _whole(site, FIELD, by_path)
    _whole(site, CUBE, by_query)
    _tile(site)
    _location(site)
    return "gdalinfo, gdal_translate of two layers (every pixel equal), gdallocationinfo"


CORNER = Fault(
    "grid moved by 8 pixels",
    "pixels differ|transparent pixels|size of",
    text(
        r"<TopLeftCorner>([\d.]+) ([\d.]+)<",
        lambda found: f"<TopLeftCorner>{float(found[1]) + 8} {found[2]}<",
        "Capabilities",
    ),
)


def gdal_version() -> str:
    """Name and version of GDAL."""
    return workshop.version("gdalinfo", APT, r"GDAL ([\d.]+)", "--version")


GDAL = Gate(
    name="gdal",
    tool=gdal_version,
    run=_check,
    faults=(CORNER, Fault("pixels 8 steps too bright", "pixels differ", picture(brighter))),
)
