"""The documents say what the standards want of them, and lead to one another."""

import math
import re
from typing import Any

import pytest

from celestile.settings import IiifSettings

BASE = "http://host"
RELATIONS = "http://www.opengis.net/def/rel/ogc/1.0/"
PLAIN = "/ogc/collections/sub%2Fplain.fits"
DEGREE = math.tau * 6378137 / 360  # meters on the equator


def link(document: Any, rel: str) -> str:
    """Address of a document's first link of that relation, without the host."""
    return next(item["href"].removeprefix(BASE) for item in document["links"] if item["rel"] == rel)


def test_every_link_leads_to_what_it_says(client: Any, crawl: Any) -> None:
    documents = crawl(client)
    kinds = {re.sub(r"collections/[^/?]+", "collections/x", address) for address in documents}
    assert len(documents) > 25
    assert any(kind.startswith("/ogc/collections/x/styles/negative/map/tiles/") for kind in kinds)


def test_links_to_the_other_protocols_work(client: Any) -> None:
    for item in client.json(PLAIN)["links"]:
        if not item["href"].startswith(f"{BASE}/ogc"):
            response = client.get(item["href"].removeprefix(BASE))
            assert response.status_code == 200, item
            assert response.headers["content-type"].startswith(item["type"])


def test_landing_page_has_the_links_that_common_demands(client: Any) -> None:
    page = client.json("/ogc")
    for rel in ("self", "alternate", "service-desc", "service-doc", "conformance", "data"):
        assert link(page, rel)
    assert link(page, f"{RELATIONS}tiling-schemes") == "/ogc/tileMatrixSets?f=json"
    assert client.json("/ogc/")["title"] == page["title"]


def test_rights_are_linked(folder: Any, tmp_path: Any, serve_at: Any, client: Any) -> None:
    rights = "http://creativecommons.org/licenses/by/4.0/"
    with serve_at(folder, tmp_path, iiif=IiifSettings(rights=rights)) as other:
        assert link(other.json("/ogc"), "license") == rights
    assert "license" not in {item["rel"] for item in client.json("/ogc")["links"]}


def test_conformance_names_each_class_once(client: Any) -> None:
    classes = client.json("/ogc/conformance")["conformsTo"]
    assert "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core" in classes
    assert "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core" in classes
    assert len(classes) == len(set(classes))
    # There is no map resource, which the class of map tilesets depends on.
    assert not any("ogcapi-maps" in name for name in classes)


def test_collections_leave_out_what_cannot_be_opened(client: Any) -> None:
    found = client.json("/ogc/collections")
    ids = [item["id"] for item in found["collections"]]
    assert ids == ["cube.fits", "small%20%26%3Cb%3E.fits", "sub%2Fplain.fits", "sub%2Fsky.fits"]
    assert found["numberMatched"] == 5
    assert found["numberReturned"] == 4


def test_pages_of_collections_hang_together(client: Any) -> None:
    seen, address = [], "/ogc/collections?limit=1"
    first = client.json(address)
    assert not [item for item in first["links"] if item["rel"] == "prev"]
    while True:
        page = client.json(address)
        seen += [item["title"] for item in page["collections"]]
        after = [item["href"] for item in page["links"] if item["rel"] == "next"]
        if not after:
            break
        address = after[0].removeprefix(BASE)
    assert seen == ["cube.fits", "small &<b>.fits", "plain.fits", "sky.fits"]
    back = client.json(link(page, "prev"))
    assert link(back, "next") == address


def test_collection_names_itself_and_its_extent(client: Any, known: Any) -> None:
    found = client.json(PLAIN)
    assert found["id"] == "sub%2Fplain.fits"
    assert link(found, f"{RELATIONS}tilesets-map") == f"{PLAIN}/map/tiles?f=json"
    height, width = known.shape
    box = found["extent"]["spatial"]["bbox"]
    assert box == [pytest.approx([0, 0, width / DEGREE, height / DEGREE], rel=1e-9)]
    assert found["crs"][0] == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def test_extents_of_images_on_the_sky_are_there(client: Any) -> None:
    found = client.json("/ogc/collections/sub%2Fsky.fits")
    # 80 by 60 pixels of 0.01 degrees at RA 30, Dec 10; longitude is the negative of RA.
    (box,) = found["extent"]["spatial"]["bbox"]
    assert box == pytest.approx([-30.406, 9.7, -29.594, 10.3], abs=0.003)


def test_collection_is_found_by_an_id_that_was_encoded_again(client: Any) -> None:
    assert client.json("/ogc/collections/sub%252Fplain.fits")["id"] == "sub%2Fplain.fits"


def test_view_of_the_query_moves_into_the_links(client: Any) -> None:
    tileset = f"{PLAIN}/map/tiles/pixels-700x500?stretch=log&cmap=viridis"
    found = client.json(tileset)
    moved = f"{PLAIN};stretch=log;cmap=viridis/map/tiles/pixels-700x500"
    assert link(found, "self") == f"{moved}?f=json"
    assert link(found, "item").startswith(f"{moved}/{{tileMatrix}}")
    assert client.json(link(found, "self")) == found


def test_tilesets_are_listed_with_what_clients_choose_by(client: Any) -> None:
    listed = client.json(f"{PLAIN}/map/tiles")["tilesets"]
    assert [item["crs"].rpartition("/")[2] for item in listed] == ["CRS84", "3857"]
    for item in listed:
        assert item["dataType"] == "map"
        assert client.json(link(item, "self"))["crs"] == item["crs"]
        scheme = client.json(link(item, f"{RELATIONS}tiling-scheme"))
        assert scheme["crs"] == item["crs"]
        assert scheme["uri"] == item["tileMatrixSetURI"]


@pytest.mark.parametrize("name", ["degrees", "pixels"])
def test_tileset_agrees_with_its_tile_matrix_set(client: Any, name: str) -> None:
    tileset = client.json(f"{PLAIN}/map/tiles/{name}-700x500")
    grid = client.json(link(tileset, f"{RELATIONS}tiling-scheme"))
    assert tileset["boundingBox"] == grid["boundingBox"]
    matrices = {matrix["id"]: matrix for matrix in grid["tileMatrices"]}
    limits = tileset["tileMatrixSetLimits"]
    assert [limit["tileMatrix"] for limit in limits] == list(matrices)
    for limit in limits:
        matrix = matrices[limit["tileMatrix"]]
        assert (limit["minTileRow"], limit["minTileCol"]) == (0, 0)
        assert limit["maxTileRow"] == matrix["matrixHeight"] - 1
        assert limit["maxTileCol"] == matrix["matrixWidth"] - 1
    items = [item for item in tileset["links"] if item["rel"] == "item"]
    assert [item["type"] for item in items] == ["image/png", "image/jpeg", "image/webp"]
    for item in items:
        assert item["templated"] is True
        for variable in ("{tileMatrix}", "{tileRow}", "{tileCol}"):
            assert item["href"].count(variable) == 1


@pytest.mark.parametrize(("name", "unit"), [("degrees", DEGREE), ("pixels", 1.0)])
def test_tile_matrices_measure_pixels(client: Any, name: str, unit: float) -> None:
    grid = client.json(f"/ogc/tileMatrixSets/{name}-700x500")
    # Three levels of 700 x 500, 350 x 250 and 175 x 125 pixels, coarsest first.
    sizes = [(m["matrixWidth"], m["matrixHeight"]) for m in grid["tileMatrices"]]
    assert sizes == [(1, 1), (2, 1), (3, 2)]
    for number, matrix in enumerate(grid["tileMatrices"]):
        meters = 4 / 2**number
        assert matrix["id"] == str(number)
        assert matrix["cellSize"] == pytest.approx(meters / unit, rel=1e-9)
        # OGC 17-083r4: scale = cell size * meters per unit / 0.28 mm
        assert matrix["scaleDenominator"] == pytest.approx(meters / 0.28e-3)
        assert matrix["pointOfOrigin"] == pytest.approx([0, 500 / unit], rel=1e-9)
        assert (matrix["tileWidth"], matrix["tileHeight"]) == (256, 256)
    # morecantile refuses the words of version 1.0, GDAL 3.6 reads no others.
    assert not {"supportedCRS", "identifier", "tileMatrix"} & set(grid)
    both = client.json(f"/ogc/tileMatrixSets/{name}-700x500?f=json1")
    assert both.items() >= grid.items()
    assert both["supportedCRS"] == grid["crs"]
    old = [(m["identifier"], m["topLeftCorner"]) for m in both["tileMatrix"]]
    assert old == [(m["id"], m["pointOfOrigin"]) for m in grid["tileMatrices"]]


def test_images_of_the_sky_have_a_tileset_of_it(client: Any) -> None:
    listed = client.json("/ogc/collections/sub%2Fsky.fits/map/tiles")["tilesets"]
    assert len(listed) == 4
    tileset = client.json(link(listed[2], "self"))
    grid = client.json(link(tileset, f"{RELATIONS}tiling-scheme"))
    assert (grid["crs"], grid["boundingBox"]["lowerLeft"]) == (listed[0]["crs"], [-180, -90])
    # East is left: longitude is the negative of right ascension.
    west, south = tileset["boundingBox"]["lowerLeft"]
    east, north = tileset["boundingBox"]["upperRight"]
    assert (west, east) == pytest.approx((-30.4, -29.6), abs=0.02)
    assert (south, north) == pytest.approx((9.7, 10.3), abs=0.02)
    for limit, matrix in zip(tileset["tileMatrixSetLimits"], grid["tileMatrices"], strict=True):
        side = matrix["cellSize"] * 256
        assert limit["minTileCol"] == math.floor((west + 180) / side)
        assert limit["maxTileRow"] == math.floor((90 - south) / side)


def test_tile_matrix_sets_are_listed_with_their_definitions(client: Any) -> None:
    listed = client.json("/ogc/tileMatrixSets")["tileMatrixSets"]
    assert {"degrees-700x500", "pixels-700x500"} <= {item["id"] for item in listed}
    for item in listed:
        for rel in ("self", "item"):
            found = client.json(link(item, rel))
            assert (found["id"], found["crs"], found["uri"]) == (
                item["id"],
                item["crs"],
                item["uri"],
            )
            assert found["tileMatrices"]


def test_styles_are_the_named_views(client: Any) -> None:
    found = client.json(f"{PLAIN}/styles")
    assert found["default"] == "default"
    assert [style["id"] for style in found["styles"]] == ["default", "negative"]
    tilesets = client.json(link(found["styles"][1], f"{RELATIONS}tilesets-map"))
    tileset = client.json(link(tilesets["tilesets"][0], "self"))
    assert tileset["style"] == {"id": "negative", "title": "Negative"}
    assert "/styles/negative/map/tiles/" in link(tileset, "item")


def test_pages_show_what_names_say_and_no_more(client: Any) -> None:
    text = client.get("/ogc/collections", accept="text/html").text
    assert "small &amp;&lt;b&gt;.fits" in text
    assert "<b>" not in text


def test_addresses_follow_the_root_path(folder: Any, tmp_path: Any, serve_at: Any) -> None:
    with serve_at(folder, tmp_path, "/sky") as client:
        page = client.json("/sky/ogc")
        assert link(page, "data") == "/sky/ogc/collections?f=json"
        assert client.json("/sky/ogc/collections")["numberMatched"] == 5
