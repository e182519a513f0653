"""Aladin Lite in headless Chromium shows stars of our surveys where the sky has them."""

import web
from browsers.viewers import perform, tool
from charts import worst
from faults import Fault, mirrored, picture, status, text
from gate import Gate, Site
from images import SKY, STARS
from wmts.service import colors

LOOK = (83.81, -5.40, 0.15)  # right ascension, declination, degrees across the screen
LARGEST = 0.3  # screen pixels that a star may be off
# WebGL without a graphics card.
FLAGS = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist")
# It asks for neighbors of tiles before it knows the coverage: that they are absent is an answer.
IGNORED = (r"status: 404 .*/Norder\d+/Dir\d+/Npix\d+\.png", r"console: .*status of 404")


def _check(site: Site) -> str:
    farthest, found = 0.0, 0
    for number, identifier in enumerate(SKY):
        name = f"{web.segment(identifier)};limits=0,255;stretch=linear"
        url = web.query(f"{site.pages}/browsers/aladin-lite.html", hips=f"{site.base}/hips/{name}")
        shot = site.work / f"aladin-lite-{number}.png"
        task = {
            "url": url,
            "looks": [{"region": LOOK, "points": STARS, "shot": str(shot)}],
            "flags": FLAGS,
            "ignored": IGNORED,
        }
        (places,) = perform(site, "drive", f"aladin-lite-{number}", task)["places"]
        bright = colors(shot.read_bytes())[:, :, 0].astype(float)
        farthest = max(farthest, worst(identifier, bright, places, LARGEST))
        found += len(places)
    return (
        f"{found} stars of an equatorial and a galactic image within {farthest:.2f} screen pixels"
    )


ALADIN_LITE = Gate(
    name="aladin-lite",
    tool=lambda: tool("aladin-lite"),
    run=_check,
    faults=(
        Fault("tiles mirrored", "star", picture(mirrored)),
        Fault("no tiles", "star", status(404, 200, "/Npix")),
        Fault(
            "another frame",
            "star",
            text(r"(hips_frame *= )equatorial", r"\1galactic", "properties"),
        ),
    ),
)
