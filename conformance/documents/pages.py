"""Pages of one's own, as the documentation writes them, show the image in headless Chromium."""

from pathlib import Path

import numpy as np
from browsers.objects import IGNORED, installed
from browsers.viewers import chromium_version, perform
from documents.howto import blocks
from faults import Fault, black, header, picture, status
from gate import Gate, Site, demand
from hips.aladin import FLAGS
from hips.aladin import IGNORED as EMPTY_TILES
from wmts.service import colors

# Where the files are that a page finds beside itself, and where the sky of the test images is.
LOCAL = {
    '"leaflet.css"': '"/node_modules/leaflet/dist/leaflet.css"',
    '"leaflet.js"': '"/node_modules/leaflet/dist/leaflet.js"',
    '"leaflet-iiif.js"': '"/node_modules/leaflet-iiif/leaflet-iiif.js"',
    '"openseadragon.min.js"': (
        '"/node_modules/openseadragon/build/openseadragon/openseadragon.min.js"'
    ),
    "'images/'": "'/node_modules/openseadragon/build/openseadragon/images/'",
    '"mirador.min.js"': '"/.work/viewers/mirador/dist/mirador.min.js"',
    '"uv.css"': '"/.work/viewers/universalviewer/dist/uv.css"',
    '"umd/UV.js"': '"/.work/viewers/universalviewer/dist/umd/UV.js"',
    '"tify.css"': '"/.work/viewers/tify/dist/tify.css"',
    "'./tify.js'": "'/.work/viewers/tify/dist/tify.js'",
    "'./aladin.js'": "'/node_modules/aladin-lite/dist/aladin.js'",
    "202.47 47.2": "83.81 -5.40",
    "[360 - 202.47, 47.2]": "[-83.81, -5.40]",
}
# A page for modules that name OpenLayers as a bundler would find it.
MODULES = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">
<script type="importmap">{"imports": {
  "ol/": "/node_modules/ol/",
  "rbush": "/node_modules/rbush/index.js",
  "quickselect": "/node_modules/quickselect/index.js"
}}</script>
<style>html, body, #map { margin: 0; width: 100%; height: 100% }</style>
<div id="map"></div>
"""
# What is asked for where it is no part of an image by IIIF.
TILES = {"aladin": "/Npix", "openlayers": r"/0/default\.jpg|TileRow=|/\d+/\d+/\d+(\.png|\?|$)"}
PAGES = ("openseadragon", "leaflet", "mirador", "universal-viewer", "tify", "aladin")
VIEW = (1200, 800)  # Tify lays its panel over the picture where there is less room
EMPTY = (20, 20, 20)  # between the stars
MAGMA = (14, 11, 40)  # the same in the colors of the image that is laid on top
SHARE = 0.05  # of the screen that shows it, at the least


def _local(body: str) -> str:
    for told, here in LOCAL.items():
        body = body.replace(told, here)
    return body


def _page(site: Site, name: str) -> str:
    """Write the page of a viewer to where it is served; gives its address."""
    (body,) = blocks(f"{name}.md", "html", site.base)
    path = site.work / f"page-{name}.html"
    head = '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">\n'
    path.write_text(head + _local(body), encoding="utf-8")
    return f"{site.pages}/.work/{site.work.name}/{path.name}"


def _programs(site: Site) -> list[str]:
    """Write a page for each program of OpenLayers; gives their addresses."""
    addresses = []
    for number, body in enumerate(blocks("openlayers.md", "js", site.base), 1):
        path = site.work / f"page-openlayers-{number}.html"
        program = f"<script type=module>\n{_local(body)}</script>"
        path.write_text(MODULES + program, encoding="utf-8")
        addresses.append(f"{site.pages}/.work/{site.work.name}/{path.name}")
    return addresses


def _see(site: Site, name: str, url: str) -> None:
    shot: Path = site.work / f"page-{name}.png"
    if name == "universal-viewer":
        url += f"#?manifest={site.base}/iiif/presentation/3/m51.fits/manifest"
    task = {"url": url, "size": VIEW, "words": [], "shot": str(shot), "canvas": False}
    task["ignored"] = IGNORED
    task["tiles"] = TILES.get(name.partition("-")[0], True)
    if name == "aladin":
        task |= {"flags": FLAGS, "ignored": EMPTY_TILES}
    perform(site, "open", f"page-{name}", task)
    seen = colors(shot.read_bytes()).astype(int)
    empty = MAGMA if name in {"aladin", "openlayers-2"} else EMPTY
    share = float(np.mean(np.abs(seen - empty).max(axis=2) <= 4))
    demand(share >= SHARE, f"{name}: the image takes {share:.1%} of the screen")


def _check(site: Site) -> str:
    for name in ("mirador", "universalviewer", "tify"):
        installed(name)
    programs = _programs(site)
    for number, url in enumerate(programs, 1):
        _see(site, f"openlayers-{number}", url)
    for name in PAGES:
        _see(site, name, _page(site, name))
    return (
        f"{len(PAGES)} pages as they are written show the image: {', '.join(PAGES)};"
        f" {len(programs)} programs of OpenLayers"
    )


OWN_PAGES = Gate(
    name="documentation-pages",
    tool=chromium_version,
    run=_check,
    faults=(
        Fault("pictures black", "openlayers-1: the image takes", picture(black)),
        Fault("no map", "404 .*/map/tiles/", status(404, 200, r"/ogc/.*/map/tiles/.*/\d+/\d+/\d+")),
        Fault("no CORS header", "CORS", header("access-control-allow-origin")),
        Fault("no manifests", "404 .*/manifest", status(404, 200, "/manifest")),
    ),
)
