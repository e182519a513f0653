"""Whatever the OGC API links to is there, of the type told; tilesets and their grids agree.

From OGC API - Tiles 1.0 (20-057), OGC API - Common (19-072), Tile Matrix Set 2.0 (17-083r4): every
document is followed from the landing page on, tiles are asked for in the corners of all limits.
"""

import json
import math
from typing import Any

import web
from faults import Fault, header, status, text
from gate import Gate, GateError, Site, demand, equal
from ogcapi.service import RELATIONS, Document

SPEC = "http://www.opengis.net/spec"
CLASSES = (
    *("ogcapi-common-1/1.0/conf/core", "ogcapi-common-2/1.0/conf/collections"),
    *("ogcapi-tiles-1/1.0/conf/core", "ogcapi-tiles-1/1.0/conf/tileset"),
    *("ogcapi-tiles-1/1.0/conf/tilesets-list", "ogcapi-tiles-1/1.0/conf/geodata-tilesets"),
    *("ogcapi-tiles-1/1.0/conf/dataset-tilesets", "tms/2.0/conf/tilematrixset"),
)
LANDING = ("self", "service-desc", "service-doc", "conformance", "data")
PIXEL = 0.00028  # meters, 17-083r4 section 6.1.1
UNITS = {
    "http://www.opengis.net/def/crs/EPSG/0/3857": 1.0,
    "http://www.opengis.net/def/crs/OGC/1.3/CRS84": 111319.49079327358,
}


class _Walk:
    """Follows links from document to document."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.seen: dict[str, Document] = {}
        self.followed: set[str] = set()
        self.tilesets: list[Document] = []
        self.tiles = 0

    def run(self) -> None:
        """Walk."""
        todo = [f"{self.base}/ogc?f=json"]
        while todo:
            url = todo.pop()
            given = self._document(url)
            for link in _links(given):
                href, media_type = link["href"], link.get("type", "")
                # The license is the operator's, and lies where its author has put it.
                if link.get("templated") or href in self.followed or link["rel"] == "license":
                    continue
                self.followed.add(href)
                if "/ogc" in href and media_type == "application/json":
                    todo.append(href)
                else:
                    self._there(href, media_type)

    def _document(self, url: str) -> Document:
        answer = self._there(url, "application/json")
        given: Document = json.loads(answer.body)
        self.seen[url] = given
        # What is asked for in a form of its own still names its usual address.
        own = [link["href"] for link in given.get("links", []) if link["rel"] == "self"]
        demand(
            len(own) == 1 and own[0].partition("?")[0] == url.partition("?")[0],
            f"self of {url}: {own}",
        )
        if "tileMatrixSetLimits" in given:
            if "f=json1" in url:
                # The limits that GDAL 3.6 needs; the plain description has narrow ones.
                given = self._document(url.replace("f=json1", "f=json"))
            else:
                self.tilesets.append(given)
        return given

    def _there(self, url: str, media_type: str) -> web.Answer:
        demand(url.startswith(self.base), f"{url} is elsewhere")
        answer = web.fetch(url)
        equal(f"status of {url}", answer.status, 200)
        equal(f"media type of {url}", answer.media_type, media_type.partition(";")[0])
        return answer

    def grids(self) -> int:
        """Check the tile matrix sets by themselves."""
        grids = [given for given in self.seen.values() if "tileMatrices" in given]
        for given in grids:
            _check_grid(given)
        return len(grids)

    def corners(self) -> None:
        """Ask for the first and the last tile of each level of each tileset, and for one beyond."""
        for given in self.tilesets:
            equal(f"data type of {given['title']}", given["dataType"], "map")
            scheme = _one(given, f"{RELATIONS}tiling-scheme")
            grid = self.seen[scheme["href"]]
            equal(f"CRS of {given['title']}", given["crs"], grid["crs"])
            items = [link for link in given["links"] if link["rel"] == "item"]
            demand(len(items) == len(given["mediaTypes"]) > 0, f"items of {given['title']}")
            levels = {matrix["id"]: matrix for matrix in grid["tileMatrices"]}
            for limit in given["tileMatrixSetLimits"]:
                self._level(items, limit, levels[limit["tileMatrix"]])

    def _level(self, items: list[Any], limit: Document, matrix: Document) -> None:
        rows, columns = (
            (limit[f"minTile{side}"], limit[f"maxTile{side}"]) for side in ("Row", "Col")
        )
        where = f"limits of level {matrix['id']}: {limit}"
        demand(0 <= rows[0] <= rows[1] < matrix["matrixHeight"], where)
        demand(0 <= columns[0] <= columns[1] < matrix["matrixWidth"], where)
        for link, (row, column) in zip(
            (items[0], items[-1]), zip(rows, columns, strict=True), strict=True
        ):
            self._there(_filled(link, matrix["id"], row, column), link["type"])
            self.tiles += 1
        beyond = _filled(items[0], matrix["id"], matrix["matrixHeight"], columns[0])
        equal(f"status of {beyond}", web.fetch(beyond).status, 404)


def _links(given: Any) -> list[Document]:
    """All links of a document, those of its parts too."""
    found: list[Document] = []
    if isinstance(given, dict):
        found += [link for link in given.get("links", []) if "href" in link]
        for key, value in given.items():
            found += _links(value) if key != "links" else []
    elif isinstance(given, list):
        for value in given:
            found += _links(value)
    return found


def _one(given: Document, rel: str) -> Document:
    found: list[Document] = [link for link in given["links"] if link["rel"] == rel]
    if len(found) != 1:
        raise GateError(f"{given['title']}: {len(found)} links {rel}")
    return found[0]


def _filled(link: Document, matrix: str, row: int, column: int) -> str:
    href = str(link["href"])
    for name, value in (("tileMatrix", matrix), ("tileRow", row), ("tileCol", column)):
        demand(f"{{{name}}}" in href, f"{href} has no {name}")
        href = href.replace(f"{{{name}}}", str(value))
    return href


def _check_grid(grid: Document) -> None:
    """Cells, scales and origins of a tile matrix set agree (17-083r4, section 6.1)."""
    box, unit = grid["boundingBox"], UNITS[grid["crs"]]
    left, top = box["lowerLeft"][0], box["upperRight"][1]
    for matrix in grid["tileMatrices"]:
        where = f"{grid['id']}, level {matrix['id']}"
        scale = matrix["cellSize"] * unit / PIXEL
        close = math.isclose(matrix["scaleDenominator"], scale, rel_tol=1e-9)
        demand(close, f"scale of {where}: {matrix['scaleDenominator']}, its cells tell {scale}")
        corner = matrix["pointOfOrigin"]
        there = math.isclose(corner[0], left, abs_tol=1e-9) and math.isclose(corner[1], top)
        demand(there, f"origin of {where}: {corner}, wanted {[left, top]}")
        for name, extent in (
            ("Width", box["upperRight"][0] - left),
            ("Height", top - box["lowerLeft"][1]),
        ):
            tile = matrix[f"tile{name}"] * matrix["cellSize"]
            count = math.ceil(extent / tile - 1e-9)
            equal(f"matrix{name} of {where}", matrix[f"matrix{name}"], count)


def _check(site: Site) -> str:
    walk = _Walk(site.base)
    walk.run()
    landing = walk.seen[f"{site.base}/ogc?f=json"]
    relations = {link["rel"] for link in landing["links"]}
    demand(set(LANDING) <= relations, f"links of the landing page: {sorted(relations)}")
    told = json.loads(web.fetch(f"{site.base}/ogc/conformance?f=json").body)["conformsTo"]
    lacking = [name for name in CLASSES if f"{SPEC}/{name}" not in told]
    demand(not lacking, f"conformance classes that are not declared: {lacking}")
    grids = walk.grids()
    walk.corners()
    demand(len(walk.tilesets) > 30 and grids > 5, f"{len(walk.tilesets)} tilesets, {grids} grids")
    return (
        f"{len(walk.seen)} documents, {len(walk.followed)} links, {grids} grids,"
        f" {len(walk.tilesets)} tilesets: {walk.tiles} tiles in corners of their limits"
    )


OGCAPI_ADVERTISED = Gate(
    name="ogcapi-advertised",
    tool=lambda: "own walk, OGC 20-057, 19-072, 17-083r4",
    run=_check,
    faults=(
        Fault("no styles", "status of .*/styles", status(404, 200, r"/styles\?")),
        Fault("plain text alone", "media type of", header("content-type", "text/plain")),
        Fault("cells of twice the size", "scale of", text(r'("cellSize": )', r"\g<1>2", "Sets/")),
        Fault(
            "limits beyond the matrix",
            "limits of",
            text(r'"maxTileRow": \d+', '"maxTileRow": 99999', r"/map/tiles/"),
        ),
        Fault(
            "no tiles of the sky", "status of .*sky-13/", status(404, 200, r"sky-13/\d+/\d+/\d+")
        ),
        Fault("tiles of nothing", "status of", status(200, 404, r"/map/tiles/.*/\d+/\d+")),
        Fault("no class of the dataset", "dataset-tilesets", text("dataset-tilesets", "x", "conf")),
    ),
)
