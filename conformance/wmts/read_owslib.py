"""Read a WMTS with OWSLib; run by the interpreter of ``.work/venv``.

Arguments: capabilities URL, layer, output PNG. Prints what OWSLib understood, as JSON; writes the
tile in row 1 and column 2 of the finest matrix, fetched by KVP.
"""

import json
import sys
from pathlib import Path

from owslib.wmts import WebMapTileService

url, identifier, output = sys.argv[1:4]
service = WebMapTileService(url)
layer = service.contents[identifier]
name = next(iter(layer.tilematrixsetlinks))
matrix_set = service.tilematrixsets[name]
finest = min(matrix_set.tilematrix.values(), key=lambda matrix: matrix.scaledenominator)
place = {"layer": identifier, "tilematrixset": name, "tilematrix": finest.identifier}
place |= {"row": 1, "column": 2}
dimensions = {name: dimension["default"] for name, dimension in layer.dimensions.items()}
tile = service.gettile(format="image/png", **place, **dimensions)
Path(output).write_bytes(tile.read())
# OWSLib draws one of the templates by lot; only lossless tiles can be compared.
layer.resourceURLs = [found for found in layer.resourceURLs if found["format"] == "image/png"]
resource = service.buildTileResource(
    style=next(iter(layer.styles)),
    **{key: str(value) for key, value in place.items()},
    **dimensions,
)
print(
    json.dumps(
        {
            "version": service.version,
            "title": service.identification.title,
            "crs": matrix_set.crs,
            "styles": list(layer.styles),
            "formats": layer.formats,
            "dimensions": dimensions,
            "box": layer.boundingBoxWGS84,
            "resource": resource,
            "media_type": tile.info()["Content-Type"],
        }
    )
)
