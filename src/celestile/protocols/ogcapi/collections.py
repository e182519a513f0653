"""Images as collections (OGC API - Common - Part 2, OGC 20-024), named views as their styles."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote

from celestile.geometry import Levels
from celestile.pixels.image import Image
from celestile.protocols.ogcapi.formats import HTML, JSON
from celestile.protocols.ogcapi.links import STYLES, TILESETS, Addresses, link, own
from celestile.protocols.ogcapi.matrixsets import CRS84, MatrixSet
from celestile.protocols.ogcapi.tile_sets import TileSet, tile_sets
from celestile.protocols.tiles.sky_grid import Coverage
from celestile.protocols.tiles.styles import DEFAULT_STYLE
from celestile.protocols.web.identifiers import encode_identifier
from celestile.service.summary import summary
from celestile.views.view import View, canonical, join_identifier

Document = dict[str, Any]

STOKES = "https://fits.gsfc.nasa.gov/fits_standard.html"
"""Where Stokes parameters are defined (FITS 4.0, table 29)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """An image in a view, with the facts for its description.

    Parameters
    ----------
    image : Image
        With the HDU of the view.
    styles : tuple of (str, str)
        Names and titles of the views that it offers, the default one first.
    view : View
        Behind its identifier.
    sky : Coverage or None
        Where it is on the sky, if that is known.
    style : str or None
        Named view of the tiles; None for the view alone.
    """

    image: Image
    styles: tuple[tuple[str, str], ...]
    view: View = field(default_factory=View)
    sky: Coverage | None = None
    style: str | None = None

    @property
    def shown(self) -> View:
        """The view with its style."""
        if self.style is None or self.style == DEFAULT_STYLE:
            return self.view
        return self.view._replace(name=self.style)

    def tile_sets(self, tile_size: int) -> tuple[TileSet, ...]:
        """Tilesets of the image."""
        return tile_sets(Levels(self.image.width, self.image.height, tile_size), self.sky)

    def address(self, addresses: Addresses) -> str:
        """Address of the collection."""
        return addresses.collection(self.image.identifier, self.view)

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

    def links(self, address: str, name: str) -> list[Document]:
        """Link a page to itself and to its neighbors."""
        links = own(f"{address}?limit={self.limit}&offset={self.offset}", name)
        after, before = self.offset + self.limit, max(0, self.offset - self.limit)
        for rel, offset, is_there in (
            ("next", after, after < self.total),
            ("prev", before, self.offset > 0),
        ):
            if is_there:
                there = f"{address}?f={name}&limit={self.limit}&offset={offset}"
                links.append(link(there, rel, JSON if name == "json" else HTML))
        return links


def listing(addresses: Addresses, page: Page, name: str) -> Document:
    """Write a page of the list of collections."""
    return {
        "title": "Images",
        "links": page.links(addresses.collections, name),
        "numberMatched": page.total,
        "numberReturned": len(page.collections),
        "collections": [collection(addresses, found) for found in page.collections],
    }


def collection(addresses: Addresses, found: Collection, name: str = "json") -> Document:
    """Describe an image."""
    image = found.image
    # The description holds nothing that depends on the size of tiles.
    sets = [tile_set.matrix_set for tile_set in found.tile_sets(256)]
    address = found.address(addresses)
    document = {
        "id": addresses.name(image.identifier, found.view),
        "title": image.title,
        "description": summary(image),
        "links": [
            *own(address, name),
            link(f"{address}/map/tiles?f=json", TILESETS, JSON, "Map tiles"),
            link(f"{address}/styles?f=json", STYLES, JSON, "Named views"),
            *_elsewhere(addresses, found),
        ],
        "extent": _extent(found, sets[0]),
        "crs": list(dict.fromkeys(matrix_set.crs for matrix_set in sets)),
        "dataType": "map",
        "minCellSize": 1,
    }
    if canonical(found.view):
        document["view"] = canonical(found.view)
    return document


def _elsewhere(addresses: Addresses, found: Collection) -> list[Document]:
    """Link the same image under the other protocols."""
    base = addresses.base
    image = encode_identifier(found.image.identifier)
    layer = quote(join_identifier(found.image.identifier, View()), safe="")
    iiif = f"{base}/iiif/3/{addresses.name(found.image.identifier, found.view)}"
    return [
        link(f"{iiif}/full/!256,256/0/default.jpg", "preview", "image/jpeg", "Thumbnail"),
        link(f"{base}/api/images/{image}", "describedby", JSON, "Metadata of the image"),
        link(f"{iiif}/info.json", "related", "application/ld+json", "IIIF Image API 3.0"),
        link(
            f"{base}/wmts?service=WMTS&request=GetCapabilities&layer={layer}",
            "related",
            "application/xml",
            "WMTS 1.0.0",
        ),
    ]


def _extent(found: Collection, degrees: MatrixSet) -> Document:
    """Extent on the sky, else that of the pixels as degrees: clients request tiles there.

    An image across longitude 180 also has that of its pixels: GDAL reads these, since such an image
    has no tileset `WorldCRS84Quad`.
    """
    sky = found.sky if found.sky is not None and found.sky.across is None else None
    box = degrees.box if sky is None else sky.box
    extent: Document = {"spatial": {"bbox": [list(box)], "crs": CRS84}}
    times = sorted(frame.time for frame in found.image.frames if frame.time is not None)
    if times:
        extent["temporal"] = {"interval": [[times[0], times[-1]]]}
    names = [stokes.name for stokes in found.image.stokes]
    if len(names) > 1:
        # An additional dimension (OGC 20-024, uniform additional dimensions).
        extent["stokes"] = {
            "definition": STOKES,
            "interval": [[names[0], names[-1]]],
            "grid": {"cellsCount": len(names), "coordinates": names},
        }
    return extent


def styles(addresses: Addresses, found: Collection, name: str) -> Document:
    """List an image's named views, each with the address of its tiles."""
    address = found.address(addresses)
    listed = []
    for identifier, title in found.styles:
        style = replace(found, style=identifier)
        tilesets = f"{style.resource(addresses)}/map/tiles?f=json"
        links = [link(tilesets, TILESETS, JSON, f"Map tiles: {title}")]
        listed.append({"id": identifier, "title": title, "links": links})
    return {
        "title": f"Named views of {found.image.title}",
        "default": found.styles[0][0],
        "styles": listed,
        "links": [
            *own(f"{address}/styles", name),
            link(f"{address}?f=json", "collection", JSON, found.image.title),
        ],
    }
