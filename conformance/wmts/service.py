"""What the WMTS gates need to know of a service, read with the standard library."""

import io
from dataclasses import dataclass
from urllib.parse import quote
from xml.etree import ElementTree as ET

import numpy as np
import web
from gate import GateError, demand, present
from images import Picture
from numpy.typing import NDArray
from PIL import Image

NAMES = {
    "wmts": "http://www.opengis.net/wmts/1.0",
    "ows": "http://www.opengis.net/ows/1.1",
    "xlink": "http://www.w3.org/1999/xlink",
}
PIXEL = 0.00028  # metres, the standardized rendering pixel size (section 6.1)


@dataclass(frozen=True)
class Matrix:
    """One TileMatrix: its name, CRS units per pixel, top left corner and counts."""

    identifier: str
    resolution: float
    corner: tuple[float, float]
    tile: tuple[int, int]
    columns: int
    rows: int


@dataclass(frozen=True)
class Layer:
    """One Layer with the first of its TileMatrixSets."""

    identifier: str
    style: str
    matrix_set: str
    matrices: tuple[Matrix, ...]
    template: str  # of the PNG tiles
    dimensions: tuple[str, ...]

    @property
    def finest(self) -> Matrix:
        """The matrix of full resolution."""
        return min(self.matrices, key=lambda matrix: matrix.resolution)


def kvp(base: str, request: str, **parameters: object) -> str:
    """Address of a KVP request."""
    fixed: dict[str, object] = {"service": "WMTS", "request": request, "version": "1.0.0"}
    return web.query(f"{base}/wmts", **(fixed | parameters))


def capabilities_urls(base: str) -> tuple[str, str]:
    """Addresses of the capabilities by KVP and by path."""
    return (
        web.query(f"{base}/wmts", service="WMTS", request="GetCapabilities"),
        f"{base}/wmts/1.0.0/WMTSCapabilities.xml",
    )


def layer(base: str, identifier: str) -> Layer:
    """Read one layer out of the capabilities."""
    url = capabilities_urls(base)[0]
    root = ET.fromstring(web.fetch(url).body)
    for found in root.iterfind("wmts:Contents/wmts:Layer", NAMES):
        if found.findtext("ows:Identifier", None, NAMES) == identifier:
            break
    else:
        raise GateError(f"{url}: no layer {identifier}")
    name = found.findtext("wmts:TileMatrixSetLink/wmts:TileMatrixSet", "", NAMES)
    default = present(
        found.find("wmts:Style[@isDefault='true']", NAMES), f"{identifier} has no default style"
    )
    return Layer(
        identifier,
        default.findtext("ows:Identifier", "", NAMES),
        name,
        _matrices(root, name),
        _template(found),
        tuple(item.text or "" for item in found.iterfind("wmts:Dimension/ows:Identifier", NAMES)),
    )


def sky_set(base: str, identifier: str) -> str:
    """Name of the set of a layer that is a map of the sky: the second of them."""
    root = ET.fromstring(web.fetch(capabilities_urls(base)[0]).body)
    for found in root.iterfind("wmts:Contents/wmts:Layer", NAMES):
        if found.findtext("ows:Identifier", None, NAMES) == identifier:
            links = found.findall("wmts:TileMatrixSetLink/wmts:TileMatrixSet", NAMES)
            demand(len(links) == 2, f"{identifier} has {len(links)} tile matrix sets, wanted 2")
            return links[1].text or ""
    raise GateError(f"no layer {identifier}")


def _matrices(root: ET.Element, name: str) -> tuple[Matrix, ...]:
    for matrix_set in root.iterfind("wmts:Contents/wmts:TileMatrixSet", NAMES):
        if matrix_set.findtext("ows:Identifier", None, NAMES) == name:
            return tuple(_matrix(item) for item in matrix_set.iterfind("wmts:TileMatrix", NAMES))
    raise GateError(f"no TileMatrixSet {name}")


def _matrix(found: ET.Element) -> Matrix:
    def text(tag: str) -> str:
        return found.findtext(f"wmts:{tag}", "", NAMES)

    x, y = (float(number) for number in text("TopLeftCorner").split())
    return Matrix(
        found.findtext("ows:Identifier", "", NAMES),
        float(text("ScaleDenominator")) * PIXEL,
        (x, y),
        (int(text("TileWidth")), int(text("TileHeight"))),
        int(text("MatrixWidth")),
        int(text("MatrixHeight")),
    )


def _template(found: ET.Element) -> str:
    for item in found.iterfind("wmts:ResourceURL[@resourceType='tile']", NAMES):
        if item.get("format") == "image/png":
            return item.get("template", "")
    return ""


def tile_url(base: str, of: Layer, matrix: Matrix, row: int, column: int, **more: object) -> str:
    """Address of one PNG tile by KVP."""
    fixed: dict[str, object] = {"layer": of.identifier, "style": of.style, "format": "image/png"}
    fixed |= {"TileMatrixSet": of.matrix_set, "TileMatrix": matrix.identifier}
    return kvp(base, "GetTile", **(fixed | {"TileRow": row, "TileCol": column} | more))


def fill(template: str, **values: object) -> str:
    """Put values into a template of addresses; other variables stay."""
    for name, value in values.items():
        template = template.replace("{" + name + "}", quote(str(value), safe=""))
    return template


def tile_template(of: Layer) -> str:
    """Give the template of PNG tiles with the style, and dimensions at their default."""
    values = dict.fromkeys(of.dimensions, "default")
    return fill(of.template, Style=of.style, TileMatrixSet=of.matrix_set, **values)


def truth(picture: Picture, matrix: Matrix, row: int, column: int) -> NDArray[np.uint8]:
    """Cut what a tile of the finest matrix must show out of the known pixels."""
    width, height = matrix.tile
    return picture.pixels[row * height :, column * width :][:height, :width]


def colors(body: bytes) -> NDArray[np.uint8]:
    """Decode a picture to red, green and blue."""
    with Image.open(io.BytesIO(body)) as image:
        return np.asarray(image.convert("RGB"))


def shows(what: str, got: NDArray[np.uint8], wanted: NDArray[np.uint8], tolerance: int = 0) -> None:
    """Fail the gate unless both pictures have one size and equal pixels."""
    demand(got.shape == wanted.shape, f"{what}: shape {got.shape}, wanted {wanted.shape}")
    off = np.abs(got.astype(int) - wanted).max(axis=2)
    if off.max() > tolerance:
        y, x = np.unravel_index(off.argmax(), off.shape)
        share = (off > tolerance).mean()
        spot = f"at {x},{y} {got[y, x].tolist()}, wanted {wanted[y, x].tolist()}"
        raise GateError(f"{what}: {share:.1%} of the pixels differ; {spot}")
