"""Whatever the capabilities advertise is there: by keys and by path, in every format and style.

This is what the OGC's executable test suite walks through: names and scales that are unique,
links between the parts of the document, tiles in the corners of the limits of every level with the
media type and the size that were told, features in every format, legends, values of dimensions.
"""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from xml.etree import ElementTree as ET

import web
from faults import Fault, header, picture, status, text
from gate import Gate, Site, demand, equal
from PIL import Image
from wmts.service import NAMES, capabilities_urls, fill, kvp

FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
Corner = dict[str, object]


@dataclass
class _Grid:
    """A tile matrix set: for each level its tiles' size, and its columns and rows."""

    levels: dict[str, tuple[int, int, int, int]]


def _texts(parent: ET.Element, path: str) -> list[str]:
    return [found.text or "" for found in parent.iterfind(path, NAMES)]


def _unique(what: str, names: list[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    demand(not twice, f"{what} more than once: {twice}")
    demand(all(names), f"{what} without a name")


def _grids(root: ET.Element) -> dict[str, _Grid]:
    _unique("TileMatrixSet", _texts(root, "wmts:Contents/wmts:TileMatrixSet/ows:Identifier"))
    grids = {}
    for found in root.iterfind("wmts:Contents/wmts:TileMatrixSet", NAMES):
        name = found.findtext("ows:Identifier", "", NAMES)
        _unique(f"TileMatrix of {name}", _texts(found, "wmts:TileMatrix/ows:Identifier"))
        scales = _texts(found, "wmts:TileMatrix/wmts:ScaleDenominator")
        _unique(f"ScaleDenominator of {name}", scales)
        falling = sorted(map(float, scales), reverse=True)
        equal(f"scales of {name}, coarsest first", list(map(float, scales)), falling)
        levels = {}
        for matrix in found.iterfind("wmts:TileMatrix", NAMES):
            sides = ("TileWidth", "TileHeight", "MatrixWidth", "MatrixHeight")
            width, height, columns, rows = (
                int(matrix.findtext(f"wmts:{side}", "0", NAMES)) for side in sides
            )
            levels[matrix.findtext("ows:Identifier", "", NAMES)] = width, height, columns, rows
        grids[name] = _Grid(levels)
    return grids


def _corners(name: str, layer: ET.Element, grids: dict[str, _Grid]) -> Iterator[Corner]:
    """First and last tile of every level of every grid of a layer."""
    links = layer.findall("wmts:TileMatrixSetLink", NAMES)
    demand(links, f"{name}: no TileMatrixSetLink")
    for link in links:
        linked = link.findtext("wmts:TileMatrixSet", "", NAMES)
        demand(linked in grids, f"{name}: there is no TileMatrixSet {linked}")
        limits = link.findall("wmts:TileMatrixSetLimits/wmts:TileMatrixLimits", NAMES)
        for limit in limits:
            matrix = limit.findtext("wmts:TileMatrix", "", NAMES)
            demand(matrix in grids[linked].levels, f"{name}: {linked} has no TileMatrix {matrix}")
            _, _, columns, rows = grids[linked].levels[matrix]
            ends = ("MinTileRow", "MaxTileRow", "MinTileCol", "MaxTileCol")
            top, bottom, left, right = (
                int(limit.findtext(f"wmts:{end}", "-1", NAMES)) for end in ends
            )
            where = f"{name}: limits of {linked}/{matrix}"
            demand(0 <= top <= bottom < rows and 0 <= left <= right < columns, where)
            for row, column in {(top, left), (bottom, right)}:
                at: Corner = {"TileMatrixSet": linked, "TileMatrix": matrix}
                yield at | {"TileRow": row, "TileCol": column}
        equal(f"{name}: levels of {linked} with limits", len(limits), len(grids[linked].levels))


def _tile(url: str, media_type: str, size: tuple[int, int]) -> None:
    answer = web.fetch(url)
    equal(f"status of {url}", answer.status, 200)
    equal(f"media type of {url}", answer.media_type, media_type)
    with Image.open(io.BytesIO(answer.body)) as image:
        equal(f"format of {url}", image.format, FORMATS[media_type])
        equal(f"size of {url}", image.size, size)


def _there(url: str, media_type: str) -> None:
    answer = web.fetch(url)
    equal(f"status of {url}", answer.status, 200)
    equal(f"media type of {url}", answer.media_type, media_type)
    demand(answer.body, f"{url} is empty")


class _Walk:
    """Asks for all that the capabilities tell of."""

    def __init__(self, base: str, root: ET.Element) -> None:
        self.base = base
        self.grids = _grids(root)
        self.layers = root.findall("wmts:Contents/wmts:Layer", NAMES)
        self.tiles = self.features = self.others = 0

    def run(self) -> None:
        """Walk."""
        _unique("Layer", [found.findtext("ows:Identifier", "", NAMES) for found in self.layers])
        for found in self.layers:
            self._layer(found)

    def _layer(self, found: ET.Element) -> None:
        name = found.findtext("ows:Identifier", "", NAMES)
        styles = _texts(found, "wmts:Style/ows:Identifier")
        _unique(f"Style of {name}", styles)
        defaults = found.findall("wmts:Style[@isDefault='true']", NAMES)
        equal(f"{name}: default styles", len(defaults), 1)
        formats, infos = _texts(found, "wmts:Format"), _texts(found, "wmts:InfoFormat")
        corners = list(_corners(name, found, self.grids))
        fixed = {"Layer": name, "Style": styles[0], "Format": formats[0]}
        for corner in corners:
            self._tile(fixed | corner, corner)
        # All else at the first and at the last of them.
        for corner in (corners[0], corners[-1]):
            for style, media_type in product(styles, formats):
                self._tile(fixed | corner | {"Style": style, "Format": media_type}, corner)
            for info in infos:
                place = {"InfoFormat": info, "I": 0, "J": 0}
                _there(kvp(self.base, "GetFeatureInfo", **fixed, **corner, **place), info)
                self.features += 1
            self._dimensions(name, found, fixed, corner)
            self._paths(found, styles[0], corner)
        self._links(found)

    def _tile(self, asked: dict[str, object], corner: Corner) -> None:
        size = self._size(corner)
        _tile(kvp(self.base, "GetTile", **asked), str(asked["Format"]), size)
        self.tiles += 1

    def _size(self, corner: Corner) -> tuple[int, int]:
        grid = self.grids[str(corner["TileMatrixSet"])]
        return grid.levels[str(corner["TileMatrix"])][:2]

    def _dimensions(
        self, name: str, found: ET.Element, fixed: dict[str, str], corner: Corner
    ) -> None:
        dimensions = found.findall("wmts:Dimension", NAMES)
        _unique(f"Dimension of {name}", _texts(found, "wmts:Dimension/ows:Identifier"))
        for dimension in dimensions:
            offered = _texts(dimension, "wmts:Value")
            default = dimension.findtext("wmts:Default", "", NAMES)
            demand(offered, f"{name}: a dimension without values")
            for value in {offered[0], offered[-1], default, "default", "current"}:
                if "/" not in value:  # an interval stands for values
                    axis = {dimension.findtext("ows:Identifier", "", NAMES): value}
                    self._tile({**fixed, **corner, **axis}, corner)

    def _paths(self, found: ET.Element, style: str, corner: Corner) -> None:
        axes = {
            axis.findtext("ows:Identifier", "", NAMES): axis.findtext("wmts:Default", "", NAMES)
            for axis in found.iterfind("wmts:Dimension", NAMES)
        }
        resources = found.findall("wmts:ResourceURL", NAMES)
        kinds = {resource.get("resourceType") for resource in resources}
        demand({"tile", "FeatureInfo"} <= kinds, f"kinds of resources by path: {kinds}")
        for resource in resources:
            media_type = resource.get("format", "")
            values = {"Style": style, **axes, **corner, "I": 0, "J": 0}
            url = fill(resource.get("template", ""), **values)
            demand("{" not in url, f"a variable without a value in {url}")
            if resource.get("resourceType") == "tile":
                _tile(url, media_type, self._size(corner))
                self.tiles += 1
            else:
                _there(url, media_type)
                self.features += 1

    def _links(self, found: ET.Element) -> None:
        href = f"{{{NAMES['xlink']}}}href"
        for legend in found.iterfind("wmts:Style/wmts:LegendURL", NAMES):
            _there(legend.get(href, ""), legend.get("format", ""))
            self.others += 1
        for metadata in found.iterfind("ows:Metadata", NAMES):
            url = metadata.get(href, "")
            equal(f"status of {url}", web.fetch(url).status, 200)
            self.others += 1


def _check(site: Site) -> str:
    walk = _Walk(site.base, ET.fromstring(web.fetch(capabilities_urls(site.base)[0]).body))
    walk.run()
    demand(walk.layers, "there are no layers")
    return (
        f"{len(walk.layers)} layers: {walk.tiles} tiles in corners of the limits, {walk.features}"
        f" features and {walk.others} links, by keys and by path, of the type and size advertised"
    )


ADVERTISED = Gate(
    name="wmts-advertised",
    tool=lambda: "own walk, after ets-wmts10",
    run=_check,
    faults=(
        Fault("pictures of another type", "media type of", header("content-type", "image/gif")),
        Fault("pictures of half the size", "size of", picture(lambda before: before.reduce(2))),
        Fault("no legends", "legend.png", status(404, 200, r"legend\.png")),
        Fault("no features by path", r"status of .*\.json", status(404, 200, r"wmts/.*\.json")),
        Fault(
            "limits that reach too far",
            "limits of",
            text(r"<MaxTileRow>\d+<", "<MaxTileRow>9999<", "Capabilities"),
        ),
        Fault(
            "one scale for two levels",
            "ScaleDenominator",
            text(
                r"(<ScaleDenominator>)([\d.]+)(<.*?<ScaleDenominator>)[\d.]+",
                r"\1\2\3\2",
                "Capabilities",
            ),
        ),
        Fault("dimensions refused", "status of .*FRAME=", status(400, 200, "FRAME=3")),
        Fault("styles refused", "status of .*Style=neg", status(400, 200, "Style=negative")),
        Fault("no mosaic of the sky", "status of .*mosaic", status(404, 200, "Layer=mosaic")),
    ),
)
