"""Metadata of tilesets (OGC 20-057, sections 9 and 10; OGC 17-083r4, section 7.2)."""

from collections.abc import Sequence
from typing import Any

from celestile.protocols.ogcapi.collections import Collection
from celestile.protocols.ogcapi.formats import JSON, PICTURES
from celestile.protocols.ogcapi.links import GEODATA, TILING_SCHEME, Addresses, link, own
from celestile.protocols.ogcapi.matrixsets import MatrixSet, bounding_box
from celestile.protocols.ogcapi.offers import Offer
from celestile.protocols.summary import summary
from celestile.protocols.view import canonical

Document = dict[str, Any]


def tilesets(
    addresses: Addresses, found: Collection, offered: Sequence[Offer], name: str
) -> Document:
    """List the tilesets of an image."""
    address = f"{found.resource(addresses)}/map/tiles"
    listed = []
    for matrix_set in (offer.matrix_set for offer in offered):
        links = [
            link(f"{address}/{matrix_set.identifier}?f=json", "self", JSON),
            _scheme(addresses, matrix_set),
        ]
        listed.append({**_essentials(addresses, found, matrix_set), "links": links})
    return {
        "title": f"Map tiles of {found.image.title}",
        "tilesets": listed,
        "links": own(address, name),
    }


def tileset(addresses: Addresses, found: Collection, offer: Offer, name: str) -> Document:
    """Describe a tileset: where its tiles are and how to ask for them."""
    matrix_set, box = offer.matrix_set, offer.box
    address = f"{found.resource(addresses)}/map/tiles/{matrix_set.identifier}"
    document: Document = {
        **_essentials(addresses, found, matrix_set),
        "description": summary(found.image),
        "mediaTypes": [picture.media_type for picture in PICTURES],
        "links": [
            *own(address, name),
            _scheme(addresses, matrix_set),
            *_items(address),
            link(f"{found.address(addresses)}?f=json", GEODATA, JSON, found.image.title),
        ],
        "boundingBox": bounding_box(matrix_set, box),
        "centerPoint": {
            "coordinates": [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2],
            "crs": matrix_set.crs,
            "tileMatrix": _whole(offer),
        },
        "tileMatrixSetLimits": offer.written_limits(),
    }
    if found.style is not None:
        titles = dict(found.styles)
        document["style"] = {"id": found.style, "title": titles.get(found.style, found.style)}
    return document


def _items(address: str) -> list[Document]:
    template = f"{address}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    return [
        link(f"{template}?f={picture.name}", "item", picture.media_type, templated=True)
        for picture in PICTURES
    ]


def _whole(offer: Offer) -> str:
    """Finest level at which the image is in a single tile."""
    levels = zip(offer.matrix_set.matrices, offer.limits, strict=True)
    whole = "0"
    for matrix, limits in levels:
        if limits.min_row == limits.max_row and limits.min_column == limits.max_column:
            whole = matrix.identifier
    return whole


def _essentials(addresses: Addresses, found: Collection, matrix_set: MatrixSet) -> Document:
    view = canonical(found.shown)
    name = f"{found.image.title}; {view}" if view else found.image.title
    return {
        "title": f"{name}: {matrix_set.title}",
        "dataType": "map",
        "crs": matrix_set.crs,
        # Not in OGC's register, but clients choose between sets by it.
        "tileMatrixSetURI": addresses.matrix_set(matrix_set.identifier),
    }


def _scheme(addresses: Addresses, matrix_set: MatrixSet) -> Document:
    # GDAL follows this link, and its release 3.6 understands nothing else.
    address = f"{addresses.matrix_set(matrix_set.identifier)}?f=json1"
    return link(address, TILING_SCHEME, JSON, matrix_set.title)
