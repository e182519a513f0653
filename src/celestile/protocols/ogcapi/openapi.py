"""The definition of this API, as OpenAPI 3.0 (OGC 20-057, requirements class oas30)."""

from collections.abc import Sequence
from typing import Any

from celestile import __version__
from celestile.protocols.ogcapi.formats import (
    DOCUMENTS,
    HTML,
    JSON,
    MATRIX_SETS,
    OPENAPI,
    PICTURES,
)
from celestile.protocols.ogcapi.links import PREFIX, Addresses
from celestile.protocols.ogcapi.moments import PARAMETER
from celestile.protocols.ogcapi.problems import MEDIA_TYPE
from celestile.protocols.ogcapi.schemas import SCHEMAS
from celestile.protocols.web.view_parameters import shared_parameters
from celestile.service.service import ServiceOptions
from celestile.views.view import VIEW_KEYS

Document = dict[str, Any]

DEFAULT_LIMIT = 10
MOST_COLLECTIONS = 100


def openapi(addresses: Addresses, options: ServiceOptions) -> Document:
    """Write the definition."""
    info: Document = {
        "title": options.title,
        "description": options.abstract or "Astronomical images as OGC API - Tiles",
        "version": __version__,
    }
    if options.provider:
        info["contact"] = {"name": options.provider}
        if options.provider_url:
            info["contact"]["url"] = options.provider_url
    return {
        "openapi": "3.0.3",
        "info": info,
        "servers": [{"url": f"{addresses.base}{PREFIX}"}],
        "tags": [
            {"name": "Capabilities", "description": "What this API offers"},
            {"name": "Collections", "description": "Images"},
            {"name": "Tiles", "description": "Map tiles of images"},
        ],
        "paths": _paths(options),
        "components": {
            "parameters": _parameters(),
            "responses": _responses(),
            "schemas": SCHEMAS,
        },
    }


def _paths(options: ServiceOptions) -> Document:
    paging = ["limit", "offset"]
    image = "/collections/{collectionId}"
    styled = f"{image}/styles/{{styleId}}"
    return {
        "/": _document("getLandingPage", "Landing page", "Capabilities", "landingPage"),
        "/conformance": _document(
            "getConformance", "Conformance classes", "Capabilities", "confClasses"
        ),
        "/api": _document("getApi", "This definition", "Capabilities", None, media_type=OPENAPI),
        "/tileMatrixSets": _document(
            "getTileMatrixSetsList", "Tile matrix sets", "Tiles", "tileMatrixSets", paging
        ),
        "/tileMatrixSets/{tileMatrixSetId}": _document(
            "getTileMatrixSet",
            "A tile matrix set",
            "Tiles",
            "tileMatrixSet",
            ["tileMatrixSetId"],
            encoding="fMatrixSet",
        ),
        "/collections": _document("getCollections", "Images", "Collections", "collections", paging),
        image: _document(
            "getCollection", "An image", "Collections", "collection", _timed("collectionId")
        ),
        f"{image}/styles": _document(
            "getStyles", "Named views", "Collections", "styles", _timed("collectionId")
        ),
        **_tile_paths(image, "collection.map", ["collectionId"]),
        **_tile_paths(styled, "collection.style.map", ["collectionId", "styleId"]),
        **(_tile_paths("", "dataset.map", []) if options.mosaic else {}),
    }


def _tile_paths(resource: str, prefix: str, parameters: Sequence[str]) -> Document:
    """Describe tilesets of a resource; names of operations as of 20-057 (section 12)."""
    path = f"{resource}/map/tiles"
    one = [*parameters, "tileMatrixSetId"]
    seen = _timed if parameters else _viewed
    return {
        path: _document(
            f".{prefix}.getTileSetsList", "Tilesets", "Tiles", "tileSets", seen(*parameters)
        ),
        f"{path}/{{tileMatrixSetId}}": _document(
            f".{prefix}.getTileSet",
            "A tileset",
            "Tiles",
            "tileSet",
            seen(*one),
            encoding="fMatrixSet",
        ),
        f"{path}/{{tileMatrixSetId}}/{{tileMatrix}}/{{tileRow}}/{{tileCol}}": _tile(
            f".{prefix}.getTile", seen(*one, "tileMatrix", "tileRow", "tileCol")
        ),
    }


def _viewed(*parameters: str) -> list[str]:
    return [*parameters, *sorted(VIEW_KEYS)]


def _timed(*parameters: str) -> list[str]:
    return [*_viewed(*parameters), PARAMETER]


def _document(
    operation: str,
    summary: str,
    tag: str,
    schema: str | None,
    parameters: Sequence[str] = (),
    media_type: str = JSON,
    encoding: str = "f",
) -> Document:
    content: Document = {
        media_type: {"schema": _reference("schemas", schema) if schema else {"type": "object"}},
        HTML: {"schema": {"type": "string"}},
    }
    responses: Document = {"200": {"description": summary, "content": content}}
    return {"get": _operation(operation, summary, tag, [encoding, *parameters], responses)}


def _tile(operation: str, parameters: Sequence[str]) -> Document:
    content = {
        picture.media_type: {"schema": {"type": "string", "format": "binary"}}
        for picture in PICTURES
    }
    responses: Document = {"200": {"description": "A tile", "content": content}}
    if PARAMETER in parameters:
        responses["204"] = {"description": "No frame is of the requested time"}
    return {"get": _operation(operation, "A tile", "Tiles", ["fTile", *parameters], responses)}


def _operation(
    operation: str, summary: str, tag: str, parameters: Sequence[str], responses: Document
) -> Document:
    statuses = ["304", "400", "406", "500", "503"]
    if set(parameters) - {"f", "limit", "offset"}:
        statuses.append("404")
    return {
        "operationId": operation,
        "summary": summary,
        "tags": [tag],
        "parameters": [_reference("parameters", name) for name in parameters],
        "responses": responses
        | {status: _reference("responses", status) for status in sorted(statuses)},
    }


def _reference(kind: str, name: str) -> Document:
    return {"$ref": f"#/components/{kind}/{name}"}


def _parameters() -> Document:
    text = {"type": "string", "minLength": 1}
    count = {"type": "integer", "minimum": 0}
    in_path: Document = {
        "collectionId": ("Image: its `id`, with a view behind it if wanted", text),
        "styleId": ("Named view", text),
        "tileMatrixSetId": ("Tile matrix set: its `id`", text),
        "tileMatrix": ("Tile matrix: 0 is the coarsest", text),
        "tileRow": ("Row, from the top", count),
        "tileCol": ("Column, from the left", count),
    }
    limit = {"minimum": 1, "default": DEFAULT_LIMIT}
    most = f"Most images on a page, {MOST_COLLECTIONS} in any case"
    in_query: Document = {
        "f": ("Encoding; else `Accept` decides", _enumeration(DOCUMENTS)),
        "fMatrixSet": (
            "Encoding; `json1` is JSON for version 1.0 of the standard and GDAL 3.6",
            _enumeration(MATRIX_SETS),
        ),
        "fTile": ("Encoding; else `Accept` decides", _enumeration(PICTURES)),
        "limit": (most, {"type": "integer"} | limit),
        "offset": ("Images to leave out", count | {"default": 0}),
        PARAMETER: (
            "The latest frame of a time, of a day, or of an interval such as `2020-01-31/..`",
            text,
        ),
    }
    written = {
        name: _parameter(name, "path", *described) | {"required": True}
        for name, described in in_path.items()
    }
    written |= {
        name: _parameter("f" if name in {"fTile", "fMatrixSet"} else name, "query", *described)
        for name, described in in_query.items()
    }
    return written | _view_parameters()


def _view_parameters() -> Document:
    """Describe the keys of a view as OpenAPI 3.0 parameters."""
    found: Document = {}
    for name, parameter in shared_parameters().items():
        if name not in VIEW_KEYS:
            continue
        schema = dict(parameter["schema"])
        if "exclusiveMinimum" in schema:
            schema |= {"minimum": schema["exclusiveMinimum"], "exclusiveMinimum": True}
        found[name] = {**parameter, "schema": schema}
    return found


def _parameter(name: str, place: str, description: str, schema: Document) -> Document:
    return {"name": name, "in": place, "description": description, "schema": schema}


def _enumeration(encodings: Sequence[Any]) -> Document:
    return {"type": "string", "enum": [encoding.name for encoding in encodings]}


def _responses() -> Document:
    problem = {MEDIA_TYPE: {"schema": _reference("schemas", "problem")}}
    described = {
        "400": "A parameter is unknown or invalid",
        "404": "The image, view, tile matrix set or tile does not exist",
        "406": "No encoding on offer is acceptable",
        "500": "The server failed",
        "503": "The file is being changed, or the cache cannot be written",
    }
    return {
        "304": {"description": "Unchanged since the ETag in If-None-Match"},
        **{
            status: {"description": description, "content": problem}
            for status, description in described.items()
        },
    }
