"""Schemas of the documents, for the definition of the API.

They are shorter than those of the standards, and agree with them.
"""

from typing import Any

Document = dict[str, Any]

_TEXT: Document = {"type": "string"}
_NUMBER: Document = {"type": "number"}
_COUNT: Document = {"type": "integer", "minimum": 0}
_URI: Document = {"type": "string", "format": "uri"}


def _object(required: str, **properties: Document) -> Document:
    return {"type": "object", "required": required.split(), "properties": properties}


def _array(items: Document) -> Document:
    return {"type": "array", "items": items}


def _reference(name: str) -> Document:
    return {"$ref": f"#/components/schemas/{name}"}


_LINKS = _array(_reference("link"))
_POINT = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
_BOX = {"type": "array", "items": _NUMBER, "minItems": 4, "maxItems": 6}
_TITLED: Document = {"title": _TEXT, "description": _TEXT}

_TILESET_ITEM: Document = {
    "title": _TEXT,
    "dataType": {"type": "string", "enum": ["map", "vector", "coverage"]},
    "crs": _TEXT,
    "tileMatrixSetId": _TEXT,
    "tileMatrixSetURI": _URI,
    "links": _LINKS,
}

SCHEMAS: Document = {
    "link": _object(
        "href rel",
        href=_TEXT,
        rel=_TEXT,
        type=_TEXT,
        title=_TEXT,
        templated={"type": "boolean"},
    ),
    "problem": _object(
        "type title status detail",
        type=_TEXT,
        title=_TEXT,
        status={"type": "integer"},
        detail=_TEXT,
        parameter=_TEXT,
    ),
    "landingPage": _object("links", **_TITLED, attribution=_TEXT, links=_LINKS),
    "confClasses": _object("conformsTo", title=_TEXT, conformsTo=_array(_URI), links=_LINKS),
    "extent": _object(
        "spatial",
        spatial=_object("bbox", bbox=_array(_BOX), crs=_URI),
        temporal=_object("interval", interval=_array(_array(_TEXT))),
    ),
    "collection": _object(
        "id links",
        id=_TEXT,
        **_TITLED,
        links=_LINKS,
        extent=_reference("extent"),
        crs=_array(_URI),
        dataType=_TEXT,
        minCellSize=_NUMBER,
        view=_TEXT,
    ),
    "collections": _object(
        "links collections",
        title=_TEXT,
        links=_LINKS,
        numberMatched=_COUNT,
        numberReturned=_COUNT,
        collections=_array(_reference("collection")),
    ),
    "styles": _object(
        "styles links",
        title=_TEXT,
        default=_TEXT,
        styles=_array(_object("id links", id=_TEXT, title=_TEXT, links=_LINKS)),
        links=_LINKS,
    ),
    "boundingBox": _object(
        "lowerLeft upperRight",
        lowerLeft=_POINT,
        upperRight=_POINT,
        crs=_TEXT,
        orderedAxes=_array(_TEXT),
    ),
    "tileMatrix": _object(
        "id scaleDenominator cellSize pointOfOrigin tileWidth tileHeight matrixWidth matrixHeight",
        id=_TEXT,
        scaleDenominator=_NUMBER,
        cellSize=_NUMBER,
        cornerOfOrigin={"type": "string", "enum": ["topLeft", "bottomLeft"]},
        pointOfOrigin=_POINT,
        tileWidth=_COUNT,
        tileHeight=_COUNT,
        matrixWidth=_COUNT,
        matrixHeight=_COUNT,
    ),
    "tileMatrixSet": _object(
        "crs tileMatrices",
        id=_TEXT,
        **_TITLED,
        uri=_URI,
        crs=_TEXT,
        orderedAxes=_array(_TEXT),
        boundingBox=_reference("boundingBox"),
        tileMatrices=_array(_reference("tileMatrix")),
        links=_LINKS,
    ),
    "tileMatrixSets": _object(
        "tileMatrixSets",
        title=_TEXT,
        tileMatrixSets=_array(
            _object("id links", id=_TEXT, title=_TEXT, uri=_URI, crs=_TEXT, links=_LINKS)
        ),
        links=_LINKS,
    ),
    "tileMatrixLimits": _object(
        "tileMatrix minTileRow maxTileRow minTileCol maxTileCol",
        tileMatrix=_TEXT,
        minTileRow=_COUNT,
        maxTileRow=_COUNT,
        minTileCol=_COUNT,
        maxTileCol=_COUNT,
    ),
    "tileSets": _object(
        "tilesets",
        title=_TEXT,
        tilesets=_array(
            _object(
                "dataType crs links",
                **_TILESET_ITEM,
                tileMatrixSetLimits=_array(_reference("tileMatrixLimits")),
            )
        ),
        links=_LINKS,
    ),
    "tileSet": _object(
        "dataType crs links",
        **_TILESET_ITEM,
        description=_TEXT,
        mediaTypes=_array(_TEXT),
        boundingBox=_reference("boundingBox"),
        centerPoint=_object("coordinates", coordinates=_POINT, crs=_TEXT, tileMatrix=_TEXT),
        tileMatrixSetLimits=_array(_reference("tileMatrixLimits")),
        style=_object("id", id=_TEXT, title=_TEXT),
    ),
}
