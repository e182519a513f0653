"""MapProxy cascades our tiles by path and serves them unchanged."""

import json

import web
import workshop
from faults import Fault, mirrored, picture
from gate import Gate, Site, equal
from images import FIELD
from wmts.service import colors, fill, layer, shows, tile_template, truth


def _check(site: Site) -> str:
    of = layer(site.base, FIELD)
    known = site.pictures[FIELD]
    matrices = sorted(of.matrices, key=lambda matrix: -matrix.resolution)
    names = [matrix.identifier for matrix in matrices]
    equal("names of the matrices", names, [str(number) for number in range(len(matrices))])
    finest = len(matrices) - 1
    tiles = [(finest, 0, 0), (finest, 1, 2), (finest, 3, 4), (finest - 1, 0, 1), (0, 0, 0)]
    folder = site.work / "mapproxy"
    folder.mkdir(exist_ok=True)
    template = tile_template(of)
    task = {"template": template, "width": known.width, "height": known.height, "tiles": tiles}
    task |= {"resolutions": [matrix.resolution for matrix in matrices], "folder": str(folder)}
    path = folder / "task.json"
    path.write_text(json.dumps(task), encoding="utf-8")
    workshop.script(workshop.PYTHON, "wmts/cascade_mapproxy.py", path)
    for matrix, row, column in tiles:
        got = (folder / f"{matrix}-{row}-{column}.png").read_bytes()
        url = fill(template, TileMatrix=matrix, TileRow=row, TileCol=column)
        # An edge tile's transparent rest has no color of its own.
        height, width = truth(known, matrices[matrix], row, column).shape[:2]
        ours = colors(web.fetch(url).body)
        shows(f"tile {matrix}/{row}/{column} by MapProxy", colors(got), ours)
        if matrix == finest:
            wanted = truth(known, matrices[matrix], row, column)
            shows(f"tile {matrix}/{row}/{column}", colors(got)[:height, :width], wanted)
    return (
        f"{len(tiles)} tiles of three matrices identical to ours, those of the finest to the file"
    )


MAPPROXY = Gate(
    name="mapproxy",
    tool=lambda: workshop.python_package("MapProxy"),
    run=_check,
    faults=(Fault("pictures mirrored", "pixels differ", picture(mirrored)),),
)
