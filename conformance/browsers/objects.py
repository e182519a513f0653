"""Viewers of whole objects read manifests, and show the right picture the right way up."""

import base64
import hashlib
import json
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

import numpy as np
import web
import workshop
from browsers.viewers import chromium_version
from faults import Fault, black, header, mirrored, picture, text
from gate import Gate, MissingToolError, Site, demand
from images import CUBE, FIELD
from numpy.typing import NDArray
from wmts.service import colors

# Versions, and digests of what the registry hands out, as in a lockfile.
PINNED = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
FOLDER = workshop.WORK / "viewers"
SIZE = (1100, 750)
BLOCK = 64  # pixels of one color in the test image

# What these versions do wrong by themselves: React's farewell to `ref`; a picture in a style sheet.
IGNORED = [
    r"element\.ref was removed in React 19",
    r"data:image/gif;base64",
    r"^console: Failed to",
]


def installed(name: str) -> Path:
    """Unpack a viewer: as published it needs none of the packages that it was built from."""
    folder = FOLDER / name
    stamp, version = folder / ".version", PINNED[name]["version"]
    if stamp.exists() and stamp.read_text(encoding="utf-8") == version:
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    npm = workshop.program("npm", "npm")
    package = f"{name}@{version}"
    done = workshop.run([npm, "pack", "--pack-destination", folder, package], timeout=300)
    archive = next(folder.glob("*.tgz"), None)
    if done.returncode or archive is None:
        raise MissingToolError(f"npm pack {package} failed: {done.stderr.strip()[-300:]}")
    digest = base64.b64encode(hashlib.sha512(archive.read_bytes()).digest()).decode("ascii")
    if f"sha512-{digest}" != PINNED[name]["integrity"]:
        raise MissingToolError(f"{package} is not what it was: its SHA-512 is {digest}")
    tar = workshop.program("tar", "tar")
    done = workshop.run([tar, "-xzf", archive, "--strip-components=1", "-C", folder])
    if done.returncode:
        raise MissingToolError(f"{archive} could not be unpacked: {done.stderr.strip()[-300:]}")
    archive.unlink()
    stamp.write_text(version, encoding="utf-8")
    return folder


def _tool(name: str) -> str:
    installed(name)
    return f"{name} {PINNED[name]['version']}, {chromium_version()}"


def _open(
    site: Site, name: str, page: str, words: list[str], *, tiles: bool = True
) -> NDArray[np.uint8]:
    """Open a page, wait for words and parts of the picture, and give back what is seen."""
    shot = site.work / f"{name}.png"
    task = {
        "chromium": workshop.chromium(),
        "url": page,
        "size": SIZE,
        "words": words,
        "tiles": tiles,
        "ignored": IGNORED,
        "shot": str(shot),
    }
    path = site.work / f"{name}.json"
    path.write_text(json.dumps(task), encoding="utf-8")
    script = workshop.HERE / "browsers" / "open.mjs"
    done = workshop.run([workshop.program("node", "nodejs"), script, path], timeout=180)
    demand(done.returncode == 0, done.stderr.strip()[-700:])
    problems = json.loads(done.stdout)["problems"]
    demand(not problems, "\n".join(problems[:5]))
    return colors(shot.read_bytes())


def _demand_field(what: str, seen: NDArray[np.uint8], pixels: NDArray[np.uint8]) -> int:
    """Find the blocks of the test image by their colors; they must lie on an upright grid."""
    places = []
    for y in range(BLOCK // 2, pixels.shape[0] - BLOCK, BLOCK):
        for x in range(BLOCK // 2, pixels.shape[1] - BLOCK, BLOCK):
            off = np.abs(seen.astype(int) - pixels[y, x].astype(int)).max(axis=2)
            rows, columns = np.nonzero(off <= 4)
            if rows.size >= 50:
                places.append((x, y, np.median(columns), np.median(rows)))
    demand(len(places) >= 80, f"{what}: only {len(places)} colors of the image are on the screen")
    found = np.array(places)
    # Panels and buttons lie over some blocks, and thumbnails have their colors, too.
    for _ in range(5):
        across, down = (np.polyfit(found[:, i], found[:, i + 2], 1) for i in (0, 1))
        error = np.hypot(
            np.polyval(across, found[:, 0]) - found[:, 2],
            np.polyval(down, found[:, 1]) - found[:, 3],
        )
        found = found[error <= max(4.0, np.quantile(error, 0.9))]
    demand(error.max() <= 4, f"{what}: colors lie {error.max():.0f} pixels from their places")
    demand(len(found) >= 80, f"{what}: only {len(found)} colors are at their places")
    demand(across[0] > 0 and down[0] > 0, f"{what}: the picture is mirrored")
    ratio = across[0] / down[0]
    demand(abs(ratio - 1) < 0.02, f"{what}: the picture is stretched by {ratio:.2f}")
    return len(found)


def _address(site: Site, name: str, manifest: str) -> str:
    page = f"{site.pages}/browsers/{name}.html"
    if name == "universalviewer":
        return f"{page}#?manifest={quote(manifest, safe='')}"
    return web.query(
        page, manifest=manifest, panel={"mirador": "canvas", "tify": "thumbnails"}[name]
    )


def _run(name: str, site: Site) -> str:
    objects = f"{site.base}/iiif/presentation/3"
    manifest = f"{objects}/{web.segment(FIELD)}/manifest"
    seen = _open(site, f"{name}-field", _address(site, name, manifest), ["field.fits"])
    found = _demand_field(manifest, seen, site.pictures[FIELD].pixels)
    manifest = f"{objects}/{web.segment(CUBE)};frame=2/manifest"
    _open(site, f"{name}-cube", _address(site, name, manifest), ["Frame 1", "Frame 2"], tiles=False)
    return f"a picture by {found} colors at their places; the canvases of a cube; no error, no 4xx"


def _with_content_state(site: Site) -> str:
    said = _run("universalviewer", site)
    # The left half in the middle of the image, at twice the scale that all of it has.
    place = f"{site.base}/iiif/presentation/3/{web.segment(FIELD)}/content-state/encoded"
    state = web.fetch(f"{place}?region=256,192,512,384").text.strip()
    page = f"{site.pages}/browsers/universalviewer.html#?iiif-content={state}"
    seen = _open(site, "universalviewer-state", page, ["field.fits"])
    pixels = site.pictures[FIELD].pixels
    for x, y, inside in ((512, 384, True), (300, 230, True), (30, 30, False), (1000, 700, False)):
        off = np.abs(seen.astype(int) - pixels[y, x].astype(int)).max(axis=2)
        is_seen = int((off <= 4).sum()) >= 1000
        demand(is_seen == inside, f"content state: pixel {x},{y} is {'not ' * inside}on the screen")
    return f"{said}; a content state opens at its region"


FAULTS = (
    Fault("pictures mirrored", "mirrored|places", picture(mirrored)),
    Fault("pictures black", "colors of the image", picture(black)),
    Fault("no CORS header", "CORS", header("access-control-allow-origin")),
    Fault(
        "canvases have no body",
        "TypeError|Timeout|colors",
        text('"body"', '"nobody"', "manifest"),
    ),
)


def _gate(name: str, run: Callable[[Site], str]) -> Gate:
    return Gate(name=name, tool=partial(_tool, name), run=run, faults=FAULTS)


OBJECTS = (
    _gate("mirador", partial(_run, "mirador")),
    _gate("universalviewer", _with_content_state),
    _gate("tify", partial(_run, "tify")),
)
