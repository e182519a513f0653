"""Cascade a WMTS through MapProxy; run by the interpreter of ``.work/venv``.

Arguments: path of a JSON document with `template` (of tiles: {TileMatrix}, {TileRow}, {TileCol}),
`resolutions`, `width`, `height`, `tiles` (rows of matrix, row, column) and `folder`. Each tile that
MapProxy serves is written to the folder as matrix-row-column.png.
"""

import json
import re
import sys
from pathlib import Path

import yaml
from mapproxy.wsgiapp import make_wsgi_app
from werkzeug.test import Client

task = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
folder = Path(task["folder"])
template = task["template"].replace("%", "%%")
for name, key in {"TileMatrix": "z", "TileRow": "y", "TileCol": "x"}.items():
    template = template.replace("{" + name + "}", f"%({key})s")
left = re.findall(r"\{\w+\}", template)
if left:
    sys.exit(f"variables left in the template: {left}")
grid = {
    "srs": "EPSG:3857",
    "bbox": [0, 0, task["width"], task["height"]],
    "origin": "nw",
    "res": task["resolutions"],
    "tile_size": [256, 256],
}
source = {"type": "tile", "url": template, "grid": "pixels", "transparent": True}
cache = {"sources": ["upstream"], "grids": ["pixels"], "format": "image/png"}
configuration = {
    "services": {"wmts": {}},
    "layers": [{"name": "field", "title": "field", "sources": ["cascade"]}],
    "caches": {"cascade": {**cache, "disable_storage": True}},
    "sources": {"upstream": source},
    "grids": {"pixels": grid},
    "globals": {"cache": {"base_dir": str(folder), "lock_dir": str(folder)}},
}
path = folder / "mapproxy.yaml"
path.write_text(yaml.safe_dump(configuration), encoding="utf-8")
client = Client(make_wsgi_app(str(path)))
for matrix, row, column in task["tiles"]:
    url = f"/wmts/field/pixels/{matrix:02d}/{column}/{row}.png"
    answer = client.get(url)
    if answer.status_code != 200:
        sys.exit(f"{url}: {answer.status_code} {answer.get_data(as_text=True)[:500]}")
    (folder / f"{matrix}-{row}-{column}.png").write_bytes(answer.get_data())
