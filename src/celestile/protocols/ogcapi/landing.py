"""Entry points for clients: the landing page, conformance, the tile matrix sets."""

from typing import Any

from celestile.protocols.ogcapi.collections import Page
from celestile.protocols.ogcapi.formats import HTML, JSON, OPENAPI
from celestile.protocols.ogcapi.links import TILESETS, TILING_SCHEMES, Addresses, link, own
from celestile.protocols.ogcapi.matrixsets import MatrixSet, definition, old_words, world
from celestile.service.service import ServiceOptions

Document = dict[str, Any]

_SPECIFICATIONS = "http://www.opengis.net/spec/"
_DATASET_TILESETS = f"{_SPECIFICATIONS}ogcapi-tiles-1/1.0/conf/dataset-tilesets"
CONFORMANCE = tuple(
    f"{_SPECIFICATIONS}{specification}/conf/{name}"
    for specification, names in (
        ("ogcapi-common-1/1.0", ("core", "landing-page", "json", "html", "oas30")),
        ("ogcapi-common-2/1.0", ("collections", "json", "html")),
        (
            "ogcapi-tiles-1/1.0",
            ("core", "tileset", "tilesets-list", "geodata-tilesets", "oas30", "png", "jpeg"),
        ),
        (
            "tms/2.0",
            (
                "tilematrixset",
                "tilesetmetadata",
                "tilematrixsetlimits",
                "json-tilematrixset",
                "json-tilesetmetadata",
                "json-tilematrixsetlimits",
            ),
        ),
    )
    for name in names
)


def landing(addresses: Addresses, options: ServiceOptions, name: str) -> Document:
    """Write the landing page."""
    root = addresses.root
    document: Document = {
        "title": options.title,
        "description": options.abstract or "Astronomical images as map tiles",
    }
    if options.attribution or options.rights:
        document["attribution"] = options.attribution or options.rights
    document["links"] = [
        *own(root, name),
        link(f"{root}/api?f=json", "service-desc", OPENAPI, "Definition of this API"),
        link(f"{root}/api?f=html", "service-doc", HTML, "Definition of this API as a page"),
        link(f"{root}/conformance?f=json", "conformance", JSON, "What this API conforms to"),
        link(f"{addresses.collections}?f=json", "data", JSON, "Images"),
        link(f"{addresses.matrix_sets}?f=json", TILING_SCHEMES, JSON, "Tile matrix sets"),
        link(f"{addresses.base}/", "related", HTML, "Viewer"),
    ]
    if options.rights:
        document["links"].append(link(options.rights, "license", HTML, "Rights of the pictures"))
    if options.mosaic:
        tiles = link(f"{addresses.dataset}?f=json", TILESETS, JSON, "Map tiles of all together")
        document["links"].append(tiles)
    return document


def conformance(addresses: Addresses, options: ServiceOptions, name: str) -> Document:
    """Declare the conformance classes."""
    return {
        "title": "Conformance",
        "conformsTo": [*CONFORMANCE, *([_DATASET_TILESETS] if options.mosaic else [])],
        "links": own(f"{addresses.root}/conformance", name),
    }


def matrix_sets(addresses: Addresses, options: ServiceOptions, page: Page, name: str) -> Document:
    """List the tile matrix sets of the images of a page of their list, and the registered one."""
    sets = {
        tile_set.matrix_set.identifier: tile_set.matrix_set
        for found in page.collections
        for tile_set in found.tile_sets(options.tile_size)
    }
    registered = world(options.tile_size) if options.mosaic and page.offset == 0 else None
    if registered is not None:
        sets[registered.identifier] = registered
    listed = []
    for matrix_set in sets.values():
        address = addresses.matrix_set(matrix_set.identifier)
        listed.append(
            {
                "id": matrix_set.identifier,
                "title": matrix_set.title,
                "uri": matrix_set.uri or address,
                "crs": matrix_set.crs,
                # The OGC's test suite follows `item` here, the standard's example says `self`.
                "links": [
                    link(f"{address}?f=json", rel, JSON, matrix_set.title)
                    for rel in ("self", "item")
                ],
            }
        )
    return {
        "title": "Tile matrix sets",
        "tileMatrixSets": listed,
        "links": page.links(addresses.matrix_sets, name),
    }


def matrix_set_definition(addresses: Addresses, matrix_set: MatrixSet, name: str) -> Document:
    """Define a tile matrix set."""
    address = addresses.matrix_set(matrix_set.identifier)
    document = definition(matrix_set, matrix_set.uri or address)
    document["links"] = own(address, name)
    return document | old_words(document) if name == "json1" else document
