"""Tilesets of the dataset: the operator's mosaic, where there is one."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from celestile.settings import WmtsSettings

BASE = "http://host"
RELATIONS = "http://www.opengis.net/def/rel/ogc/1.0/"
REGISTERED = "http://www.opengis.net/def/tilematrixset/OGC/1.0/WorldCRS84Quad"
CLASS = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/dataset-tilesets"


@pytest.fixture(scope="module")
def mosaic(folder: Path, tmp_path_factory: Any, serve_at: Any) -> Iterator[Any]:
    """Client of a server with a mosaic of one image that is on the sky and one that is not."""
    wmts = WmtsSettings(mosaic=("sub/*;limits=0,4800;stretch=linear",))
    with serve_at(folder, tmp_path_factory.mktemp("cache"), wmts=wmts) as client:
        yield client


def link(document: Any, rel: str) -> str:
    """Address of a document's first link of that relation, without the host."""
    return next(item["href"].removeprefix(BASE) for item in document["links"] if item["rel"] == rel)


def middle(tileset: Any) -> str:
    """Address of the finest tile with the middle of a tileset."""
    limits = tileset["tileMatrixSetLimits"][-1]
    row = (limits["minTileRow"] + limits["maxTileRow"]) // 2
    column = (limits["minTileCol"] + limits["maxTileCol"]) // 2
    address = link(tileset, "item").replace("{tileMatrix}", limits["tileMatrix"])
    return address.replace("{tileRow}", str(row)).replace("{tileCol}", str(column))


def test_landing_page_leads_to_tiles_of_the_mosaic(mosaic: Any) -> None:
    listed = mosaic.json(link(mosaic.json("/ogc"), f"{RELATIONS}tilesets-map"))
    item = listed["tilesets"][0]
    tileset = mosaic.json(link(item, "self"))
    one = mosaic.json("/ogc/collections/sub%2Fsky.fits/map/tiles/" + tileset["tileMatrixSetURI"]
                      .rpartition("/")[2])  # fmt: skip
    for key in ("crs", "dataType", "boundingBox", "tileMatrixSetLimits", "mediaTypes"):
        assert tileset[key] == one[key]
    response = mosaic.get(middle(tileset))
    assert response.headers["content-type"] == "image/png"
    assert np.asarray(Image.open(io.BytesIO(response.content)).convert("LA"))[..., 1].any()
    again = mosaic.get(middle(tileset), **{"if-none-match": response.headers["etag"]})
    assert again.status_code == 304
    assert mosaic.get(middle(tileset) + "&invert=1").content != response.content


def test_a_tile_is_that_of_wmts(mosaic: Any) -> None:
    address = middle(mosaic.json(link(mosaic.json("/ogc/map/tiles")["tilesets"][0], "self")))
    name, matrix, row, column = address.partition("?")[0].split("/")[-4:]
    wmts = (
        "/wmts?service=WMTS&request=GetTile&version=1.0.0&layer=mosaic&style=default"
        f"&format=image/png&tilematrixset={name}&tilematrix={matrix}&tilerow={row}&tilecol={column}"
    )
    assert mosaic.get(address).content == mosaic.get(wmts).content


def test_the_registered_set_has_the_same_tiles(mosaic: Any) -> None:
    own, registered = (
        mosaic.json(link(item, "self").replace("f=json1", "f=json"))
        for item in mosaic.json("/ogc/map/tiles")["tilesets"]
    )
    assert registered["tileMatrixSetURI"] == REGISTERED
    for key in ("boundingBox", "tileMatrixSetLimits", "centerPoint"):
        assert registered[key] == own[key]
    assert mosaic.get(middle(registered)).content == mosaic.get(middle(own)).content


def test_the_registered_set_is_that_of_the_register(mosaic: Any) -> None:
    """Numbers of OGC 17-083r4, annex D.2."""
    listed = {item["id"]: item for item in mosaic.json("/ogc/tileMatrixSets")["tileMatrixSets"]}
    assert listed["WorldCRS84Quad"]["uri"] == REGISTERED
    found = mosaic.json(link(listed["WorldCRS84Quad"], "self"))
    assert (found["id"], found["uri"]) == ("WorldCRS84Quad", REGISTERED)
    assert found["crs"] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
    assert [matrix["id"] for matrix in found["tileMatrices"]] == [str(n) for n in range(24)]
    for level, matrix in enumerate(found["tileMatrices"]):
        assert matrix["scaleDenominator"] == pytest.approx(279541132.0143589 / 2**level, rel=1e-12)
        assert matrix["cellSize"] == 0.703125 / 2**level
        assert (matrix["matrixWidth"], matrix["matrixHeight"]) == (2 << level, 1 << level)
        assert (matrix["tileWidth"], matrix["tileHeight"]) == (256, 256)
        assert matrix["pointOfOrigin"] == [-180, 90]


def test_images_list_the_registered_set(mosaic: Any) -> None:
    address = "/ogc/collections/sub%2Fsky.fits/map/tiles"
    listed = mosaic.json(address)["tilesets"]
    (registered,) = (item for item in listed if item["tileMatrixSetURI"] == REGISTERED)
    (own,) = (item for item in listed if item["tileMatrixSetId"].startswith("sky-"))
    # The same tiles by either name.
    assert registered["tileMatrixSetLimits"] == own["tileMatrixSetLimits"]
    last = own["tileMatrixSetLimits"][-1]
    place = f"{last['tileMatrix']}/{last['minTileRow']}/{last['minTileCol']}?f=png"
    found, other = (
        mosaic.get(f"{address}/{name}/{place}")
        for name in ("WorldCRS84Quad", own["tileMatrixSetId"])
    )
    assert found.status_code == 200
    assert found.headers["etag"] == other.headers["etag"]


def test_gdal_gets_whole_levels_of_the_registered_set(mosaic: Any) -> None:
    """GDAL 3.6 fails where the image is less than a pixel, and where limits omit rows."""
    address = "/ogc/collections/sub%2Fsky.fits/map/tiles"
    listed = mosaic.json(address)["tilesets"]
    (registered,) = (item for item in listed if item["tileMatrixSetURI"] == REGISTERED)
    found = mosaic.json(link(registered, "self"))
    west, south = found["boundingBox"]["lowerLeft"]
    east, north = found["boundingBox"]["upperRight"]
    levels = [int(limits["tileMatrix"]) for limits in found["tileMatrixSetLimits"]]
    assert levels == [
        level
        for level in range(len(registered["tileMatrixSetLimits"]))
        if 0.703125 / 2**level <= min(east - west, north - south)
    ]
    assert levels[0] == 1  # 0.6 degrees are less than a pixel of level 0
    for limits, level in zip(found["tileMatrixSetLimits"], levels, strict=True):
        assert (limits["minTileRow"], limits["minTileCol"]) == (0, 0)
        assert limits["maxTileRow"] == (1 << level) - 1
        assert limits["maxTileCol"] == (2 << level) - 1
    plain = mosaic.json(f"{address}/WorldCRS84Quad")
    assert plain["tileMatrixSetLimits"] == registered["tileMatrixSetLimits"]


def test_conformance_is_declared_where_there_is_a_mosaic(mosaic: Any, client: Any) -> None:
    assert CLASS in mosaic.json("/ogc/conformance")["conformsTo"]
    assert CLASS not in client.json("/ogc/conformance")["conformsTo"]
    assert "/map/tiles" in mosaic.json("/ogc/api")["paths"]
    assert "/map/tiles" not in client.json("/ogc/api")["paths"]


def test_every_link_leads_to_what_it_says(mosaic: Any, crawl: Any) -> None:
    assert any(address.startswith("/ogc/map/tiles/") for address in crawl(mosaic))


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/ogc/map", 404),
        ("/ogc/map/tiles/pixels-700x500", 404),
        ("/ogc/map/tiles/{set}/0/0", 404),
        ("/ogc/map/tiles/{set}/0/5/5", 404),
        ("/ogc/map/tiles/{set}/x/0/0", 404),
        ("/ogc/map/tiles?limit=1", 400),
        ("/ogc/map/tiles?f=png", 400),
        ("/ogc/map/tiles/{set}/0/0/0?cmap=nope", 400),
    ],
)
def test_refused(mosaic: Any, path: str, status: int) -> None:
    uri = mosaic.json("/ogc/map/tiles")["tilesets"][0]["tileMatrixSetURI"]
    assert uri.startswith(BASE)
    response = mosaic.get(path.replace("{set}", uri.rpartition("/")[2]))
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"


def test_without_a_mosaic_there_is_nothing(client: Any) -> None:
    assert client.get("/ogc/map/tiles").status_code == 404
    links = client.json("/ogc")["links"]
    assert not [item for item in links if item["rel"].startswith(f"{RELATIONS}tilesets")]


def test_a_mosaic_of_nothing_has_no_tilesets(folder: Path, tmp_path: Path, serve_at: Any) -> None:
    with serve_at(folder, tmp_path, wmts=WmtsSettings(mosaic=("nothing*",))) as client:
        assert client.json("/ogc/map/tiles")["tilesets"] == []
