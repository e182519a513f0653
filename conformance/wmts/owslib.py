"""OWSLib reads the capabilities, fetches a tile by KVP and builds the address of one by path."""

import json
from urllib.parse import urljoin

import web
import workshop
from faults import Fault, text
from gate import Gate, Site, demand, equal
from images import FIELD
from wmts.service import capabilities_urls, colors, layer, shows, truth


def _read(site: Site, url: str, identifier: str) -> dict[str, object]:
    output = site.work / "owslib.png"
    said = workshop.script(workshop.PYTHON, "wmts/read_owslib.py", url, identifier, output)
    return dict(json.loads(said))


def _check(site: Site) -> str:
    of = layer(site.base, FIELD)
    wanted = truth(site.pictures[FIELD], of.finest, 1, 2)
    for url in capabilities_urls(site.base):
        found = _read(site, url, FIELD)
        equal("title", found["title"], "Celestile conformance")
        equal("media type of the tile", found["media_type"], "image/png")
        demand(found["box"], f"{FIELD} has no WGS84BoundingBox")
        shows(f"tile by OWSLib from {url}", colors((site.work / "owslib.png").read_bytes()), wanted)
        resource = urljoin(site.base, str(found["resource"]))
        answer = web.fetch(resource)
        equal(f"status of {resource}", answer.status, 200)
        shows(resource, colors(answer.body), wanted)
    return "capabilities by KVP and path, GetTile, buildTileResource"


OWSLIB = Gate(
    name="owslib",
    tool=lambda: workshop.python_package("OWSLib"),
    run=_check,
    faults=(
        Fault("{style} in the template", "KeyError", text(r"\{Style\}", "{style}", "Capabilities")),
        Fault(
            "the row above",
            "pixels differ",
            target=lambda target: target.replace("tilerow=1", "tilerow=0").replace("/1/2", "/0/2"),
        ),
    ),
)
