"""The way that the OGC's executable test suite of 20-057 takes from the landing page to tiles."""

from pathlib import Path
from typing import Any

import pytest

from celestile.settings import WmtsSettings

RELATION = "http://www.opengis.net/def/rel/ogc/1.0/tilesets-"
VARIABLES = ("{tileMatrix}", "{tileRow}", "{tileCol}")
JSON = {"accept": "application/json"}


@pytest.fixture(params=["images alone", "images and a mosaic"])
def server(request: Any, client: Any, folder: Path, tmp_path: Path, serve_at: Any) -> Any:
    """Client of a server with or without tiles of the dataset."""
    if request.param == "images alone":
        yield client
        return
    with serve_at(folder, tmp_path, wmts=WmtsSettings(mosaic=("sub/*",))) as other:
        yield other


def document(server: Any, address: str) -> Any:
    response = server.get(address.removeprefix("http://host"), **JSON)
    assert response.status_code == 200, f"{address}: {response.text}"
    assert response.headers["content-type"] == "application/json"
    return response.json()


def lists(server: Any) -> list[str]:
    """Addresses of lists of tilesets, the dataset's first."""
    holders = [document(server, "/ogc/"), *document(server, "/ogc/collections")["collections"]]
    links = [link for holder in holders for link in holder["links"]]
    return [link["href"] for link in links if link["rel"].startswith(RELATION)]


def test_every_tileset_leads_to_a_tile_and_not_beyond_its_limits(server: Any) -> None:
    templates = 0
    for address in lists(server):
        assert "/tiles?" in address
        for listed in document(server, address)["tilesets"]:
            assert listed["dataType"] == "map"
            assert listed["tileMatrixSetURI"]
            links = [link for link in listed["links"] if not link.get("templated")]
            # Without the limits that only GDAL gets.
            plain = [link["href"].replace("f=json1", "f=json") for link in links]
            (tileset, *_) = [document(server, address) for address in plain]
            # The suite does not follow the links: it takes these from the list.
            assert listed["tileMatrixSetId"] == listed["tileMatrixSetURI"].rpartition("/")[2]
            grid = document(server, f"/ogc/tileMatrixSets/{listed['tileMatrixSetId']}?f=json")
            assert grid["id"] == listed["tileMatrixSetId"]
            assert listed["tileMatrixSetLimits"] == tileset["tileMatrixSetLimits"]
            items = [link for link in listed["links"] if link["rel"] == "item"]
            assert items
            assert all(link in tileset["links"] for link in items)
            limits = tileset["tileMatrixSetLimits"][0]
            numbers = (limits["tileMatrix"], limits["maxTileRow"], limits["minTileCol"])
            for link in tileset["links"]:
                if not all(variable in link["href"] for variable in VARIABLES):
                    continue
                templates += 1
                inside = beyond = link["href"].removeprefix("http://host")
                for variable, number in zip(VARIABLES, numbers, strict=True):
                    inside = inside.replace(variable, str(number))
                    more = number + 1 if variable == "{tileRow}" else number
                    beyond = beyond.replace(variable, str(more))
                assert server.get(inside).status_code == 200, inside
                assert server.get(beyond).status_code == 404, beyond
    assert templates >= 3 * 2 * 4  # three formats of two sets of four images


def test_tile_sizes_and_formats_are_those_announced(server: Any) -> None:
    for address in lists(server)[:2]:
        for listed in document(server, address)["tilesets"]:
            links = {link["rel"].rpartition("/")[2]: link["href"] for link in listed["links"]}
            grid = document(server, links["tiling-scheme"])
            tileset = document(server, links["self"])
            assert {(m["tileWidth"], m["tileHeight"]) for m in grid["tileMatrices"]} == {(256, 256)}
            types = [link["type"] for link in tileset["links"] if link["rel"] == "item"]
            assert types == tileset["mediaTypes"]


@pytest.mark.parametrize("tail", ["", "/", "/conformance", "/collections", "/tileMatrixSets"])
def test_documents_come_as_json_and_as_a_page(server: Any, tail: str) -> None:
    assert isinstance(document(server, f"/ogc{tail}"), dict)
    page = server.get(f"/ogc{tail}", accept="text/html")
    assert page.headers["content-type"].startswith("text/html")
