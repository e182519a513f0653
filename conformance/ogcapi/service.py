"""What the gates need to know of the OGC API: followed from link to link, as a stranger would."""

import json
from typing import Any

import web
from gate import GateError, demand, equal

Document = dict[str, Any]

RELATIONS = "http://www.opengis.net/def/rel/ogc/1.0/"
PIXELS = "http://www.opengis.net/def/crs/EPSG/0/3857"


def document(url: str) -> Document:
    """Fetch a JSON document that must be there."""
    answer = web.fetch(url)
    equal(f"status of {url}", answer.status, 200)
    demand("json" in answer.media_type, f"{url} is {answer.media_type}")
    found: Document = json.loads(answer.text)
    return found


def linked(given: Document, rel: str, media_type: str = "application/json") -> str:
    """Address of a document's link."""
    for link in given["links"]:
        if link["rel"] == rel and link.get("type") == media_type:
            return str(link["href"])
    raise GateError(f"{given.get('title')}: no link {rel} of {media_type}")


def collection(base: str, title: str) -> str:
    """Find an image from the landing page on, through all pages; gives its address."""
    url = linked(document(f"{base}/ogc"), "data")
    while True:
        page = document(url)
        for found in page["collections"]:
            if found["title"] == title:
                return linked(found, "self")
        demand(
            any(link["rel"] == "next" for link in page["links"]), f"no collection titled {title}"
        )
        url = linked(page, "next")


def tileset(address: str, crs: str) -> str:
    """Find an image's tileset in a coordinate reference system; gives its address."""
    listed = document(linked(document(address), f"{RELATIONS}tilesets-map"))
    for found in listed["tilesets"]:
        if found["crs"] == crs:
            return linked(found, "self")
    raise GateError(f"{address}: no tileset in {crs}")


def sky_tileset(address: str) -> str:
    """Find the tileset that is a map of the sky: the third of an image; gives its address."""
    listed = document(linked(document(address), f"{RELATIONS}tilesets-map"))
    demand(len(listed["tilesets"]) == 4, f"{address}: {len(listed['tilesets'])} tilesets, wanted 4")
    named = [found["tileMatrixSetId"] for found in listed["tilesets"]]
    demand(named[2].startswith("sky-") and named[3] == "WorldCRS84Quad", f"{address}: {named}")
    return linked(listed["tilesets"][2], "self")
