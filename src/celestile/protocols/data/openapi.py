"""The OpenAPI 3.1 document of everything below /api."""

from dataclasses import dataclass, field
from typing import Any

from celestile import __version__
from celestile.pixels.sky.mesh import MOST_NODES
from celestile.protocols.data.schemas import NUMBER, SCHEMAS, STRING, Schema, ref
from celestile.protocols.web.media_types import COMPRESSED, FITS
from celestile.protocols.web.numbers import MOST_OFFSET
from celestile.protocols.web.view_parameters import query, required, shared_parameters
from celestile.service.query import SORTS

Document = dict[str, Any]

_JSON = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """An operation.

    Parameters
    ----------
    name : str
        For programs.
    summary, description : str
        For people.
    answer : str
        Name of the schema of the response; empty if it is not JSON.
    of_image : bool
        Whether it depends on an image and a view.
    query : tuple
        Its parameters.
    cached : bool
        Whether the answer has an ETag.
    others : dict
        Further responses, by status.
    """

    name: str
    summary: str
    description: str = ""
    answer: str = ""
    of_image: bool = True
    query: tuple[Document, ...] = ()
    cached: bool = False
    others: dict[str, Document] = field(default_factory=dict)


def _content(schema: Schema) -> Document:
    return {_JSON: {"schema": schema}}


_INTEGER = {"type": "integer"}
_FILE_TYPES: Document = {kind: {"schema": {}} for kind in (FITS, *COMPRESSED.values())}
_FILE = {"description": "The file.", "content": _FILE_TYPES}
_RANGE = {"description": "The requested range.", "content": _FILE_TYPES}
_THUMBNAIL = {"description": "The picture.", "content": {"image/jpeg": {"schema": {}}}}
_PAGE = {"description": "The page.", "content": {"text/html": {"schema": STRING}}}
_SELF = {"description": "The document.", "content": _content({"type": "object"})}
_SAMPLES = {
    "description": "The length of the JSON header (32-bit unsigned integer); the header, as"
    " `SamplesHeader` describes it; then for each plane the codes of its pixels (16-bit unsigned"
    " integers), row by row from the top. Integers are little-endian, and the codes begin at a"
    " multiple of 8 bytes.",
    "content": {"application/octet-stream": {"schema": {}}},
}
_FORBIDDEN = {"description": "The operator does not allow it.", "content": _content(ref("Error"))}
_BAD_GATEWAY = {
    "description": "The name resolver does not answer.",
    "content": _content(ref("Error")),
}
_PIXEL = (
    required("x", {**_INTEGER, "minimum": 0}, "Column, from 0 at the left."),
    required("y", {**_INTEGER, "minimum": 0}, "Row, from 0 at the top."),
)

OPERATIONS: dict[str, Operation] = {
    "/api": Operation(
        name="about", summary="Features of the server", answer="About", of_image=False
    ),
    "/api/openapi.json": Operation(
        name="openapi", summary="This document", of_image=False, others={"200": _SELF}
    ),
    "/api/docs": Operation(
        name="docs", summary="This document for people", of_image=False, others={"200": _PAGE}
    ),
    "/api/colormaps": Operation(
        name="colormaps", summary="Pictures of all colormaps", answer="Colormaps", of_image=False
    ),
    "/api/resolve": Operation(
        name="resolve",
        summary="Position of an object by its name",
        description="Asks the name resolver that the operator set (`search.resolver`).",
        answer="Resolved",
        of_image=False,
        query=(required("name", {**STRING, "minLength": 1, "maxLength": 80}, "Name."),),
        others={"403": _FORBIDDEN, "502": _BAD_GATEWAY},
    ),
    "/api/images": Operation(
        name="images",
        summary="Images and folders",
        description=(
            "Lists one folder, or searches below it. Headers are read in the background; `headers` "
            "reports the progress."
        ),
        answer="Listing",
        of_image=False,
        query=(
            query("prefix", {"type": "string", "pattern": "^$|/$"}, "Folder, ending in a slash."),
            query(
                "search",
                STRING,
                "Words that must all match: parts of names or of facts, patterns with `*` and `?`, "
                "`object:`, `filter:`, `instrument:` or `date:` with a text, or `exposure:>60`. "
                "Folders are searched, too.",
            ),
            query(
                "sort",
                {"type": "string", "enum": [sign + key for key in SORTS for sign in ("", "-")]},
                "Order of the list, `name` by default. A minus reverses it; images without the "
                "fact come last.",
            ),
            query("at", STRING, "Image that shall be on the page, instead of `offset`."),
            query(
                "offset",
                {**_INTEGER, "minimum": 0, "maximum": MOST_OFFSET, "default": 0},
                "Images to leave out.",
            ),
            query(
                "limit",
                {**_INTEGER, "minimum": 1, "default": 100},
                "Most images to list; more than 1000 are never listed at once.",
            ),
        ),
    ),
    "/api/images/{id}": Operation(
        name="image", summary="Metadata of an image in a view", answer="Image", cached=True
    ),
    "/api/images/{id}/header": Operation(
        name="header", summary="Header cards of an HDU", answer="Header"
    ),
    "/api/images/{id}/value": Operation(
        name="value",
        summary="A pixel's values at full precision",
        answer="Value",
        query=_PIXEL,
    ),
    "/api/images/{id}/statistics": Operation(
        name="statistics",
        summary="Distribution of the values",
        answer="Statistics",
        cached=True,
    ),
    "/api/images/{id}/profile": Operation(
        name="profile",
        summary="Values along a line",
        description="At equal steps of at most a pixel, of the pixels that the points lie in. "
        "A line is at most 4095 pixels long.",
        answer="Profiles",
        query=tuple(
            required(key, NUMBER, f"Pixels from the {edge} edge of the image; {end} of the line.")
            for key, edge, end in (
                ("x1", "left", "start"),
                ("y1", "top", "start"),
                ("x2", "left", "end"),
                ("y2", "top", "end"),
            )
        ),
    ),
    "/api/images/{id}/region": Operation(
        name="region",
        summary="Statistics of a rectangle",
        description="Of all its pixels that have a finite value, 16777216 at most; its part "
        "outside the image is ignored.",
        answer="RegionStatistics",
        query=(
            required("x", {**_INTEGER, "minimum": 0}, "First column, from 0 at the left."),
            required("y", {**_INTEGER, "minimum": 0}, "First row, from 0 at the top."),
            required("width", {**_INTEGER, "minimum": 1}, "Columns."),
            required("height", {**_INTEGER, "minimum": 1}, "Rows."),
        ),
    ),
    "/api/images/{id}/spectrum": Operation(
        name="spectrum",
        summary="A pixel's values in all channels",
        answer="Spectrum",
        query=_PIXEL,
    ),
    "/api/images/{id}/samples": Operation(
        name="samples",
        summary="Values of a region as 16-bit codes",
        description="For clients that draw pictures in many limits and stretches themselves. The"
        " region is scaled as pictures are; regions and sizes of tiles have exactly the pixels of"
        " the tiles. Code 0 marks a missing pixel, 1 minus infinity, 65535 infinity; the value of"
        " a code from 2 to 65534 follows from the knots in the header, which lie most densely"
        " where the view changes its gray levels. At most 16777216 samples of all planes.",
        query=(
            required(
                "region",
                {"type": "string", "pattern": "^[0-9]+(,[0-9]+){3}$"},
                "`x,y,width,height` in pixels of the image, from its top left; within the image.",
            ),
            required(
                "size",
                {"type": "string", "pattern": "^[0-9]+,[0-9]+$"},
                "`columns,rows` to scale the region to; not larger than the region, nor than"
                " maxWidth, maxHeight and maxArea of the image.",
            ),
        ),
        cached=True,
        others={"200": _SAMPLES},
    ),
    "/api/images/{id}/ready": Operation(
        name="ready",
        summary="Wait until pictures are final",
        description="Answers when no picture of the view is drawn from part of the pixels.",
        answer="Ready",
    ),
    "/api/images/{id}/world": Operation(
        name="world",
        summary="From a pixel to the sky",
        answer="SkyPosition",
        query=(
            required("x", NUMBER, "Pixels from the left edge of the image."),
            required("y", NUMBER, "Pixels from the top edge of the image."),
        ),
    ),
    "/api/images/{id}/pixel": Operation(
        name="pixel",
        summary="From the sky to a pixel",
        answer="Position",
        query=(
            required("lon", NUMBER, "Longitude in degrees, in the image's own frame."),
            required("lat", {**NUMBER, "minimum": -90, "maximum": 90}, "Latitude in degrees."),
        ),
    ),
    "/api/images/{id}/thumbnail": Operation(
        name="thumbnail",
        summary="A small picture for lists",
        description="Of the automatic view, at most 96 pixels wide and high, drawn from part of "
        "the pixels where possible. Of many requests the latest are answered first; others may "
        "get status 503.",
        cached=True,
        others={"200": _THUMBNAIL},
    ),
    "/api/images/{id}/mesh": Operation(
        name="mesh",
        summary="Directions on the sky over a part of the image",
        description="At nx by ny nodes from edge to edge, and where the sky ends between two "
        "neighbors: what a client needs to draw coordinate lines in any frame.",
        answer="Mesh",
        cached=True,
        query=(
            *(
                required(key, NUMBER, f"{what} of the part, in continuous pixels.")
                for key, what in (("x", "Left edge"), ("y", "Upper edge"))
            ),
            *(
                required(key, {**NUMBER, "exclusiveMinimum": 0}, "In pixels.")
                for key in ("width", "height")
            ),
            *(
                required(key, {**_INTEGER, "minimum": 2, "maximum": MOST_NODES}, "Nodes.")
                for key in ("nx", "ny")
            ),
        ),
    ),
    "/api/images/{id}/fits": Operation(
        name="fits",
        summary="The FITS file",
        description="As it is on the server's disk, whole or in ranges; of a sequence or band "
        "set the file of the frame or channel. Only where the operator allows it.",
        cached=True,
        others={"200": _FILE, "206": _RANGE, "403": _FORBIDDEN},
    ),
}
"""By path."""

_FILE_KEYS = {"fits": ("id", "view", "hdu", "frame", "channel"), "thumbnail": ("id",)}
"""Parameters of operations that depend on the file alone, by name."""

_ERRORS = {
    "400": "A parameter is invalid.",
    "404": "The image does not exist, or the file cannot be shown.",
    "503": "The file changes at this moment, or the cache cannot be written.",
}


def openapi(base: str, title: str = "Celestile") -> Document:
    """Make the document.

    Parameters
    ----------
    base : str
        Public address of the server.
    title : str
        Of the service.
    """
    errors = {
        status: {"description": words, "content": _content(ref("Error"))}
        for status, words in _ERRORS.items()
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: data",
            "version": __version__,
            "summary": "Lists, metadata, values and sky coordinates of FITS images.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": base}],
        "paths": {path: {"get": _operation(found)} for path, found in OPERATIONS.items()},
        "components": {
            "schemas": SCHEMAS,
            "parameters": shared_parameters(),
            "responses": errors,
        },
    }


def _operation(found: Operation) -> Document:
    parameters: list[Document] = list(found.query)
    responses: Document = {}
    if found.answer:
        words = str(SCHEMAS[found.answer]["description"])
        responses["200"] = {"description": words, "content": _content(ref(found.answer))}
    responses |= found.others
    if found.cached:
        responses["304"] = {"description": "The copy with that ETag is current."}
    if found.of_image:
        names = _FILE_KEYS.get(found.name, shared_parameters())
        shared = [{"$ref": f"#/components/parameters/{name}"} for name in names]
        parameters = [shared[0], *parameters, *shared[1:]]
    statuses = _ERRORS if found.of_image else ("400",) if found.query else ()
    responses |= {status: {"$ref": f"#/components/responses/{status}"} for status in statuses}
    document: Document = {"operationId": found.name, "summary": found.summary}
    if found.description:
        document["description"] = found.description
    if parameters:
        document["parameters"] = parameters
    return {**document, "responses": dict(sorted(responses.items()))}
