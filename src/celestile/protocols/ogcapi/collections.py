"""Images as collections (OGC API - Common - Part 2, OGC 20-024), named views as their styles."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from celestile.protocols.ogcapi.formats import HTML, JSON
from celestile.protocols.ogcapi.links import STYLES, TILESETS, Addresses, link, own
from celestile.protocols.ogcapi.matrixsets import DRESSED_CRS
from celestile.protocols.view import View, canonical
from celestile.protocols.wmts.layers import DEFAULT_STYLE, Layer

Document = dict[str, Any]

_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EARTH_RADIUS = 6378137.0  # of EPSG:3857, in meters


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """An image in a view, with what has to be told of it.

    Parameters
    ----------
    layer : Layer
        What is known of it.
    view : View
        Behind its identifier.
    style : str or None
        Named view whose tiles are meant; None for those of the view alone.
    """

    layer: Layer
    view: View = field(default_factory=View)
    style: str | None = None

    @property
    def shown(self) -> View:
        """The view with its style."""
        if self.style is None or self.style == DEFAULT_STYLE:
            return self.view
        return replace(self.view, name=self.style)

    def address(self, addresses: Addresses) -> str:
        """Address of the collection."""
        return addresses.collection(self.layer.image, self.view)

    def resource(self, addresses: Addresses) -> str:
        """Address below which the tiles are: of the collection, or of one of its styles."""
        address = self.address(addresses)
        return address if self.style is None else f"{address}/styles/{quote(self.style, safe='')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A part of the list of images.

    Parameters
    ----------
    collections : sequence of Collection
        Those of the page that can be opened.
    offset, limit : int
        Where it starts and how many it has at most.
    total : int
        Number of all images.
    """

    collections: Sequence[Collection]
    offset: int
    limit: int
    total: int


def listing(addresses: Addresses, page: Page, name: str) -> Document:
    """Write a page of the list of collections, with links to its neighbors."""
    here = f"{addresses.collections}?limit={page.limit}&offset={page.offset}"
    links = own(here, name)
    after, before = page.offset + page.limit, max(0, page.offset - page.limit)
    for rel, offset, is_there in (
        ("next", after, after < page.total),
        ("prev", before, page.offset > 0),
    ):
        if is_there:
            there = f"{addresses.collections}?f={name}&limit={page.limit}&offset={offset}"
            links.append(link(there, rel, JSON if name == "json" else HTML))
    return {
        "title": "Images",
        "links": links,
        "numberMatched": page.total,
        "numberReturned": len(page.collections),
        "collections": [collection(addresses, found) for found in page.collections],
    }


def collection(addresses: Addresses, found: Collection, name: str = "json") -> Document:
    """Describe an image."""
    layer = found.layer
    address = found.address(addresses)
    document = {
        "id": addresses.name(layer.image, found.view),
        "title": layer.title,
        "description": layer.abstract,
        "links": [
            *own(address, name),
            link(f"{address}/map/tiles?f=json", TILESETS, JSON, "Map tiles"),
            link(f"{address}/styles?f=json", STYLES, JSON, "Named views"),
            *_elsewhere(addresses, found),
        ],
        "extent": _extent(layer),
        "crs": [_CRS84, DRESSED_CRS],
        "dataType": "map",
        "minCellSize": 1,
    }
    if canonical(found.view):
        document["view"] = canonical(found.view)
    return document


def _elsewhere(addresses: Addresses, found: Collection) -> list[Document]:
    """Link the same image under the other protocols."""
    base = addresses.base
    image = quote(found.layer.image, safe="")
    iiif = f"{base}/iiif/3/{addresses.name(found.layer.image, found.view)}"
    return [
        link(f"{iiif}/full/!256,256/0/default.jpg", "preview", "image/jpeg", "Thumbnail"),
        link(f"{base}/api/images/{image}", "describedby", JSON, "Metadata of the image"),
        link(f"{iiif}/info.json", "related", "application/ld+json", "IIIF Image API 3.0"),
        link(
            f"{base}/wmts?service=WMTS&request=GetCapabilities&layer={image}",
            "related",
            "application/xml",
            "WMTS 1.0.0",
        ),
    ]


def _extent(layer: Layer) -> Document:
    """Say where on Earth the pixels dressed as meters lie: clients look for the tiles there."""
    east = math.degrees(layer.width / _EARTH_RADIUS)
    south = -math.degrees(2 * math.atan(math.exp(layer.height / _EARTH_RADIUS)) - math.pi / 2)
    extent: Document = {"spatial": {"bbox": [[0, south, east, 0]], "crs": _CRS84}}
    times = sorted(
        value
        for dimension in layer.dimensions
        if dimension.identifier == "TIME"
        for value in dimension.values[1:]
    )
    if times:
        extent["temporal"] = {"interval": [[times[0], times[-1]]]}
    return extent


def styles(addresses: Addresses, found: Collection, name: str) -> Document:
    """List an image's named views, each with the address of its tiles."""
    address = found.address(addresses)
    listed = []
    for identifier, title in found.layer.styles:
        style = replace(found, style=identifier)
        tilesets = f"{style.resource(addresses)}/map/tiles?f=json"
        links = [link(tilesets, TILESETS, JSON, f"Map tiles: {title}")]
        listed.append({"id": identifier, "title": title, "links": links})
    return {
        "title": f"Named views of {found.layer.title}",
        "default": found.layer.styles[0][0],
        "styles": listed,
        "links": [
            *own(f"{address}/styles", name),
            link(f"{address}?f=json", "collection", JSON, found.layer.title),
        ],
    }
