"""Metadata of tilesets (OGC 20-057, sections 9 and 10; OGC 17-083r4, section 7.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from celestile.protocols.ogcapi.collections import Collection
from celestile.protocols.ogcapi.formats import JSON, PICTURES
from celestile.protocols.ogcapi.links import GEODATA, TILING_SCHEME, Addresses, link, own
from celestile.protocols.ogcapi.matrixsets import MatrixSet, bounding_box
from celestile.protocols.ogcapi.tile_sets import TileSet
from celestile.service.summary import summary
from celestile.views.view import canonical

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The source of tiles: an image, or all images that are shown together.

    Parameters
    ----------
    address : str
        Of the list of its tilesets.
    title, shown, description : str
        For people: without and with the view, and a description.
    origin : mapping
        Link to the source.
    style : mapping or None
        Named view.
    """

    address: str
    title: str
    shown: str
    description: str
    origin: Document
    style: Document | None = None


def image_source(addresses: Addresses, found: Collection) -> Source:
    """Return an image, in a view, as a source of tiles."""
    view, title = canonical(found.shown), found.image.title
    style = None
    if found.style is not None:
        titles = dict(found.styles)
        style = {"id": found.style, "title": titles.get(found.style, found.style)}
    return Source(
        address=f"{found.resource(addresses)}/map/tiles",
        title=title,
        shown=f"{title}; {view}" if view else title,
        description=summary(found.image),
        origin=link(f"{found.address(addresses)}?f=json", GEODATA, JSON, title),
        style=style,
    )


def dataset_source(addresses: Addresses, title: str) -> Source:
    """Return the images that are shown together as a source of tiles."""
    return Source(
        address=addresses.dataset,
        title=title,
        shown=title,
        description="Images at their places on the sky",
        origin=link(f"{addresses.root}?f=json", GEODATA, JSON, title),
    )


def tilesets(
    addresses: Addresses, source: Source, tile_sets: Sequence[TileSet], name: str
) -> Document:
    """List the tilesets of a source."""
    address = source.address
    listed = []
    for tile_set in tile_sets:
        matrix_set = tile_set.matrix_set
        here = f"{address}/{matrix_set.identifier}"
        # GDAL prefers a registered set, and follows this link.
        kind = "json1" if matrix_set.uri else "json"
        links = [link(f"{here}?f={kind}", "self", JSON), _scheme(addresses, matrix_set)]
        # Some clients, such as the OGC's test suite, do not follow the links of a list.
        listed.append(
            {
                **_essentials(addresses, source, matrix_set),
                "links": [*links, *_items(here)],
                "tileMatrixSetLimits": tile_set.written_limits(),
            }
        )
    return {
        "title": f"Map tiles of {source.title}",
        "tilesets": listed,
        "links": own(address, name),
    }


def tileset(addresses: Addresses, source: Source, tile_set: TileSet, name: str) -> Document:
    """Describe a tileset: where its tiles are and how to ask for them."""
    matrix_set, box = tile_set.matrix_set, tile_set.box
    address = f"{source.address}/{matrix_set.identifier}"
    document: Document = {
        **_essentials(addresses, source, matrix_set),
        "description": source.description,
        "mediaTypes": [picture.media_type for picture in PICTURES],
        "links": [
            *own(address, name),
            _scheme(addresses, matrix_set),
            *_items(address),
            source.origin,
        ],
        "boundingBox": bounding_box(matrix_set, box),
        "centerPoint": {
            "coordinates": [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2],
            "crs": matrix_set.crs,
            "tileMatrix": _whole(tile_set),
        },
        "tileMatrixSetLimits": (
            tile_set.whole_limits() if name == "json1" else tile_set.written_limits()
        ),
    }
    if source.style is not None:
        document["style"] = source.style
    return document


def _items(address: str) -> list[Document]:
    template = f"{address}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}"
    return [
        link(f"{template}?f={picture.name}", "item", picture.media_type, templated=True)
        for picture in PICTURES
    ]


def _whole(tile_set: TileSet) -> str:
    """Finest level at which the image is in a single tile."""
    levels = zip(tile_set.matrix_set.matrices, tile_set.limits, strict=False)
    whole = "0"
    for matrix, limits in levels:
        if limits.min_row == limits.max_row and limits.min_column == limits.max_column:
            whole = matrix.identifier
    return whole


def _essentials(addresses: Addresses, source: Source, matrix_set: MatrixSet) -> Document:
    return {
        "title": f"{source.shown}: {matrix_set.title}",
        "dataType": "map",
        "crs": matrix_set.crs,
        "tileMatrixSetId": matrix_set.identifier,
        # Most are not in OGC's register, but clients choose between sets by it.
        "tileMatrixSetURI": matrix_set.uri or addresses.matrix_set(matrix_set.identifier),
    }


def _scheme(addresses: Addresses, matrix_set: MatrixSet) -> Document:
    # GDAL follows this link; its release 3.6 supports no other.
    address = f"{addresses.matrix_set(matrix_set.identifier)}?f=json1"
    return link(address, TILING_SCHEME, JSON, matrix_set.title)
