"""QGIS, headless and with a fresh profile, draws the pixels that the FITS file holds."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import workshop
from browsers.viewers import BACKGROUND
from faults import Fault, brighter, picture
from gate import Gate, MissingToolError, Site, demand, equal
from images import CUBE, FIELD, plane
from numpy.typing import NDArray
from PIL import Image
from wmts.gdal import CORNER
from wmts.service import capabilities_urls, layer, shows

APT = "python3-qgis qgis-providers"
TOLERANCE = 3


def environment(home: Path) -> dict[str, str]:
    """Variables under which QGIS keeps capabilities and tiles of this run alone."""
    fresh = {"HOME": str(home), "XDG_CACHE_HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    fresh |= {"XDG_DATA_HOME": str(home), "XDG_RUNTIME_DIR": str(home), "TMPDIR": str(home)}
    path = "/usr/bin:/bin"  # without the virtual environment that runs the gates
    return fresh | {"QT_QPA_PLATFORM": "offscreen", "PATH": path, "LANG": "C.UTF-8"}


def qgis_version() -> str:
    source = "from qgis.core import Qgis; print(Qgis.version())"
    if not workshop.SYSTEM_PYTHON.exists():
        raise MissingToolError(f"{workshop.SYSTEM_PYTHON} is missing; apt-get install {APT}")
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = workshop.run([workshop.SYSTEM_PYTHON, "-c", source], env=environment)
    if done.returncode:
        raise MissingToolError(f"{workshop.SYSTEM_PYTHON} has no QGIS; apt-get install {APT}")
    return f"QGIS {done.stdout.strip()}"


def render(site: Site, task: dict[str, Any]) -> tuple[NDArray[np.uint8], str]:
    """Let QGIS draw; gives the picture and what it said. The task is that of `render_qgis.py`."""
    output = site.work / "qgis.png"
    output.unlink(missing_ok=True)
    path = site.work / "qgis.json"
    path.write_text(json.dumps(task | {"output": str(output)}), encoding="utf-8")
    with tempfile.TemporaryDirectory() as home:
        said = workshop.script(
            workshop.SYSTEM_PYTHON,
            "wmts/render_qgis.py",
            path,
            env=environment(Path(home)),
            cwd=home,
        )
    demand("problem" not in said, said)
    with Image.open(output) as drawn:
        below = Image.new("RGBA", drawn.size, BACKGROUND)
        below.alpha_composite(drawn.convert("RGBA"))
    return np.asarray(below.convert("RGB")), said


def _draw(site: Site, identifier: str, *dimensions: str) -> tuple[NDArray[np.uint8], str]:
    of = layer(site.base, identifier)
    known = site.pictures[identifier]
    drawn = {"layer": identifier, "style": of.style, "matrix_set": of.matrix_set}
    task = {
        "url": capabilities_urls(site.base)[0],
        "layers": [drawn | {"dimensions": dimensions}],
        "crs": "EPSG:3857",
        "extent": (0, 0, known.width, known.height),
        "size": (known.width, known.height),
    }
    return render(site, task)


def _check(site: Site) -> str:
    known = site.pictures[FIELD]
    drawn, said = _draw(site, FIELD)
    wanted = f"extent 0.0 0.0 {known.width}.0 {known.height}.0"
    demand(wanted in said, f"QGIS reads another extent than {wanted}: {said[:400]}")
    demand("crs EPSG:3857" in said, f"QGIS reads another CRS: {said[:400]}")
    shows(f"{FIELD} drawn by QGIS", drawn, known.pixels, TOLERANCE)
    drawn, _ = _draw(site, CUBE)
    shows(f"{CUBE} drawn by QGIS", drawn, site.pictures[CUBE].pixels, TOLERANCE)
    drawn, _ = _draw(site, CUBE, "FRAME=3", "CHANNEL=2")
    shows(f"frame 3, channel 2 of {CUBE}", drawn[:, :, 0:1], plane(3, 2)[:, :, None], TOLERANCE)
    equal("gray", bool((drawn[:, :, 0] == drawn[:, :, 2]).all()), True)
    return f"two layers and a dimension, every pixel within {TOLERANCE}"


QGIS = Gate(
    name="qgis",
    tool=qgis_version,
    run=_check,
    faults=(CORNER, Fault("pixels 8 steps too bright", "pixels differ", picture(brighter))),
)
